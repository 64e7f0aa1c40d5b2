using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// What an archive knows of a session besides its JSON. Its columns are read as they are, and only what is asked for must make sense: a
/// session whose row is damaged can still be deleted or replaced.
/// </summary>
/// <param name="No">The id of its first event.</param>
/// <param name="Bytes">The length of its JSON.</param>
/// <param name="FetchedTicks">When it was read where it came from.</param>
internal sealed record SessionRow(
    string Id,
    long No,
    long Owner,
    long Events,
    long Bytes,
    long Crc,
    string OriginName,
    long FetchedTicks,
    byte[] SummaryBytes
)
{
    /// <summary>What stands in place of the time of an update where that is unknown: it sorts last.</summary>
    public const long UnknownTime = -1;

    /// <summary>A row's number of events in SQL, and 0 where it cannot be that: a sum of such numbers may overflow.</summary>
    public const string PlausibleEvents = "iif(events between 0 and 2147483647, events, 0)";

    /// <summary>A row's length of JSON, likewise.</summary>
    public const string PlausibleBytes = "iif(bytes between 0 and 2147483647, bytes, 0)";

    /// <summary>Whether its numbers can be those of a session.</summary>
    public bool IsPlausible => Events is >= 0 and <= int.MaxValue && Bytes >= 0 && Bytes <= Array.MaxLength;

    public SessionSummary Summary => SummaryJson.Read(SummaryBytes);

    public SessionOrigin Origin => SessionOrigin.OfStored(OriginName);

    public DateTimeOffset FetchedAt => MomentOf(FetchedTicks) ?? throw Broken();

    /// <summary>Differs with every byte of its JSON.</summary>
    public string Version => $"{Crc:x8}-{Bytes}";

    /// <summary>Whether it is this JSON, by length and checksum.</summary>
    public bool IsOf(RawJson json) => Bytes == json.Utf8.Length && Crc == Checksum.Compute(json.Utf8.Span);

    /// <summary>The first id beyond its own.</summary>
    public long End => No + Math.Clamp(Events, 1, int.MaxValue);

    public ChatSessionException Broken() =>
        new(
            ChatSessionError.InvalidSession,
            $"The archived session '{Id}' is damaged. Delete it from the archive, and import or read it again."
        );

    /// <summary>A time as the archive keeps it; null where that is unknown or impossible.</summary>
    public static DateTimeOffset? MomentOf(long ticks) =>
        ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}
