using System.Runtime.CompilerServices;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Sources.Sqlite;

/// <summary>
/// An archive of sessions in one SQLite file, readable by its user alone. The file is opened, and made where there is none, at the first
/// use. Several processes may use it at once: readers never wait, and writers wait for each other, up to five seconds.
/// </summary>
/// <remarks>
/// An owner is whoever may see a session: a key with its project, or the local user. Each is a name of the caller's choice, and nothing
/// that is asked for one owner tells anything of another's. All members may be called at the same time. What every one of them may
/// throw is a <see cref="ChatSessionException"/>: the file cannot be read or written, is no archive, or is of a newer format.
/// </remarks>
/// <param name="path">The file. Its folder is made where it does not exist.</param>
public sealed class SqliteArchive(string path) : IDisposable
{
    private const int ExportPage = 100;

    /// <summary>How long an import may keep others from writing at a time, besides what its last session and the commit take.</summary>
    private static readonly TimeSpan LongestImport = TimeSpan.FromMilliseconds(500);

    private readonly ArchiveFile file = new(path);
    private readonly SemaphoreSlim writing = new(1, 1);

    /// <summary>Saves a session, in the place of an earlier state of it; what the archive has byte for byte is not written again.</summary>
    public async Task<SaveOutcome> SaveAsync(string owner, ArchivedSession session, CancellationToken cancellationToken) =>
        (await SaveAllAsync(owner, [session], cancellationToken))[0];

