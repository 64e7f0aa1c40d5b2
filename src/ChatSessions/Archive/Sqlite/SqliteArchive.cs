using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// An archive of sessions in one SQLite file, readable only by its user. The file is opened at the first use, and created when the first
/// session is saved; until then the archive is empty. Several processes may use it at once: readers never wait, and writers wait for each
/// other, up to five seconds.
/// </summary>
public sealed class SqliteArchive : ISessionArchive
{
    /// <summary>How long an import may keep others from writing at a time, not counting its last session and the commit.</summary>
    private static readonly TimeSpan LongestImport = TimeSpan.FromMilliseconds(500);

    private readonly ArchiveUse archive;
    private readonly EarlierFormats earlier;

    /// <param name="path">The file. Its folder is created if it does not exist.</param>
    /// <param name="secrets">No word of what it finds can be searched for; null for the standard secrets.</param>
    public SqliteArchive(string path, SecretFinder? secrets = null)
        : this(path, new OutgoingDoor(secrets ?? SecretFinder.Standard)) { }

    /// <param name="secrets">Texts are indexed and searched as they leave by it.</param>
    internal SqliteArchive(string path, OutgoingDoor secrets)
        : this(new ArchiveUse(new ArchiveFile(path), path, secrets)) { }

    private SqliteArchive(ArchiveUse use)
    {
        archive = use;
        earlier = new EarlierFormats(archive);
        Maintenance = new SqliteMaintenance(archive);
    }

    /// <summary>An archive for this process alone, which is gone when it is disposed.</summary>
    public static SqliteArchive Temporary(SecretFinder? secrets = null) =>
        new(new ArchiveUse(ArchiveFile.Temporary(), path: null, new OutgoingDoor(secrets ?? SecretFinder.Standard)));

    /// <inheritdoc/>
    public string NoAnswer => archive.NoAnswer;

    /// <inheritdoc/>
    public IArchiveMaintenance Maintenance { get; }

    /// <inheritdoc/>
    public async Task<SaveOutcome> SaveAsync(string owner, ArchivedSession session, CancellationToken cancellationToken) =>
        (await SaveAllAsync(owner, [session], cancellationToken))[0];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SaveOutcome>> SaveAllAsync(
        string owner,
        IReadOnlyList<ArchivedSession> sessions,
        CancellationToken cancellationToken
    )
    {
        await PrepareAsync(owner, sessions, cancellationToken);
        var outcomes = await archive.WriteAsync(
            connection =>
            {
                using var writer = archive.Writer(connection, owner);
                var states = new SavedStates(writer);
                return sessions.Select(session => Completed(states.SaveAsync(session))).ToArray();
            },
            cancellationToken
        );
        archive.Prepared.Forget(sessions);
        return outcomes;
    }

