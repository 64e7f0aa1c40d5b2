using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// An archive of sessions in one SQLite file, readable by its user alone. The file is opened at the first use, and made when something is
/// first saved; until then the archive is an empty one. Several processes may use it at once: readers never wait, and writers wait for
/// each other, up to five seconds.
/// </summary>
/// <remarks>
/// An owner is whoever may see a session: a key with its project, or the local user. Each is a name of the caller's choice, and nothing
/// that is asked for one owner tells anything of another's. All members may be called at the same time. What every one of them may
/// throw is a <see cref="ChatSessionException"/>: the file cannot be read or written, is no archive, or is of a newer format.
/// </remarks>
/// <param name="path">The file. Its folder is made where it does not exist.</param>
/// <param name="door">By which what a search finds leaves; without one, as recorded.</param>
public sealed class SqliteArchive(string path, OutgoingDoor? door = null) : ISessionArchive
{
    private const int ExportPage = 100;

    private readonly OutgoingDoor door = door ?? new();

    /// <summary>How long an import may keep others from writing at a time, besides what its last session and the commit take.</summary>
    private static readonly TimeSpan LongestImport = TimeSpan.FromMilliseconds(500);

    private readonly ArchiveFile file = new(path);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly NotedWords noted = new();

    /// <summary>Whether there is something in the file's place, be it an archive or not.</summary>
    public bool Exists => file.Exists;