    /// <summary>
    /// Saves several sessions, all of them or, when it fails, none. To import many, pass some 16 MB of JSON at a time: one by one takes
    /// half as long again, and more at once keeps other processes from writing.
    /// </summary>
    /// <returns>What was done with each, in their order.</returns>
    public async Task<IReadOnlyList<SaveOutcome>> SaveAllAsync(
        string owner,
        IReadOnlyList<ArchivedSession> sessions,
        CancellationToken cancellationToken
    )
    {
        // Nearly always when a session is read again nothing has changed, and no lock is needed to see that.
        if (await ReadAsync(connection => AreAllThere(connection, owner, sessions), cancellationToken))
            return [.. sessions.Select(_ => SaveOutcome.Unchanged)];
        return await WriteAsync(
            connection =>
            {
                using var writer = new SessionWriter(connection, owner);
                return sessions.Select(session => writer.Save(session)).ToArray();
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Saves what an import has read, from the first on, until it has taken so long that others should write: all of that or, when it
    /// fails, none.
    /// </summary>
    /// <param name="read">Each a session, which takes the place of no later state of it, or a file that was read to its end, or both.</param>
    /// <returns>What was done with each, null where it was no session; at least one, and fewer than were given when time was up.</returns>
    internal Task<List<SaveOutcome?>> SaveImportedAsync(
        string owner,
        IEnumerable<(ArchivedSession? Session, ImportedFile? File)> read,
        TimeProvider time
    ) =>
        WriteAsync(
            connection =>
            {
                using var writer = new SessionWriter(connection, owner);
                using var files = new ImportedFiles(connection, owner);
                var begun = time.GetTimestamp();
                var outcomes = new List<SaveOutcome?>();
                foreach (var (session, file) in read)
                {
                    if (outcomes.Count > 0 && time.GetElapsedTime(begun) >= LongestImport)
                        break;
                    outcomes.Add(session is null ? null : writer.Save(session, unlessOlder: true));
                    if (file is not null)
                        files.Add(file, time.GetUtcNow());
                }
                return outcomes;
            },
            CancellationToken.None
        );

    /// <summary>Finds those of these files that were imported, and have not changed since.</summary>
    internal Task<HashSet<ImportedFile>> FindImportedAsync(
        string owner,
        IEnumerable<ImportedFile> files,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            connection =>
            {
                using var imported = new ImportedFiles(connection, owner);
                return files.Where(imported.Contains).ToHashSet();
            },
            cancellationToken
        );

    /// <summary>Finds a session; null when the owner has no such session.</summary>
    /// <exception cref="ChatSessionException">What is archived of it is damaged.</exception>
    public Task<ArchivedSession?> FindAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.Find(sessionId);
            },
            cancellationToken
        );

    /// <summary>Finds a session's summary; null when the owner has no such session.</summary>
    public Task<SessionSummary?> FindSummaryAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.FindRow(sessionId)?.Summary;
            },
            cancellationToken
        );

    /// <summary>
    /// Lists an owner's sessions in the order of every list. A page begins after the last session of the one before, whatever came or went
    /// meanwhile.
    /// </summary>
    /// <param name="after">The place after which to begin; null for the beginning.</param>
    /// <param name="limit">How many sessions at most, from 1.</param>
    public Task<IReadOnlyList<SessionSummary>> ListAsync(string owner, SessionPlace? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.List(after, limit);
            },
            cancellationToken
        );
    }

    /// <summary>Tells which of these sessions an owner has.</summary>
    public Task<IReadOnlySet<string>> FindKnownAsync(
        string owner,
        IReadOnlyCollection<string> sessionIds,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.Known(sessionIds);
            },
            cancellationToken
        );

    /// <summary>Whether the owner's session of this id is as this one, by the length and the checksum of its JSON.</summary>
    public Task<bool> HasAsync(string owner, Session session, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.FindRow(session.Summary.SessionId)?.IsOf(session.Json) ?? false;
            },
            cancellationToken
        );

    /// <summary>
    /// Searches an owner's sessions, the newest matches first: what matters is what was found lately. Of one search there are some
    /// hundred hits at most.
    /// </summary>
    /// <param name="limit">How many hits at most, from 1.</param>
    /// <param name="offset">How many hits to pass over, as the page before says; 0 for the first page.</param>
    public Task<SearchPage> SearchAsync(
        string owner,
        SearchQuery query,
        SearchFilter filter,
        int limit,
        int offset,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return ReadAsync(
            connection => new ArchiveSearch(connection, owner, filter, cancellationToken).Run(query, limit, offset),
            cancellationToken
        );
    }

    /// <summary>Deletes a session with all that was made of it; false when the owner has no such session.</summary>
    public Task<bool> DeleteAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                using var writer = new SessionWriter(connection, owner);
                return writer.Delete(sessionId);
            },
            cancellationToken
        );

    /// <summary>Reads all of an owner's sessions, newest first; their JSON is as it came.</summary>
    public async IAsyncEnumerable<ArchivedSession> ExportAsync(string owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SessionPlace? after = null;
        while (await ListAsync(owner, after, ExportPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var summary in page)
                if (await FindAsync(owner, summary.SessionId, cancellationToken) is { } session)
                    yield return session;
            after = SessionPlace.Of(page[^1]);
        }
    }

    /// <summary>Counts what the archive holds of an owner.</summary>
    public Task<ArchiveStatistics> CountAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var sums = new Statement(
                    connection,
                    """
                    select count(*), coalesce(sum(events), 0), coalesce(sum(bytes), 0) from session
                    where owner = (select no from owner where name = ?1)
                    """
                );
                sums.Bind(1, owner).Read();
                return new ArchiveStatistics(sums.Number(0), sums.Number(1), sums.Number(2), file.Bytes);
            },
            cancellationToken
        );

    /// <summary>Looks for damage in the whole file, whoever owns what is in it; takes about a minute for each GB.</summary>
    /// <returns>What is wrong, a sentence each; none when all is well.</returns>
    public async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken) =>
        [
            .. await ReadAsync(connection => ArchiveCheck.OfSessions(connection, cancellationToken), cancellationToken),
            .. await WriteAsync(ArchiveCheck.OfIndex, cancellationToken),
        ];

    /// <summary>Gives back to the disk what deleted sessions took. Needs as much free space as the file takes; readers go on meanwhile.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await UseAsync(
                connection =>
                {
                    Statement.Execute(connection, "insert into words (words) values ('optimize'); vacuum; pragma wal_checkpoint(truncate)");
                    return true;
                },
                cancellationToken
            );
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Closes the file; what was saved needs no closing.</summary>
    public void Dispose()
    {
        file.Close();
        writing.Dispose();
    }

    private static bool AreAllThere(SqliteConnection connection, string owner, IReadOnlyList<ArchivedSession> sessions)
    {
        using var reader = new SessionReader(connection, owner);
        return sessions.All(one =>
            reader.FindRow(one.Session.Summary.SessionId) is { } had && SessionWriter.IsSame(reader, had, one.Session.Json)
        );
    }

    /// <summary>Reads one state of the archive, whatever others write meanwhile.</summary>
    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) =>
        UseAsync(connection => Transaction(connection, "begin", read), cancellationToken);

    private async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        // Within the process writers queue; they would else all knock at the file's lock.
        await writing.WaitAsync(cancellationToken);
        try
        {
            return await UseAsync(connection => Transaction(connection, "begin immediate", write), cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>SQLite has no asynchronous calls: they are made on a thread that may wait.</summary>
    private Task<T> UseAsync<T>(Func<SqliteConnection, T> use, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                try
                {
                    using var connection = file.Open();
                    return use(connection);
                }
                catch (Exception exception) when (ArchiveFailure.Of(exception, path) is { } failure)
                {
                    throw failure;
                }
            },
            cancellationToken
        );

    private static T Transaction<T>(SqliteConnection connection, string begin, Func<SqliteConnection, T> work)
    {
        Statement.Execute(connection, begin);
        try
        {
            var result = work(connection);
            Statement.Execute(connection, "commit");
            return result;
        }
        catch
        {
            // After some failures SQLite has rolled back already.
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0)
                Statement.Execute(connection, "rollback");
            throw;
        }
    }
}
