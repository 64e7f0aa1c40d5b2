using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>A session as an archive keeps it.</summary>
/// <param name="Session">The session; its JSON is given back byte for byte.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="FetchedAt">When it was read there: how old the copy is.</param>
public sealed record ArchivedSession(Session Session, SessionOrigin Origin, DateTimeOffset FetchedAt);

/// <summary>What saving a session did.</summary>
public enum SaveOutcome
{
    /// <summary>The archive did not have it.</summary>
    Added,

    /// <summary>The archive had another state of it, which was replaced.</summary>
    Replaced,

    /// <summary>Identical bytes; only the fetch time was updated.</summary>
    Unchanged,

    /// <summary>The archive had a state of it that was read later or, where it was imported, updated later: nothing was written.</summary>
    Older,
}

/// <summary>What an archive holds of one owner.</summary>
/// <param name="Sessions">How many sessions.</param>
/// <param name="Events">How many events they have in all.</param>
/// <param name="JsonBytes">How long their JSON is in all, in bytes, as it came.</param>
public sealed record ArchiveStatistics(long Sessions, long Events, long JsonBytes);

/// <summary>What an archive holds of one owner from one origin.</summary>
/// <param name="Owner">Whose sessions they are.</param>
/// <param name="Origin">Where they came from.</param>
/// <param name="Sessions">How many, at least one.</param>
/// <param name="Events">How many events they have in all.</param>
/// <param name="JsonBytes">How long their JSON is in all, in bytes, as it came.</param>
/// <param name="Oldest">When the one was updated that was updated first; null when no date is known.</param>
/// <param name="Newest">When the one was updated that was updated last; null when no date is known.</param>
public sealed record ArchiveShare(
    string Owner,
    SessionOrigin Origin,
    long Sessions,
    long Events,
    long JsonBytes,
    DateTimeOffset? Oldest,
    DateTimeOffset? Newest
);
