using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>
/// An archive of sessions. An owner is whoever may see a session: a key with its project, or the local user. Each is a name of the caller's
/// choice, and nothing that is asked for one owner says anything about another's. All members may be called at the same time. Each may
/// throw a <see cref="ChatSessionException"/>: the archive cannot be read or written, is something else, or is of a newer format.
/// </summary>
public interface ISessionArchive : IDisposable
{
    /// <summary>Whether there is something in the file's place, be it an archive or not.</summary>
    bool Exists { get; }

    /// <summary>
    /// Saves a session, in the place of a state of it that was read earlier. What the archive has byte for byte is not written again, but
    /// is remembered to be as new as it was found now.
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

    /// <summary>Tells which of these sessions an owner has.</summary>
    Task<IReadOnlySet<string>> FindKnownAsync(string owner, IReadOnlyCollection<string> sessionIds, CancellationToken cancellationToken);

    /// <summary>Whether the owner's session of this id is as this one, by the length and the checksum of its JSON.</summary>
    Task<bool> HasAsync(string owner, Session session, CancellationToken cancellationToken);

    /// <summary>Finds what differs with every byte of a session's JSON; null when the owner has no such session.</summary>
    Task<string?> FindChecksumAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Searches the sessions of several owners as one, the newest matches first: what matters is what was found lately. Of one search
    /// there are some hundred hits at most.
    /// </summary>
    /// <param name="owners">Of a session that several of them have, the first one's counts.</param>
    /// <param name="limit">How many hits at most, from 1.</param>
    /// <param name="cursor">What the page before says to read on by; null for the first page. What is saved later is on no further page.</param>
    /// <exception cref="ChatSessionException">The cursor is none that an earlier page of the same search gave.</exception>
    Task<SearchPage> SearchAsync(
        IReadOnlyList<string> owners,
        SearchQuery query,
        SearchFilter filter,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    );

    /// <summary>Deletes a session with all that was made of it; false when the owner has no such session.</summary>
    Task<bool> DeleteAsync(string owner, string sessionId, CancellationToken cancellationToken);

    /// <summary>Counts what the archive holds of an owner.</summary>
    Task<ArchiveStatistics> CountAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Counts what the archive holds in all: an entry for each owner and each origin of the owner's sessions.</summary>
    Task<IReadOnlyList<ArchiveShare>> SharesAsync(CancellationToken cancellationToken);

    /// <summary>How much the archive takes on disk, in bytes.</summary>
    long FileBytes { get; }

    /// <summary>Looks for damage in the whole file, whoever owns what is in it; takes about a minute for each GB.</summary>
    /// <returns>What is wrong, a sentence each; none when all is well.</returns>
    Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives back to the disk what deleted sessions took, and leaves nothing of them in the file. Needs as much free space as the file
    /// takes, beside it and in the temporary folder; readers go on meanwhile.
    /// </summary>
    Task CompactAsync(CancellationToken cancellationToken);

    /// <summary>Reads all of an owner's sessions, newest first; their JSON is as it came.</summary>
    /// <param name="broken">Told of a session that is damaged: the others are read.</param>
    IAsyncEnumerable<ArchivedSession> ExportAsync(string owner, Action<ChatSessionException> broken, CancellationToken cancellationToken);
}
