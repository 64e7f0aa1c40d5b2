using System.Text;

namespace ChatSessions.Search;

/// <summary>
/// An index written before rules were added, so that it may have words that are hidden now. A text is found only if the part of it that is shown
/// matches. So no hit and no count depends on hidden words. Each text is read once to find out whether anything in it is hidden.
/// </summary>
internal sealed class ShownTexts : ITextIndex
{
    /// <summary>So many texts that match are looked at for the newest of all sessions.</summary>
    private const int MostOfNewest = 250;

    /// <summary>To ask the index again takes longer than to pass some texts.</summary>
    private const int FewestAsked = 100;

    private const int AskedAgain = 10_000;

    /// <summary>So many texts are read at a time, since each reading may be a round trip.</summary>
    private const int MostRead = 64;

    private readonly ITextIndex index;
    private readonly OpenTexts open;
    private readonly WordStream stream = new();

    /// <param name="index">Reads texts without what is hidden.</param>
    /// <param name="open">What is known of the archive's texts.</param>
    public ShownTexts(ITextIndex index, OpenTexts open)
    {
        (this.index, this.open) = (index, open);
        open.Begin(index);
    }

    public long Sessions => index.Sessions;

    public long LeftOut => index.LeftOut;

    public long Outdated => index.Outdated;

    public long Texts => index.Texts;

    public long Next => index.Next;

    public uint Archive => index.Archive;

    public async ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken) =>
        (await FindAllAsync(match, from: 0, before: null, limit: 1, cancellationToken)).Count > 0;

    public async ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        long from,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // The index gives each session a few places, and texts that do not count would take them.
        var newest = await FindAllAsync(match, from, before: null, MostOfNewest, cancellationToken);
        return [.. Collecting.OfAllSessions(newest.Where(address => !known.Contains(address)), limit)];
    }

    public async ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(
        TextMatch match,
        long from,
        long? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // A text whose words to leave out are only in what is hidden counts.
        var wide = match is TextMatch.Without without ? without.Match : match;
        var found = new List<TextAddress>();
        for (var asked = Math.Max(limit, FewestAsked); ; asked = Math.Max(asked, AskedAgain))
        {
            var some = await index.FindAllAsync(wide, from, before, asked, cancellationToken);
            if (some.Count == 0)
                return found;
            // Of a text in which nothing is hidden, the index says the same as its words.
            HashSet<TextAddress>? matching =
                match == wide ? null : [.. await index.FindAllAsync(match, some[^1].Number, before, int.MaxValue, cancellationToken)];
            for (var at = 0; at < some.Count; )
            {
                var batch = some.Skip(at).Take(Math.Clamp(limit - found.Count, 1, MostRead)).ToList();
                at += batch.Count;
                var hiding = await ReadHidingAsync(batch, cancellationToken);
                found.AddRange(
                    batch.Where(address =>
                        hiding.TryGetValue(address, out var words) ? match.IsIn(words) : matching?.Contains(address) != false
                    )
                );
                if (found.Count >= limit)
                    return found;
            }
            if (some.Count < asked)
                return found;
            before = some[^1].Number;
        }
    }

    /// <summary>Null: the words that are kept may be of what is hidden.</summary>
    public ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken) =>
        new((IReadOnlyList<string>?)null);

    public IAsyncEnumerable<FoundText> ReadAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        index.ReadAsync(addresses, cancellationToken);

    public IAsyncEnumerable<FoundEvent> ReadEventsAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
        index.ReadEventsAsync(addresses, cancellationToken);

    public ValueTask<IReadOnlyDictionary<long, long>> FindUpdatedAsync(
        IReadOnlyCollection<long> sessions,
        CancellationToken cancellationToken
    ) => index.FindUpdatedAsync(sessions, cancellationToken);

    public IAsyncEnumerable<FoundSession> ReadSessionsAsync(IEnumerable<long> sessions, CancellationToken cancellationToken) =>
        index.ReadSessionsAsync(sessions, cancellationToken);

    /// <summary>Those of some texts in which anything is hidden, with the words that are shown of them.</summary>
    private async ValueTask<Dictionary<TextAddress, string[]>> ReadHidingAsync(List<TextAddress> texts, CancellationToken cancellationToken)
    {
        var hiding = new Dictionary<TextAddress, string[]>();
        await foreach (var text in index.ReadAsync(texts.Where(address => !open.Has(address.Number)), cancellationToken))
            if (text.HasAddedSecrets)
                hiding[text.Address] = Encoding.UTF8.GetString(stream.Of(text.Text)).Split(' ');
            else
                open.Add(text.Address.Number);
        return hiding;
    }
}
