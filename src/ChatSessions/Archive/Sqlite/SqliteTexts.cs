using ChatSessions.Recorded;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// The texts of an open archive, within the caller's transaction. SQLite has no asynchronous calls, so every call completes synchronously
/// on the caller's thread.
/// </summary>
internal sealed class SqliteTexts : ITextIndex, IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Candidates? candidates;
    private readonly Vocabulary vocabulary;
    private readonly ArchivedTexts texts;

    public SqliteTexts(SqliteConnection connection, TextScope scope, OutgoingDoor secrets)
    {
        this.connection = connection;
        (vocabulary, texts) = (new(connection), new(connection, secrets));
        Next = Number("select value from counter where name = 'next_event'") ?? 0;
        Archive = (uint)(Number("select value from counter where name = 'number'") ?? 0);
        var owners = scope.Owners.Select(owner => Number("select no from owner where name = ?1", owner)).OfType<long>().ToList();
        (Sessions, LeftOut) = CountedSessions.Of(connection, owners, scope);
        Outdated = UnreadWords.Count(connection);
        var tools = scope.Filter.ToolSpellings.Select(name => Number("select no from tool where name = ?1", name)).OfType<long>().ToList();
        if (owners.Count > 0 && (scope.Filter.Tool is null || tools.Count > 0))
            candidates = new(connection, owners, tools, scope, scope.Before ?? Next);
    }

    public long Sessions { get; }

    public long LeftOut { get; }

    public long Outdated { get; }

    public long Texts => Next;

    public long Next { get; }

    public uint Archive { get; }

    public ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(candidates?.Exists(match) ?? false);
    }

    public ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        long from,
        int limit,
        CancellationToken cancellationToken
    ) => new(candidates?.Find(match, known, from, limit, cancellationToken) ?? []);

    public ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(
        TextMatch match,
        long from,
        long? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(candidates?.FindAll(match, from, before, limit, cancellationToken) ?? []);
    }

    public ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(vocabulary.Endings(beginning, limit));
    }

    public IAsyncEnumerable<FoundText> ReadAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        addresses
            .Select(address =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return texts.Get(address);
            })
            .ToAsyncEnumerable();

    public IAsyncEnumerable<FoundEvent> ReadEventsAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        addresses
            .Select(address =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return texts.GetEvent(address);
            })
            .ToAsyncEnumerable();

    public ValueTask<IReadOnlyDictionary<long, long>> FindUpdatedAsync(
        IReadOnlyCollection<long> sessions,
        CancellationToken cancellationToken
    )
    {
        using var session = new Statement(connection, "select updated from session where no = ?1");
        var updated = new Dictionary<long, long>();
        foreach (var no in sessions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (session.Bind(1, no).ReadNumber() is { } moment)
                updated[no] = moment;
        }
        return new(updated);
    }

    public IAsyncEnumerable<FoundSession> ReadSessionsAsync(IEnumerable<long> sessions, CancellationToken cancellationToken) =>
        sessions
            .Select(session =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return texts.GetSession(session);
            })
            .ToAsyncEnumerable();

    public void Dispose()
    {
        candidates?.Dispose();
        vocabulary.Dispose();
        texts.Dispose();
    }

    private long? Number(string sql, string? name = null)
    {
        using var statement = new Statement(connection, sql);
        return (name is null ? statement : statement.Bind(1, name)).ReadNumber();
    }
}
