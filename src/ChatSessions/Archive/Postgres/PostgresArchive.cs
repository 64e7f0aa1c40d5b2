using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Search;
using ChatSessions.Sources;
using Npgsql;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// An archive of sessions in a PostgreSQL database, for many processes on many machines. Its tables are made when something is first saved. Every
/// transaction says whose sessions it is about, and the database lets it see no others.
/// </summary>
public sealed class PostgresArchive : ISessionArchive
{
    /// <summary>How long an import may keep others from writing the owner's sessions at a time, not counting its last session and the commit.</summary>
    private static readonly TimeSpan LongestImport = TimeSpan.FromMilliseconds(500);

    /// <summary>How many sessions of an import are looked up in one round trip.</summary>
    private const int ReadAhead = 64;

    /// <summary>Less JSON is prepared while it is written.</summary>
    private const long LeastPrepared = 256 << 10;

    private readonly Database database;
    private readonly SaveNotices notices;
    private readonly OutgoingDoor secrets;
    private readonly PreparedSessions prepared;
    private readonly KnownWords known = new();
    private readonly OpenTexts open = new();

    /// <summary>How many sessions some owners share, for searches in several owners.</summary>
    private readonly LastUsed<string, long> counted = new(256);

    /// <param name="place">A URL, or a connection string.</param>
    /// <param name="secrets">No word of what it finds can be searched for; null for the standard secrets.</param>
    public PostgresArchive(string place, SecretFinder? secrets = null)
    {
        database = new(PostgresPlace.Parse(place));
        notices = new(database.Place);
        this.secrets = new OutgoingDoor(secrets ?? SecretFinder.Standard);
        prepared = new(this.secrets);
        Maintenance = new PostgresMaintenance(database);
    }

    /// <inheritdoc/>
    public string NoAnswer => PostgresFailure.Find(new NpgsqlException(null, new TimeoutException()), database.Place)!.Message;

    /// <inheritdoc/>
    public IArchiveMaintenance Maintenance { get; }

