namespace ChatSessions.Search;

/// <summary>The texts of two indexes as one. Those of the second have higher numbers, so they count as newer.</summary>
/// <param name="before">Only texts of the first with smaller numbers are searched; null for all.</param>
internal sealed class JoinedTexts(ITextIndex first, ITextIndex second, long? before) : ITextIndex
{
    /// <summary>
    /// Added to the numbers of the second. No more than the first needs, since how frequent a word is follows from how far its numbers are
    /// apart.
    /// </summary>
    private readonly long below = before ?? first.Next;

    public long Sessions => first.Sessions + second.Sessions;

    public long LeftOut => first.LeftOut + second.LeftOut;

    public long Outdated => first.Outdated + second.Outdated;

    public long Texts => first.Texts + second.Texts;

    /// <summary>Of the first. The second's texts are limited by its scope.</summary>
    public long Next => first.Next;

    public uint Archive => first.Archive;

    public async ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken) =>
        await second.ExistsAsync(match, cancellationToken) || await first.ExistsAsync(match, cancellationToken);

    public async ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        long from,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var knownOfSecond = known.Where(IsOfSecond).Select(OfSecond).ToHashSet();
        var newer = await second.FindNewestAsync(match, knownOfSecond, Math.Max(0, from - below), limit, cancellationToken);
        var older = from >= below ? [] : await first.FindNewestAsync(match, known, from, limit, cancellationToken);
        return [.. newer.Select(OfBoth).Concat(older).Take(limit)];
    }

    public async ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(
        TextMatch match,
        long from,
        long? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var newer =
            before <= below ? [] : await second.FindAllAsync(match, Math.Max(0, from - below), before - below, limit, cancellationToken);
        var older =
            newer.Count >= limit || from >= below
                ? []
                : await first.FindAllAsync(match, from, before <= below ? before : null, limit - newer.Count, cancellationToken);
        return [.. newer.Select(OfBoth), .. older];
    }

    public async ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken)
    {
        var ofSecond = await second.FindEndingsAsync(beginning, limit, cancellationToken);
        var ofFirst = await first.FindEndingsAsync(beginning, limit, cancellationToken);
        return ofFirst is null || ofSecond is null
            ? null
            : [.. ofFirst.Union(ofSecond).OrderBy(word => word.Length).ThenBy(word => word, StringComparer.Ordinal).Take(limit)];
    }

    public IAsyncEnumerable<FoundText> ReadAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        ReadAsync(addresses, IsOfSecond, OfSecond, (index, some) => index.ReadAsync(some, cancellationToken), Of);

    public IAsyncEnumerable<FoundEvent> ReadEventsAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        ReadAsync(
            addresses,
            IsOfSecond,
            OfSecond,
            (index, some) => index.ReadEventsAsync(some, cancellationToken),
            (read, address) => read with { Text = Of(read.Text, address) }
        );

    public async ValueTask<IReadOnlyDictionary<long, long>> FindUpdatedAsync(
        IReadOnlyCollection<long> sessions,
        CancellationToken cancellationToken
    )
    {
        var updated = new Dictionary<long, long>(
            await first.FindUpdatedAsync([.. sessions.Where(session => session < below)], cancellationToken)
        );
        long[] ofSecond = [.. sessions.Where(session => session >= below).Select(session => session - below)];
        foreach (var (session, moment) in await second.FindUpdatedAsync(ofSecond, cancellationToken))
            updated[session + below] = moment;
        return updated;
    }

    public IAsyncEnumerable<FoundSession> ReadSessionsAsync(IEnumerable<long> sessions, CancellationToken cancellationToken) =>
        ReadAsync(
            sessions,
            session => session >= below,
            session => session - below,
            (index, some) => index.ReadSessionsAsync(some, cancellationToken),
            (read, _) => read
        );

    /// <summary>Reads each from its index, in this order.</summary>
    private async IAsyncEnumerable<T> ReadAsync<TKey, T>(
        IEnumerable<TKey> keys,
        Func<TKey, bool> isOfSecond,
        Func<TKey, TKey> ofSecond,
        Func<ITextIndex, IEnumerable<TKey>, IAsyncEnumerable<T>> read,
        Func<T, TKey, T> asAsked
    )
    {
        foreach (var run in RunsOf(keys, isOfSecond))
        {
            var at = 0;
            await foreach (var one in isOfSecond(run[0]) ? read(second, run.Select(ofSecond)) : read(first, run))
                yield return asAsked(one, run[at++]);
        }
    }

    /// <summary>The keys in this order, with those of the same index that follow each other together.</summary>
    private static List<List<TKey>> RunsOf<TKey>(IEnumerable<TKey> keys, Func<TKey, bool> isOfSecond)
    {
        var runs = new List<List<TKey>>();
        foreach (var key in keys)
            if (runs.Count > 0 && isOfSecond(runs[^1][0]) == isOfSecond(key))
                runs[^1].Add(key);
            else
                runs.Add([key]);
        return runs;
    }

    private static FoundText Of(FoundText text, TextAddress address) => text with { Address = address };

    private bool IsOfSecond(TextAddress address) => address.Session >= below;

    private TextAddress OfSecond(TextAddress address) => address with { Session = address.Session - below };

    private TextAddress OfBoth(TextAddress address) => address with { Session = address.Session + below };
}