    /// <inheritdoc/>
    public Task<List<SaveOutcome?>> SaveImportedAsync(
        string owner,
        IEnumerable<(ArchivedSession? Session, ImportedFile? File)> read,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        archive.WriteAsync(
            connection =>
            {
                using var writer = archive.Writer(connection, owner);
                var states = new ImportedStates(writer);
                using var files = new ImportedFiles(connection, owner);
                var begun = time.GetTimestamp();
                var outcomes = new List<SaveOutcome?>();
                foreach (var (session, file) in read)
                {
                    if (outcomes.Count > 0 && time.GetElapsedTime(begun) >= LongestImport)
                        break;
                    outcomes.Add(session is null ? null : Completed(states.SaveAsync(session)));
                    if (file is not null)
                        files.Add(file, time.GetUtcNow());
                }
                return outcomes;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task PrepareAsync(string owner, IReadOnlyList<ArchivedSession> sessions, CancellationToken cancellationToken)
    {
        var others = await archive.ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return sessions
                    .Select(one => one.Session)
                    .Where(session => !(reader.FindRow(session.Summary.SessionId)?.IsOf(session.Json) ?? false))
                    .ToList();
            },
            cancellationToken
        );
        await archive.Prepared.PrepareAsync(others, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<HashSet<ImportedFile>> FindImportedAsync(
        string owner,
        IEnumerable<ImportedFile> files,
        CancellationToken cancellationToken
    ) =>
        archive.ReadAsync(
            connection =>
            {
                using var imported = new ImportedFiles(connection, owner);
                return files.Where(imported.Contains).ToHashSet();
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<ArchivedSession?> FindAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        archive.ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.Find(sessionId);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<OriginalList> ListOriginalsAsync(string owner, CancellationToken cancellationToken) =>
        archive.ReadAsync(connection => ListedOriginals.Read(connection, owner), cancellationToken);

    /// <inheritdoc/>
    public Task<Original?> FindOriginalAsync(string owner, long number, CancellationToken cancellationToken) =>
        archive.ReadAsync(
            connection =>
            {
                using var originals = new Originals(connection);
                return ListedOriginals.IsOf(connection, owner, number) ? originals.Read(number) : null;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<Original?> FindOriginalAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        archive.ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                using var originals = new Originals(connection);
                return reader.FindRow(sessionId) is { } row && originals.NumberOf(row.No) is { } number ? originals.Read(number) : null;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<SessionSummary?> FindSummaryAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        archive.ReadAsync(
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
        if (filter is not { TitleContains: null, IndexId: null, SubagentsOf: null, Recorded.IsNarrow: false })
            await earlier.FillListedColumnsAsync(cancellationToken);
        return await earlier.ReadWithOutcomesAsync(
            owner,
            (reader, outcomes) => reader.List(filter, after, limit, outcomes),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, SessionSummary>> FindCurrentAsync(
        string owner,
        IReadOnlyCollection<SessionSummary> sessions,
        CancellationToken cancellationToken
    ) => earlier.ReadWithOutcomesAsync(owner, (reader, outcomes) => reader.Current(sessions, outcomes), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindKnownAsync(
        string owner,
        IReadOnlyCollection<string> sessionIds,
        CancellationToken cancellationToken
    ) =>
        archive.ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.Known(sessionIds);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<bool> HasAsync(string owner, Session session, CancellationToken cancellationToken) =>
        archive.ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.FindRow(session.Summary.SessionId)?.IsOf(session.Json) ?? false;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<string?> FindChecksumAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        archive.ReadAsync(
            connection =>
            {
                using var reader = new SessionReader(connection, owner);
                return reader.FindRow(sessionId)?.Version;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<T> ReadTextsAsync<T>(TextScope scope, Func<ITextIndex, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        await earlier.ReadWordsAgainAsync(cancellationToken);
        return await archive.ReadAsync(
            connection =>
            {
                using var texts = new SqliteTexts(connection, scope, archive.Secrets);
                // SQLite answers synchronously, so this waits only where files are searched too, which is done in another task.
                return read(archive.MayFindHidden ? new ShownTexts(texts, archive.Open) : texts).AsTask().GetAwaiter().GetResult();
            },
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        archive.Exists
        && await archive.WriteAsync(
            connection =>
            {
                using var writer = archive.Writer(connection, owner);
                return Completed(new SavedStates(writer).DeleteAsync(sessionId));
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindDeletedAsync(
        string owner,
        IReadOnlyCollection<SessionSummary> sessions,
        CancellationToken cancellationToken
    ) => archive.ReadAsync<IReadOnlySet<string>>(connection => DeletedSessions.Find(connection, owner, sessions), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindOlderAsync(
        string owner,
        DateTimeOffset before,
        int limit,
        CancellationToken cancellationToken
    ) => archive.ReadAsync<IReadOnlyList<string>>(connection => OlderSessions.Find(connection, owner, before, limit), cancellationToken);

    /// <inheritdoc/>
    public async Task<int> DeleteOlderAsync(string owner, DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        // Who finds nothing does not wait for those who write.
        (await FindOlderAsync(owner, before, 1, cancellationToken)).Count == 0
            ? 0
            : await archive.WriteAsync(
                connection =>
                {
                    using var writer = archive.Writer(connection, owner);
                    var states = new SavedStates(writer);
                    return OlderSessions.Find(connection, owner, before, limit).Count(id => Completed(states.DeleteAsync(id)));
                },
                cancellationToken
            );

    /// <inheritdoc/>
    public Task<ArchiveStatistics> CountAsync(string owner, CancellationToken cancellationToken) =>
        archive.ReadAsync(
            connection =>
            {
                using var sums = new Statement(
                    connection,
                    $"""
                    select count(*), coalesce(sum({ArchiveShares.PlausibleEvents}), 0), coalesce(sum({ArchiveShares.PlausibleBytes}), 0) from session
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
        archive.ReadAsync(ArchiveShares.Read, cancellationToken);

    /// <summary>SQLite answers synchronously, so what was asked of the writer is done.</summary>
    private static T Completed<T>(ValueTask<T> work) => work.AsTask().GetAwaiter().GetResult();

    /// <summary>Closes the file. Saved sessions are safe without it.</summary>
    public void Dispose() => archive.Dispose();
}
