using ChatSessions.Search;

namespace ChatSessions.Tests.Search;

/// <summary>An index that notes how much is asked of it.</summary>
internal sealed class CountedTexts(ITextIndex index) : ITextIndex
{
    /// <summary>How many texts one question returned at most that began at a session.</summary>
    public int MostOfOneSession { get; private set; }

    /// <summary>How many times texts, events or sessions were asked for.</summary>
    public int Reads { get; private set; }

    public long Sessions => index.Sessions;

    public long LeftOut => index.LeftOut;

    public long Outdated => index.Outdated;

    public long Texts => index.Texts;

    public long Next => index.Next;

    public uint Archive => index.Archive;

    public ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken) => index.ExistsAsync(match, cancellationToken);

    public ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        long from,
        int limit,
        CancellationToken cancellationToken
    ) => index.FindNewestAsync(match, known, from, limit, cancellationToken);

    public async ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(
        TextMatch match,
        long from,
        long? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var found = await index.FindAllAsync(match, from, before, limit, cancellationToken);
        if (from > 0)
            MostOfOneSession = Math.Max(MostOfOneSession, found.Count);
        return found;
    }

    public ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken) =>
        index.FindEndingsAsync(beginning, limit, cancellationToken);

    public IAsyncEnumerable<FoundText> ReadAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        Counted(index.ReadAsync(addresses, cancellationToken));

    public IAsyncEnumerable<FoundEvent> ReadEventsAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        Counted(index.ReadEventsAsync(addresses, cancellationToken));

    public ValueTask<IReadOnlyDictionary<long, long>> FindUpdatedAsync(
        IReadOnlyCollection<long> sessions,
        CancellationToken cancellationToken
    ) => index.FindUpdatedAsync(sessions, cancellationToken);

    public IAsyncEnumerable<FoundSession> ReadSessionsAsync(IEnumerable<long> sessions, CancellationToken cancellationToken) =>
        Counted(index.ReadSessionsAsync(sessions, cancellationToken));

    private T Counted<T>(T read)
    {
        Reads++;
        return read;
    }
}
