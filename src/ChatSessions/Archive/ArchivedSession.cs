using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>A session as an archive keeps it.</summary>
/// <param name="Session">The session; its JSON is returned byte for byte.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="FetchedAt">When it was read from there, which is the age of the copy.</param>
public sealed record ArchivedSession(Session Session, SessionOrigin Origin, DateTimeOffset FetchedAt)
{
    /// <summary>
    /// What an import made the session of, to be kept with it. Null if the session is in LlamaCloud's own format, and in answers of the archive:
    /// <see cref="ISessionArchive.FindOriginalAsync(string, string, CancellationToken)"/> reads it.
    /// </summary>
    public Original? Original { get; init; }
}

/// <summary>What saving a session did.</summary>
public enum SaveOutcome
{
    /// <summary>The archive did not have the session.</summary>
    Added,

    /// <summary>The archive had another state of the session, which was replaced.</summary>
    Replaced,

    /// <summary>Identical bytes; only the fetch time was updated.</summary>
    Unchanged,

    /// <summary>
    /// Nothing was written: the archive's state was read later or, in an import, was updated later or has everything that this one has.
    /// </summary>
    Older,

    /// <summary>
    /// In an import: this state and the archive's each had something that the other has not. The one that was updated later is the session;
    /// the other is kept as an earlier state of it.
    /// </summary>
    KeptBoth,
}

/// <summary>Totals of one owner's archived sessions.</summary>
/// <param name="JsonBytes">The total length of their JSON before compression, in bytes.</param>
public sealed record ArchiveStatistics(long Sessions, long Events, long JsonBytes);

/// <summary>Totals of one owner's archived sessions from one origin.</summary>
/// <param name="Sessions">How many sessions, at least one.</param>
/// <param name="JsonBytes">The total length of their JSON before compression, in bytes.</param>
/// <param name="Oldest">The earliest last update of a session; null if no date is known.</param>
/// <param name="Newest">The latest last update of a session; null if no date is known.</param>
public sealed record ArchiveShare(
    string Owner,
    SessionOrigin Origin,
    long Sessions,
    long Events,
    long JsonBytes,
    DateTimeOffset? Oldest,
    DateTimeOffset? Newest
)
{
    /// <summary>How many of the sessions are earlier states of others.</summary>
    public long EarlierStates { get; init; }

    /// <summary>The originals that they were made of.</summary>
    public KeptOriginals Originals { get; init; } = new(0, 0, 0);
}
