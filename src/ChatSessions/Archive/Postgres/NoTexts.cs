using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>The texts of owners who have none.</summary>
internal sealed class NoTexts(ArchiveCounts? counts = null) : ITextIndex
{
    public long Sessions => 0;

    public long LeftOut => 0;

    public long Outdated => 0;

    public long Texts => Next;

    public long Next => counts?.Next ?? 1;

    public uint Archive => counts?.Archive ?? 0;

    public ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken) => new(false);

    public ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        long from,
        int limit,
        CancellationToken cancellationToken
    ) => new([]);

    public ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(
        TextMatch match,
        long from,
        long? before,
        int limit,
        CancellationToken cancellationToken
    ) => new([]);

    public ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken) =>
        new(VocabularyWord.AreListed(beginning) ? [] : null);

    public IAsyncEnumerable<FoundText> ReadAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<FoundText>();

    public IAsyncEnumerable<FoundEvent> ReadEventsAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<FoundEvent>();

    public ValueTask<IReadOnlyDictionary<long, long>> FindUpdatedAsync(
        IReadOnlyCollection<long> sessions,
        CancellationToken cancellationToken
    ) => new(new Dictionary<long, long>());

    public IAsyncEnumerable<FoundSession> ReadSessionsAsync(IEnumerable<long> sessions, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<FoundSession>();
}
