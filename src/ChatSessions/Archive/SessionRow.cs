using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>
/// A session's row: everything but its JSON. Columns are checked only when they are used, so a session with a damaged row can still be
/// deleted or replaced.
/// </summary>
/// <param name="No">The id of its first event.</param>
/// <param name="Bytes">The length of its JSON.</param>
/// <param name="FetchedTicks">When it was read from its source, in ticks, UTC.</param>
internal sealed record SessionRow(
    string Id,
    long No,
    long Owner,
    long Events,
    long Bytes,
    long Crc,
    string OriginName,
    long FetchedTicks,
    long OutcomeNumber,
    byte[] SummaryBytes
)
{
    /// <summary>Stored for an unknown time of the last update; it sorts last.</summary>
    public const long UnknownTime = -1;

    /// <summary>Stored for the outcome of a session whose events have not been read since an earlier format.</summary>
    public const int UnreadOutcome = -1;

    /// <summary>Whether its numbers are possible for a session.</summary>
    public bool IsPlausible => Events is >= 0 and <= int.MaxValue && Bytes >= 0 && Bytes <= Array.MaxLength;

    public SessionSummary Summary => SummaryJson.Read(SummaryBytes) with { OutcomeOfEvents = OutcomeOf(OutcomeNumber) };

    public SessionOrigin Origin => SessionOrigin.OfStored(OriginName);

    public DateTimeOffset FetchedAt => MomentOf(FetchedTicks) ?? throw Broken();

    /// <summary>A token that changes with every byte of the JSON.</summary>
    public string Version => VersionOf(Crc, Bytes);

    public static string VersionOf(long crc, long bytes) => $"{crc:x8}-{bytes}";

    /// <summary>Whether it is the row of this JSON, judged by length and checksum.</summary>
    public bool IsOf(RawJson json) => Bytes == json.Utf8.Length && Crc == Checksum.Compute(json.Utf8.Span);

    /// <summary>The first id after those of its events.</summary>
    public long End => No + Math.Clamp(Events, 1, int.MaxValue);

    /// <summary>The session with its JSON.</summary>
    public ArchivedSession With(byte[] json) => new(SessionJson.Read(json, $"Archived session '{Id}'"), Origin, FetchedAt);

    public ChatSessionException Broken() =>
        new(
            ChatSessionError.InvalidSession,
            $"The archived session '{Id}' is damaged. Delete it from the archive, and import or read it again."
        );

    /// <summary>Converts a stored outcome; null if the events have not been read, or it is impossible.</summary>
    public static RunOutcome? OutcomeOf(long number) =>
        number is >= (long)RunOutcome.Ok and <= (long)RunOutcome.Unfinished ? (RunOutcome)number : null;

    /// <summary>Converts a stored time; null if it is unknown or impossible.</summary>
    public static DateTimeOffset? MomentOf(long ticks) =>
        ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}
