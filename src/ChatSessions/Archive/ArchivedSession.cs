using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>A session as an archive keeps it.</summary>
/// <param name="Session">The session; its JSON is returned byte for byte.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="FetchedAt">When it was read from there, which is the age of the copy.</param>
public sealed record ArchivedSession(Session Session, SessionOrigin Origin, DateTimeOffset FetchedAt);

/// <summary>What saving a session did.</summary>
public enum SaveOutcome
{
    /// <summary>The archive did not have the session.</summary>
    Added,

    /// <summary>The archive had another state of the session, which was replaced.</summary>
    Replaced,

    /// <summary>Identical bytes; only the fetch time was updated.</summary>
    Unchanged,

    /// <summary>Nothing was written: the archive's state was read later or, in an import, updated later.</summary>
    Older,
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
);
