namespace ChatSessions.Search;

/// <summary>Collects the texts that match the part of a query that says most, and notes what is found nowhere.</summary>
internal sealed class PartialMatches(ITextIndex index, SearchQuery query, Loosening loosening, CancellationToken cancellationToken)
{
    /// <summary>How many texts are looked at for a word if not all words are in one text. A more frequent word says little.</summary>
    private const int MostOfWord = 2_000;

    /// <summary>How many times as much a path or a longer identifier says than a word that is as rare: it is what a question with one is about.</summary>
    private const double OfName = 2;

    /// <summary>A text is a partial match if it has at least so much of what the best one has.</summary>
    private const double ShareOfBest = 0.5;

    /// <param name="telling">The clauses, with other forms of their words if they are looked for.</param>
    /// <param name="whole">The texts that match all of them.</param>
    public async ValueTask<Collected> CollectAsync(IReadOnlyList<SearchClause> telling, IReadOnlyList<TextAddress> whole)
    {
        var must = telling.Where(clause => clause.IsQuoted).ToList();
        var unmet = new List<UnmetTerm>();
        var lists = new List<(SearchClause Clause, IReadOnlyList<TextAddress> Texts, SearchClause Searched)>();
        var timesTyped = new Dictionary<TextAddress, int>();
        var isSplit = false;
        foreach (var clause in telling)
        {
            var (searched, texts) = (clause, whole);
            if (telling.Count > 1)
            {
                searched = clause.AsTyped();
                texts = await FindAllAsync(Matching.Of(searched), MostOfWord + 1);
            }
            if (searched != clause && texts.Count < Collecting.MaxCandidates)
            {
                foreach (var text in texts)
                    timesTyped[text] = timesTyped.GetValueOrDefault(text) + 1;
                searched = clause;
                texts = await FindAllAsync(Matching.Of(searched), MostOfWord + 1);
            }
            if (texts.Count > 0)
            {
                lists.Add((clause, texts, searched));
                continue;
            }
            var (others, instead) = await loosening.LoosenAsync(clause.AsTyped());
            unmet.Add(new(clause.Typed, instead));
            // Words that begin like the typed one are what it means; parts of it are not.
            isSplit |= others is not [{ Alternatives: [{ IsPrefix: true }] }];
            // Quoted words are what must be there.
            if (clause.IsQuoted)
                return Collected.Nothing with { Unmet = unmet, IsPartial = true, Whole = 0 };
            foreach (var other in others)
                if (await FindAllAsync(Matching.Of(other), MostOfWord + 1) is { Count: > 0 } found)
                    lists.Add((other, found, other));
        }
        if (lists.Count == 0)
            return Collected.Nothing with { Unmet = unmet, IsPartial = true, Whole = 0 };
        double[] weights = [.. lists.Select(list => WeightOf(list.Texts) * (list.Clause.IsName ? OfName : 1))];
        var scored = new List<IReadOnlyList<TextAddress>>(lists.Count);
        foreach (var (_, texts, searched) in lists)
            // The newest that have a frequent word may not have what must be there, and older ones may.
            scored.Add(
                texts.Count > MostOfWord && must.Count > 0
                    ? await FindAllAsync(Matching.All(must.Append(searched).Distinct()), MostOfWord + 1)
                    : texts
            );
        var scores = ScoresOf(scored, weights, must: [.. lists.Select(list => list.Clause.IsQuoted)]);
        var total = weights.Sum();
        // They may be older than the texts that were looked at for each word.
        foreach (var text in whole)
            scores[text] = total;
        var best = scores.Values.DefaultIfEmpty().Max();
        var all = scores
            .Where(one => one.Value >= ShareOfBest * best)
            .Select(one => one.Key)
            .OrderByDescending(text => text.Number)
            .ToList();
        var bestFirst = all.OrderByDescending(text => scores[text])
            .ThenByDescending(text => timesTyped.GetValueOrDefault(text))
            .ThenByDescending(text => text.Number);
        var candidates = Collecting.OfAllSessions(bestFirst, Collecting.MaxCandidates);
        return new([.. lists.Select(list => list.Clause)], weights, all, [.. candidates])
        {
            IsMore = all.Count > Collected.MostCounted || lists.Any(list => list.Texts.Count > MostOfWord),
            IsPartial = true,
            // Words that begin like the typed ones count as them.
            Whole = whole.Count > 0 || isSplit ? whole.Count : scores.Values.Count(score => score > total - 1e-9),
            Unmet = unmet,
            ShareOfSession = SharesOf(lists.Select(list => list.Texts.Concat(whole)), weights),
        };
    }

    /// <summary>How much a word says: the more, the fewer texts have it.</summary>
    private double WeightOf(IReadOnlyList<TextAddress> texts)
    {
        double all = Math.Max(index.Texts, texts.Count);
        // The list ends at a limit, and the same density is assumed before it.
        var have =
            texts.Count <= MostOfWord
                ? texts.Count
                : Math.Max(texts.Count, texts.Count * all / Math.Max(1, texts[0].Number - texts[^1].Number));
        return Math.Log2(1 + all / Math.Max(1, have));
    }

    private static Dictionary<TextAddress, double> ScoresOf(
        IEnumerable<IReadOnlyList<TextAddress>> lists,
        double[] weights,
        IReadOnlyList<bool> must
    )
    {
        var scores = new Dictionary<TextAddress, double>();
        var haveMust = new Dictionary<TextAddress, int>();
        foreach (var (number, texts) in lists.Index())
        foreach (var text in texts)
        {
            scores[text] = scores.GetValueOrDefault(text) + weights[number];
            if (must[number])
                haveMust[text] = haveMust.GetValueOrDefault(text) + 1;
        }
        var needed = must.Count(one => one);
        return needed == 0
            ? scores
            : scores.Where(one => haveMust.GetValueOrDefault(one.Key) == needed).ToDictionary(one => one.Key, one => one.Value);
    }

    private static Dictionary<long, double> SharesOf(IEnumerable<IEnumerable<TextAddress>> lists, double[] weights)
    {
        var (shares, total) = (new Dictionary<long, double>(), weights.Sum());
        foreach (var (number, texts) in lists.Index())
        foreach (var session in texts.Select(text => text.Session).Distinct())
            shares[session] = shares.GetValueOrDefault(session) + weights[number] / total;
        return shares;
    }

    private ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(TextMatch match, int limit) =>
        index.FindAllAsync(query.Allowed(match), from: 0, before: null, limit, cancellationToken);
}
