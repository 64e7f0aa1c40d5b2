using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// An archive of sessions in one SQLite file, readable only by its user. The file is opened at the first use, and created when the first
/// session is saved; until then the archive is empty. Several processes may use it at once: readers never wait, and writers wait for each
/// other, up to five seconds.
/// </summary>
/// <param name="path">The file. Its folder is created if it does not exist.</param>
public sealed class SqliteArchive(string path) : ISessionArchive, IArchiveMaintenance
{
    /// <summary>How many sessions of an earlier format are filled at a time; this takes about 50 ms.</summary>
    private const int FillBatch = 1_000;

    /// <summary>How long an import may keep others from writing at a time, not counting its last session and the commit.</summary>
    private static readonly TimeSpan LongestImport = TimeSpan.FromMilliseconds(500);

    private readonly ArchiveFile file = new(path);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly NotedWords noted = new();
    private volatile bool areListedColumnsFilled;

    /// <inheritdoc/>
    public IArchiveMaintenance Maintenance => this;

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => Task.FromResult(file.Exists);

    /// <inheritdoc/>
    public async Task<SaveOutcome> SaveAsync(string owner, ArchivedSession session, CancellationToken cancellationToken) =>
        (await SaveAllAsync(owner, [session], cancellationToken))[0];

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public Task<ArchivedSession?> FindAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.Find(sessionId);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<SessionSummary?> FindSummaryAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.FindRow(sessionId)?.Summary;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionSummary>> ListAsync(
        string owner,
        SessionFilter filter,
        SessionPlace? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (!areListedColumnsFilled && filter is not { TitleContains: null, IndexId: null })
            await FillListedColumnsAsync(cancellationToken);
        return await ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.List(filter, after, limit);
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Fills the missing columns in sessions of an earlier format, in batches, so that others can write in between and a stop loses nothing.
    /// Without it lists are correct but slower.
    /// </summary>
    private async Task FillListedColumnsAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await ReadAsync(ListedColumns.AreMissing, cancellationToken))
                while (await WriteAsync(connection => ListedColumns.Fill(connection, FillBatch), cancellationToken) == FillBatch) { }
            areListedColumnsFilled = true;
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.Unavailable)
        {
            // The archive is read-only or busy; the next list tries again.
        }
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public Task<bool> HasAsync(string owner, Session session, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.FindRow(session.Summary.SessionId)?.IsOf(session.Json) ?? false;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<string?> FindChecksumAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.FindRow(sessionId)?.Version;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<T> ReadTextsAsync<T>(TextScope scope, Func<ITextIndex, ValueTask<T>> read, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var texts = new SqliteTexts(connection, scope);
                // SQLite answers synchronously, so the task is already complete and this does not block.
                return read(texts).AsTask().GetAwaiter().GetResult();
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        file.Exists
        && await WriteAsync(
            connection =>
            {
                using var writer = new SessionWriter(connection, owner, noted);
                return writer.Delete(sessionId);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArchivedSession> ExportAsync(
        string owner,
        Action<ChatSessionException> broken,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var list = await ReadAsync(connection => SalvagedList.Read(connection, owner, cancellationToken), cancellationToken);
        foreach (var listed in list.Sessions)
        {
            ArchivedSession? session = null;
            try
            {
                session = await ReadAsync(connection => list.Find(listed, connection), cancellationToken);
            }
            catch (ChatSessionException exception) when (exception.Error is ChatSessionError.InvalidSession)
            {
                broken(exception);
            }
            catch (ChatSessionException exception) when (ArchiveFailure.IsDamage(exception.InnerException))
            {
                broken(SalvagedList.Unreadable(listed, exception));
            }
            if (session is not null)
                yield return session;
        }
        if (list.Loss is { } loss)
            broken(new(ChatSessionError.InvalidSession, loss));
    }

    /// <inheritdoc/>
    public Task<ArchiveStatistics> CountAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var sums = new Statement(
                    connection,
                    $"""
                    select count(*), coalesce(sum({SessionRow.PlausibleEvents}), 0), coalesce(sum({SessionRow.PlausibleBytes}), 0) from session
                    where owner = (select no from owner where name = ?1)
                    """
                );
                sums.Bind(1, owner).Read();
                return new ArchiveStatistics(sums.Number(0), sums.Number(1), sums.Number(2));
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<ArchiveShare>> SharesAsync(CancellationToken cancellationToken) =>
        ReadAsync(ArchiveShares.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<long> MeasureAsync(CancellationToken cancellationToken) => Task.FromResult(file.Bytes);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken)
    {
        if (!file.Exists)
            return [];
        try
        {
            var ofSessions = await ReadAsync(connection => ArchiveCheck.OfSessions(connection, cancellationToken), cancellationToken);
            return
            [
                .. ofSessions,
                .. await WriteAsync(connection => ArchiveCheck.OfIndex(connection, cancellationToken), cancellationToken),
            ];
        }
        catch (ChatSessionException exception) when (ArchiveFailure.IsDamage(exception.InnerException))
        {
            // The file is too damaged to be opened.
            return [exception.Message];
        }
    }

    /// <inheritdoc/>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        if (!file.Exists)
            return;
        await writing.WaitAsync(cancellationToken);
        try
        {
            await RunAsync(
                () =>
                    file.Use(
                        connection =>
                        {
                            Transactions.Write(connection, TakeOutWhatIsUnused, cancellationToken);
                            Transactions.Execute(connection, "vacuum", cancellationToken);
                            Transactions.EmptyLog(connection, cancellationToken);
                            return true;
                        },
                        cancellationToken
                    ),
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
            insert into words (words) values ('optimize');
            insert into title_part (title_part) values ('optimize');
            delete from word where text not in (select term from indexed_word);
            update counter set value = value + 1 where name = 'compactions';
            delete from tool where no not in (select tool from entry where tool is not null)
            """
        );
        return true;
    }

    /// <summary>Closes the file. Saved sessions are safe without it.</summary>
    public void Dispose()
    {
        file.Dispose();
        writing.Dispose();
    }

    /// <summary>Reads a snapshot of the archive, unaffected by concurrent writes.</summary>
    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) =>
        RunAsync(() => file.Read(read, cancellationToken), cancellationToken);

    private async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        // Writers of this process wait here; otherwise all of them would poll for the file's lock.
        await writing.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(
                () =>
                    file.Write(
                        connection =>
                        {
                            noted.Begin(connection);
                            return write(connection);
                        },
                        cancellationToken
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

    /// <summary>Runs SQLite's calls on the thread pool, since they block.</summary>
    private Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                try
                {
                    return work();
                }
                catch (SqliteException exception) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException("The archive operation was cancelled.", exception, cancellationToken);
                }
                catch (Exception exception) when (ArchiveFailure.Find(exception, path) is { } failure)
                {
                    throw failure;
                }
            },
            cancellationToken
        );
}