    /// <summary>
    /// Saves a session, in the place of a state of it that was read earlier. What the archive has byte for byte is not written again, but
    /// is remembered to be as new as it was found now.
    /// </summary>
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
    ) =>
        await WriteAsync(
            connection =>
            {
                using var writer = new SessionWriter(connection, owner, noted);
                return sessions.Select(session => writer.Save(session)).ToArray();
            },
            cancellationToken
        );

    /// <summary>
    /// Saves what an import has read, from the first on, until it has taken so long that others should write: all of that or, when it
    /// fails, none.
    /// </summary>
    /// <param name="read">Each a session, which takes the place of no later state of it, or a file that was read to its end, or both.</param>
    /// <returns>What was done with each, null where it was no session; at least one, and fewer than were given when time was up.</returns>
    public Task<List<SaveOutcome?>> SaveImportedAsync(
        string owner,
        IEnumerable<(ArchivedSession? Session, ImportedFile? File)> read,
        TimeProvider time
    ) =>
        WriteAsync(
            connection =>
            {
                using var writer = new SessionWriter(connection, owner, noted);
                using var files = new ImportedFiles(connection, owner);
                var begun = time.GetTimestamp();
                var outcomes = new List<SaveOutcome?>();
                foreach (var (session, file) in read)
                {
                    if (outcomes.Count > 0 && time.GetElapsedTime(begun) >= LongestImport)
                        break;
                    outcomes.Add(session is null ? null : writer.Save(session, isImport: true));
                    if (file is not null)
                        files.Add(file, time.GetUtcNow());
                }
                return outcomes;
            },
            CancellationToken.None
        );

    /// <summary>Finds those of these files that were imported, and have not changed since.</summary>
    public Task<HashSet<ImportedFile>> FindImportedAsync(
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
    public Task<IReadOnlyList<SessionSummary>> ListAsync(
        string owner,
        SessionFilter filter,
        SessionPlace? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.List(filter, after, limit);
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

    /// <summary>Finds what differs with every byte of a session's JSON; null when the owner has no such session.</summary>
    public Task<string?> FindChecksumAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.FindRow(sessionId) is { } row ? $"{row.Crc:x8}-{row.Bytes}" : null;
            },
            cancellationToken
        );

    /// <summary>
    /// Searches the sessions of several owners as one, the newest matches first: what matters is what was found lately. Of one search
    /// there are some hundred hits at most.
    /// </summary>
    /// <param name="owners">Of a session that several of them have, the first one's counts.</param>
    /// <param name="limit">How many hits at most, from 1.</param>
    /// <param name="cursor">What the page before says to read on by; null for the first page. What is saved later is on no further page.</param>
    /// <exception cref="ChatSessionException">The cursor is none that an earlier page of the same search gave.</exception>
    public Task<SearchPage> SearchAsync(
        IReadOnlyList<string> owners,
        SearchQuery query,
        SearchFilter filter,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ReadAsync(
            connection => new ArchiveSearch(connection, owners, filter, door, cancellationToken).Run(query, limit, cursor),
            cancellationToken
        );
    }

    /// <summary>Deletes a session with all that was made of it; false when the owner has no such session.</summary>
    public async Task<bool> DeleteAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        Exists
        && await WriteAsync(
            connection =>
            {
                using var writer = new SessionWriter(connection, owner, noted);
                return writer.Delete(sessionId);
            },
            cancellationToken
        );

    /// <summary>Reads all of an owner's sessions, newest first; their JSON is as it came.</summary>
    /// <param name="broken">Told of a session that is damaged: the others are read.</param>
    public async IAsyncEnumerable<ArchivedSession> ExportAsync(
        string owner,
        Action<ChatSessionException> broken,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        SessionPlace? after = null;
        while (await ListAsync(owner, SessionFilter.All, after, ExportPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var summary in page)
            {
                ArchivedSession? session = null;
                try
                {
                    session = await FindAsync(owner, summary.SessionId, cancellationToken);
                }
                catch (ChatSessionException exception) when (exception.Error is ChatSessionError.InvalidSession)
                {
                    broken(exception);
                }
                if (session is not null)
                    yield return session;
            }
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

    /// <summary>Counts what the archive holds in all: an entry for each owner and each origin of the owner's sessions.</summary>
    public Task<IReadOnlyList<ArchiveShare>> SharesAsync(CancellationToken cancellationToken) =>
        ReadAsync(ArchiveShares.Read, cancellationToken);

    /// <summary>How much the archive takes on disk, in bytes.</summary>
    public long FileBytes => file.Bytes;

    /// <summary>Looks for damage in the whole file, whoever owns what is in it; takes about a minute for each GB.</summary>
    /// <returns>What is wrong, a sentence each; none when all is well.</returns>
    public async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken)
    {
        if (!Exists)
            return [];
        try
        {
            var ofSessions = await ReadAsync(connection => ArchiveCheck.OfSessions(connection, cancellationToken), cancellationToken);
            return [.. ofSessions, .. await WriteAsync(ArchiveCheck.OfIndex, cancellationToken)];
        }
        catch (ChatSessionException exception) when (ArchiveFailure.IsDamage(exception.InnerException))
        {
            // So much of it is damaged that it cannot even be opened.
            return [exception.Message];
        }
    }

    /// <summary>
    /// Gives back to the disk what deleted sessions took, and leaves nothing of them in the file. Needs as much free space as the file
    /// takes, beside it and in the temporary folder; readers go on meanwhile.
    /// </summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        if (!Exists)
            return;
        await writing.WaitAsync(cancellationToken);
        try
        {
            await UseAsync(
                file.Open,
                connection =>
                {
                    Statement.Execute(connection, "insert into words (words) values ('optimize')");
                    ArchiveFile.Transaction(connection, ArchiveFile.BeginWriting, TakeOutWhatIsUnused);
                    Statement.Execute(connection, "vacuum; pragma wal_checkpoint(truncate)");
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

    private static bool TakeOutWhatIsUnused(SqliteConnection connection)
    {
        Statement.Execute(
            connection,
            """
            delete from word where text not in (select term from indexed_word);
            update counter set value = value + 1 where name = 'compactions';
            delete from tool where no not in (select tool from entry where tool is not null)
            """
        );
        return true;
    }

    /// <summary>Closes the file; what was saved needs no closing.</summary>
    public void Dispose()
    {
        file.Close();
        writing.Dispose();
    }

    /// <summary>Reads one state of the archive, whatever others write meanwhile.</summary>
    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) =>
        UseAsync(file.OpenToRead, connection => ArchiveFile.Transaction(connection, ArchiveFile.BeginReading, read), cancellationToken);

    private async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        // Within the process writers queue; they would else all knock at the file's lock.
        await writing.WaitAsync(cancellationToken);
        try
        {
            return await UseAsync(
                file.Open,
                connection =>
                    ArchiveFile.Transaction(
                        connection,
                        ArchiveFile.BeginWriting,
                        open =>
                        {
                            noted.Begin(open);
                            return write(open);
                        }
                    ),
                cancellationToken
            );
        }
        catch
        {
            noted.Forget();
            throw;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>SQLite has no asynchronous calls: they are made on a thread that may wait.</summary>
    private Task<T> UseAsync<T>(Func<SqliteConnection> open, Func<SqliteConnection, T> use, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                try
                {
                    using var connection = open();
                    return use(connection);
                }
                catch (Exception exception) when (ArchiveFailure.Of(exception, path) is { } failure)
                {
                    throw failure;
                }
            },
            cancellationToken
        );
}
