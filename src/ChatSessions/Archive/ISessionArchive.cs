using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>
/// An archive of sessions. An owner is whoever may see a session: a key with its project, or the local user. Owners are names that the
/// caller chooses, and no answer for one owner depends on what another has. All members may be called at the same time. Each may throw a
/// <see cref="ChatSessionException"/>: the archive cannot be read or written, is something else, or has a newer format.
/// </summary>
public interface ISessionArchive : IDisposable
{
    /// <summary>Looking after the archive as a whole.</summary>
    IArchiveMaintenance Maintenance { get; }

    /// <summary>
    /// Saves a session, in the place of a state of it that was read earlier. Where the archive has the same bytes, only the time of reading is
    /// updated.
    /// </summary>
    Task<SaveOutcome> SaveAsync(string owner, ArchivedSession session, CancellationToken cancellationToken);

    /// <summary>
    /// Saves several sessions, all of them or, when it fails, none. To import many, pass some 16 MB of JSON at a time: one by one takes
    /// half as long again, and more at once keeps other processes from writing.
    /// </summary>
    /// <returns>What was done with each, in their order.</returns>
    Task<IReadOnlyList<SaveOutcome>> SaveAllAsync(
        string owner,
        IReadOnlyList<ArchivedSession> sessions,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Saves what an import has read, from the first on, until it has taken so long that others should write: all of that or, when it
    /// fails, none.
    /// </summary>
    /// <param name="read">Each a session, which takes the place of no later state of it, or a file that was read to its end, or both.</param>
    /// <returns>What was done with each, null where it was no session; at least one, and fewer than were given when time was up.</returns>
    Task<List<SaveOutcome?>> SaveImportedAsync(
        string owner,
        IEnumerable<(ArchivedSession? Session, ImportedFile? File)> read,
        TimeProvider time
    );

    /// <summary>Finds those of these files that were imported, and have not changed since.</summary>
    Task<HashSet<ImportedFile>> FindImportedAsync(string owner, IEnumerable<ImportedFile> files, CancellationToken cancellationToken);

    /// <summary>Finds a session; null when the owner has no such session.</summary>
    /// <exception cref="ChatSessionException">What is archived of it is damaged.</exception>
    Task<ArchivedSession?> FindAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>Finds a session's summary; null when the owner has no such session.</summary>
    Task<SessionSummary?> FindSummaryAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Lists an owner's sessions in the order of every list. A page begins after the last session of the one before, whatever came or went
    /// meanwhile.
    /// </summary>
    /// <param name="after">The place after which to begin; null for the beginning.</param>
    /// <param name="limit">How many sessions at most, from 1.</param>
    Task<IReadOnlyList<SessionSummary>> ListAsync(
        string owner,
        SessionFilter filter,
        SessionPlace? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Finds which of these sessions an owner has.</summary>
    Task<IReadOnlySet<string>> FindKnownAsync(string owner, IReadOnlyCollection<string> sessionIds, CancellationToken cancellationToken);

    /// <summary>Whether the owner's session of this id is as this one, by the length and the checksum of its JSON.</summary>
    Task<bool> HasAsync(string owner, Session session, CancellationToken cancellationToken);

    /// <summary>A token that changes with every byte of a session's JSON; null when the owner has no such session.</summary>
    Task<string?> FindChecksumAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Reads texts in one state of the archive, whatever others write meanwhile. <see cref="ArchiveSearch"/> searches by it.
    /// </summary>
    /// <param name="scope">Which texts there are to be found.</param>
    /// <param name="read">Asks the index, one question at a time and nothing else. The index is gone when it returns.</param>
    Task<T> ReadTextsAsync<T>(TextScope scope, Func<ITextIndex, ValueTask<T>> read, CancellationToken cancellationToken);

    /// <summary>Deletes a session with all that was made of it; false when the owner has no such session.</summary>
    Task<bool> DeleteAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>Counts what the archive holds of an owner.</summary>
    Task<ArchiveStatistics> CountAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Counts what the archive holds in all: an entry for each owner and each origin of the owner's sessions.</summary>
    Task<IReadOnlyList<ArchiveShare>> SharesAsync(CancellationToken cancellationToken);
}