    /// <inheritdoc/>
    public async Task<string?> FindWarningAsync(CancellationToken cancellationToken) =>
        await database.UseAsync(
            work => work.NumberAsync("select 1::bigint from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)"),
            cancellationToken
        )
            is null
            ? null
            : $"Row-level security does not hold the user {database.Place.User} of the PostgreSQL server {database.Place.Server}: it is a superuser "
                + "or has BYPASSRLS. Use a plain user that owns the database, so that the database too keeps owners apart.";

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
        // To look up a few sessions takes longer than to make again what they are made of.
        if (sessions.Sum(one => (long)one.Session.Json.Utf8.Length) > LeastPrepared)
            await PrepareAsync(owner, sessions, cancellationToken);
        var outcomes = await WriteAsync(
            owner,
            async (_, writing) =>
            {
                await writing.ReadAheadAsync(sessions);
                var states = new SavedStates(writing);
                var saved = new List<SaveOutcome>(sessions.Count);
                foreach (var session in sessions)
                    saved.Add(await states.SaveAsync(session));
                return saved;
            },
            cancellationToken
        );
        prepared.Forget(sessions);
        return outcomes;
    }

    /// <inheritdoc/>
    public async Task<List<SaveOutcome?>> SaveImportedAsync(
        string owner,
        IEnumerable<(ArchivedSession? Session, ImportedFile? File)> read,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var rest = read.GetEnumerator();
        // What was read is kept, since it may have to be saved again.
        var items = new List<(ArchivedSession? Session, ImportedFile? File)>();
        return await WriteAsync(
            owner,
            async (work, writing) =>
            {
                var states = new ImportedStates(writing);
                var begun = time.GetTimestamp();
                var outcomes = new List<SaveOutcome?>();
                var files = new List<ImportedFile>();
                while (outcomes.Count == 0 || time.GetElapsedTime(begun) < LongestImport)
                {
                    if (outcomes.Count == items.Count)
                    {
                        while (items.Count < outcomes.Count + ReadAhead && rest.MoveNext())
                            items.Add(rest.Current);
                        if (outcomes.Count == items.Count)
                            break;
                    }
                    if (outcomes.Count % ReadAhead == 0)
                        await writing.ReadAheadAsync(
                            items.Skip(outcomes.Count).Take(ReadAhead).Select(item => item.Session).OfType<ArchivedSession>()
                        );
                    var (session, file) = items[outcomes.Count];
                    outcomes.Add(session is null ? null : await states.SaveAsync(session));
                    if (file is not null)
                        files.Add(file);
                }
                await work.AddImportedAsync(files, time.GetUtcNow());
                return outcomes;
            },
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(string owner, IReadOnlyList<ArchivedSession> sessions, CancellationToken cancellationToken)
    {
        var saved = await ReadAsync(
            owner,
            [],
            (work, no) =>
                work.ListAsync(
                    $"select {SessionReading.Columns} from chat_mcp.session s where s.owner = $1 and s.id = any($2)",
                    SessionReading.Row,
                    no,
                    sessions.Select(one => StoredText.Of(one.Session.Summary.SessionId)).Distinct().ToArray()
                ),
            cancellationToken
        );
        var others = sessions
            .Select(one => one.Session)
            .Where(session => !saved.Exists(row => row.Id == session.Summary.SessionId && row.IsOf(session.Json)));
        await prepared.PrepareAsync([.. others], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<HashSet<ImportedFile>> FindImportedAsync(string owner, IEnumerable<ImportedFile> files, CancellationToken cancellationToken)
    {
        var all = files.ToList();
        return ReadAsync(owner, [], (work, no) => work.FindImportedAsync(no, all), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ArchivedSession?> FindAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(owner, null, (work, no) => work.FindSessionAsync(no, sessionId), cancellationToken);

    /// <inheritdoc/>
    public Task<OriginalList> ListOriginalsAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync(owner, new([], []), (work, no) => work.ListOriginalsAsync(no), cancellationToken);

    /// <inheritdoc/>
    public Task<Original?> FindOriginalAsync(string owner, long number, CancellationToken cancellationToken) =>
        ReadAsync(owner, null, (work, no) => work.FindOriginalAsync(no, number), cancellationToken);

    /// <inheritdoc/>
    public Task<Original?> FindOriginalAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(
            owner,
            null,
            async (work, no) =>
                await work.FindRowAsync(no, sessionId) is { } row && await work.FindOriginalNumberAsync(row) is { } number
                    ? await work.FindOriginalAsync(no, number)
                    : null,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<SessionSummary?> FindSummaryAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(owner, null, async (work, no) => (await work.FindRowAsync(no, sessionId))?.Summary, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SessionSummary>> ListAsync(
        string owner,
        SessionFilter filter,
        SessionPlace? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ReadAsync(owner, [], (work, no) => SessionList.ReadAsync(work, no, filter, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, SessionSummary>> FindCurrentAsync(
        string owner,
        IReadOnlyCollection<SessionSummary> sessions,
        CancellationToken cancellationToken
    ) =>
        ReadAsync<IReadOnlyDictionary<string, SessionSummary>>(
            owner,
            new Dictionary<string, SessionSummary>(),
            (work, no) => work.FindCurrentAsync(no, sessions),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindKnownAsync(
        string owner,
        IReadOnlyCollection<string> sessionIds,
        CancellationToken cancellationToken
    ) =>
        ReadAsync<IReadOnlySet<string>>(owner, new HashSet<string>(), (work, no) => work.FindKnownAsync(no, sessionIds), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HasAsync(string owner, Session session, CancellationToken cancellationToken) =>
        ReadAsync(
            owner,
            false,
            async (work, no) => (await work.FindRowAsync(no, session.Summary.SessionId))?.IsOf(session.Json) ?? false,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<string?> FindChecksumAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        ReadAsync(owner, null, async (work, no) => (await work.FindRowAsync(no, sessionId))?.Version, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ReadTextsAsync<T>(TextScope scope, Func<ITextIndex, ValueTask<T>> read, CancellationToken cancellationToken) =>
        database.ReadAsync(
            scope.Owners,
            async () => await read(new NoTexts()),
            async work =>
            {
                var counts = await ArchiveCounts.ReadAsync(work, scope, counted);
                ITextIndex texts = work.Owners.Count > 0 ? new PostgresTexts(work, scope, secrets, counts) : new NoTexts(counts);
                return await read(secrets.HidesMore ? new ShownTexts(texts, open) : texts);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string owner, string sessionId, CancellationToken cancellationToken) =>
        (await FindKnownAsync(owner, [sessionId], cancellationToken)).Count > 0
        && await WriteAsync(owner, async (_, writing) => await new SavedStates(writing).DeleteAsync(sessionId), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindDeletedAsync(
        string owner,
        IReadOnlyCollection<SessionSummary> sessions,
        CancellationToken cancellationToken
    ) =>
        ReadAsync<IReadOnlySet<string>>(owner, new HashSet<string>(), (work, no) => work.FindDeletedAsync(no, sessions), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindOlderAsync(
        string owner,
        DateTimeOffset before,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ReadAsync<IReadOnlyList<string>>(
            owner,
            [],
            async (work, no) => await SessionList.OlderAsync(work, no, before, limit),
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<int> DeleteOlderAsync(string owner, DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        // Who finds nothing does not wait for those who write.
        (await FindOlderAsync(owner, before, 1, cancellationToken)).Count == 0
            ? 0
            : await WriteAsync(
                owner,
                async (work, writing) =>
                {
                    var (states, deleted) = (new SavedStates(writing), 0);
                    foreach (var id in await SessionList.OlderAsync(work, work.Owners[0].No, before, limit))
                        deleted += await states.DeleteAsync(id) ? 1 : 0;
                    return deleted;
                },
                cancellationToken
            );

    /// <inheritdoc/>
    public Task<ArchiveStatistics> CountAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync(
            owner,
            new(0, 0, 0),
            async (work, no) =>
                (
                    await work.ListAsync(
                        "select count(*), coalesce(sum(events), 0)::bigint, coalesce(sum(bytes), 0)::bigint from chat_mcp.session where owner = $1",
                        row => new ArchiveStatistics(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
                        no
                    )
                )[0],
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<ArchiveShare>> SharesAsync(CancellationToken cancellationToken) =>
        database.ReadAllAsync<IReadOnlyList<ArchiveShare>>(
            [],
            async work =>
            {
                var names = work.Owners.ToDictionary(owner => owner.No, owner => owner.Name);
                return await work.ListAsync(
                    """
                    select s.owner, s.origin, count(*), sum(s.events)::bigint, sum(s.bytes)::bigint,
                      min(s.updated) filter (where s.updated >= 0), max(s.updated) filter (where s.updated >= 0),
                      count(s.earlier_of), count(s.original),
                      (select coalesce(sum(o.bytes), 0)::bigint from chat_mcp.original o where o.owner = s.owner and o.format = s.origin),
                      (select coalesce(sum(o.stored), 0)::bigint from chat_mcp.original o where o.owner = s.owner and o.format = s.origin)
                    from chat_mcp.session s group by s.owner, s.origin order by s.owner, s.origin
                    """,
                    row => new ArchiveShare(
                        names[row.GetInt64(0)],
                        SessionOrigin.OfStored(row.GetString(1)),
                        row.GetInt64(2),
                        row.GetInt64(3),
                        row.GetInt64(4),
                        row.IsDBNull(5) ? null : SessionRow.MomentOf(row.GetInt64(5)),
                        row.IsDBNull(6) ? null : SessionRow.MomentOf(row.GetInt64(6))
                    )
                    {
                        EarlierStates = row.GetInt64(7),
                        Originals = new KeptOriginals(row.GetInt64(8), row.GetInt64(9), row.GetInt64(10)),
                    }
                );
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public IDisposable? OnSaved(Action saved) => notices.Follow(saved);

    /// <summary>Closes the connections. Saved sessions are safe without it.</summary>
    public void Dispose()
    {
        notices.Dispose();
        database.Dispose();
    }

    /// <summary>Reads what an owner has.</summary>
    /// <param name="none">The answer if the owner has nothing.</param>
    private Task<T> ReadAsync<T>(string owner, T none, Func<Work, long, Task<T>> read, CancellationToken cancellationToken) =>
        database.ReadAsync(
            [owner],
            () => Task.FromResult(none),
            work => work.Owners is [var only] ? read(work, only.No) : Task.FromResult(none),
            cancellationToken
        );

    private async Task<T> WriteAsync<T>(string owner, Func<Work, SessionWriting, Task<T>> write, CancellationToken cancellationToken)
    {
        var (result, written, listed) = await database.WriteAsync(
            owner,
            async work =>
            {
                var writing = new SessionWriting(work, known, prepared, secrets);
                var result = await write(work, writing);
                await writing.FlushAsync();
                return (result, work.Owners[0], writing.Listed);
            },
            cancellationToken
        );
        known.Add(written, listed);
        return result;
    }
}
