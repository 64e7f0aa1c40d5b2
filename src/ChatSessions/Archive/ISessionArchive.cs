using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>
/// An archive of sessions. An owner is the party that may see a session: a key with its project, or the local user. Owners are names that
/// the caller chooses, and no answer for one owner depends on the sessions of another. All members may be called concurrently. Each may
/// throw a <see cref="ChatSessionException"/>: the archive cannot be read or written, is not an archive, or has a newer format.
/// </summary>
public interface ISessionArchive : IDisposable
{
    /// <summary>What to say to somebody who waited for the archive as long as they can.</summary>
    string NoAnswer { get; }

    /// <summary>Finds what an operator should change though the archive works; null for nothing.</summary>
    Task<string?> FindWarningAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Maintenance of the archive as a whole.</summary>
    IArchiveMaintenance Maintenance { get; }

    /// <summary>
    /// Saves a session, and replaces a state of it that was read earlier. If the archive has identical bytes, only the fetch time is updated.
    /// </summary>
    Task<SaveOutcome> SaveAsync(string owner, ArchivedSession session, CancellationToken cancellationToken);

    /// <summary>
    /// Saves several sessions: all of them, or none if it fails. To save many, pass about 16 MB of JSON per call: one by one takes half as
    /// long again, and larger batches keep other processes from writing.
    /// </summary>
    /// <returns>The outcome of each session, in the same order.</returns>
    Task<IReadOnlyList<SaveOutcome>> SaveAllAsync(
        string owner,
        IReadOnlyList<ArchivedSession> sessions,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Does ahead what saving these sessions takes and can be done while others write. Saving works without it, but takes longer.
    /// </summary>
    Task PrepareAsync(string owner, IReadOnlyList<ArchivedSession> sessions, CancellationToken cancellationToken);

    /// <summary>
    /// Saves what an import has read, in order, until others should get a turn to write. It saves all of these, or none if it fails or is cancelled.
    /// </summary>
    /// <param name="read">
    /// Each item is a session, a file that was read to its end, or both. A session does not replace a state that has anything that it has not:
    /// both are kept.
    /// </param>
    /// <returns>
    /// The outcome of each saved item, null if it had no session; at least one, and fewer than were passed if the time was up.
    /// </returns>
    Task<List<SaveOutcome?>> SaveImportedAsync(
        string owner,
        IEnumerable<(ArchivedSession? Session, ImportedFile? File)> read,
        TimeProvider time,
        CancellationToken cancellationToken
    );

    /// <summary>Finds which of these files were imported and have not changed since.</summary>
    Task<HashSet<ImportedFile>> FindImportedAsync(string owner, IEnumerable<ImportedFile> files, CancellationToken cancellationToken);

    /// <summary>Finds a session; null if the owner has no such session.</summary>
    /// <exception cref="ChatSessionException">The archived session is damaged.</exception>
    Task<ArchivedSession?> FindAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>Lists the originals of an owner's imported sessions.</summary>
    Task<OriginalList> ListOriginalsAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Finds an original; null if the owner has none with this number.</summary>
    /// <exception cref="ChatSessionException">The original is damaged.</exception>
    Task<Original?> FindOriginalAsync(string owner, long number, CancellationToken cancellationToken);

    /// <summary>Finds what a session was made of; null if the owner has no such session, or it was not kept.</summary>
    /// <exception cref="ChatSessionException">The original is damaged.</exception>
    Task<Original?> FindOriginalAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>Finds a session's summary; null if the owner has no such session.</summary>
    Task<SessionSummary?> FindSummaryAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Lists an owner's sessions in the usual order, newest first, without earlier states of sessions that are listed. A page begins after the last session of the previous one, even if
    /// sessions were added or deleted in the meantime.
    /// </summary>
    /// <param name="after">Begin after this place; null for the beginning.</param>
    /// <param name="limit">The most sessions to return, at least 1.</param>
    Task<IReadOnlyList<SessionSummary>> ListAsync(
        string owner,
        SessionFilter filter,
        SessionPlace? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Finds what is known of these sessions from their events: of those that the owner has and that were not updated since they were saved.
    /// </summary>
    /// <param name="sessions">What is known about them elsewhere.</param>
    Task<IReadOnlyDictionary<string, SessionSummary>> FindCurrentAsync(
        string owner,
        IReadOnlyCollection<SessionSummary> sessions,
        CancellationToken cancellationToken
    );

    /// <summary>Finds which of these sessions an owner has.</summary>
    Task<IReadOnlySet<string>> FindKnownAsync(string owner, IReadOnlyCollection<string> sessionIds, CancellationToken cancellationToken);

    /// <summary>Whether the owner has exactly this session, judged by the length and checksum of its JSON.</summary>
    Task<bool> HasAsync(string owner, Session session, CancellationToken cancellationToken);

    /// <summary>A token that changes with every byte of a session's JSON; null if the owner has no such session.</summary>
    Task<string?> FindChecksumAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Reads texts from a snapshot of the archive, unaffected by concurrent writes. <see cref="ArchiveSearch"/> uses it.
    /// </summary>
    /// <param name="scope">Which texts can be found.</param>
    /// <param name="read">Calls the index, one call at a time, and awaits nothing else. The index is invalid after it returns.</param>
    Task<T> ReadTextsAsync<T>(TextScope scope, Func<ITextIndex, ValueTask<T>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a session with its earlier states, everything derived from it, and its original if no other session was made of that. False if the
    /// owner has no such session.
    /// </summary>
    Task<bool> DeleteAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Finds which of these sessions were deleted and have not been updated since, or saved again. Sessions without a date are not found.
    /// </summary>
    Task<IReadOnlySet<string>> FindDeletedAsync(
        string owner,
        IReadOnlyCollection<SessionSummary> sessions,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Finds an owner's sessions that were last updated before a moment, oldest first. The date is that of lists; of a session without a date, it is
    /// when the session was read last. An earlier state belongs to its session, if that is there.
    /// </summary>
    /// <param name="limit">The most sessions to return.</param>
    Task<IReadOnlyList<string>> FindOlderAsync(string owner, DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>Deletes sessions that <see cref="FindOlderAsync"/> finds, all at once, as <see cref="DeleteAsync"/> does.</summary>
    /// <returns>How many were deleted, without their earlier states; 0 if there were none.</returns>
    Task<int> DeleteOlderAsync(string owner, DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes all sessions that <see cref="FindOlderAsync"/> finds, a few at a time, so that others can write in between. What was deleted before a
    /// failure stays deleted.
    /// </summary>
    /// <returns>How many were deleted, without their earlier states.</returns>
    async Task<int> DeleteOlderAsync(string owner, DateTimeOffset before, CancellationToken cancellationToken)
    {
        const int AtOnce = 20;
        var deleted = 0;
        while (await DeleteOlderAsync(owner, before, AtOnce, cancellationToken) is > 0 and var some)
            deleted += some;
        return deleted;
    }

    /// <summary>
    /// Calls when any process has changed sessions of any owner, or may have, so that those who poll need not wait for the next time. Null if the
    /// archive cannot say so. Calls may come late or not at all, so they do not replace polls.
    /// </summary>
    /// <param name="saved">Called on any thread. It must not block.</param>
    /// <returns>Ends the calls when it is disposed.</returns>
    IDisposable? OnSaved(Action saved) => null;

    /// <summary>Counts an owner's sessions, events and bytes.</summary>
    Task<ArchiveStatistics> CountAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Counts everything in the archive: one entry per owner and origin.</summary>
    Task<IReadOnlyList<ArchiveShare>> SharesAsync(CancellationToken cancellationToken);
}
