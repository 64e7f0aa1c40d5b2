namespace ChatSessions.Search;

/// <summary>
/// Collects the texts that match the whole query, all of them. Only if these are few, it also collects those that match the part of it that
/// says most, and notes what is found nowhere.
/// </summary>
internal sealed class Collecting(ITextIndex index, SearchQuery query, CancellationToken cancellationToken)
{
    /// <summary>Fewer if a prefix stands for a list of words, since each word on it is looked at for each hit.</summary>
    private const int MostCountedOfList = 2_000;

    /// <summary>Fewer for words in a row: an index may have to read each text to find out.</summary>
    public const int MostCountedInARow = 2_000;

    /// <summary>Measured from 40 to 200: more gave no better hits, and reading their texts takes most of the time.</summary>
    private const int MaxCandidates = 60;

    /// <summary>Fewer for a single word, name or phrase: texts that have it differ little.</summary>
    public const int MaxCandidatesOfOne = 24;

    /// <summary>If three texts match everything, partial matches only distract.</summary>
    private const int Enough = 3;

    /// <summary>How many texts of one session are taken before other sessions get their turn; more only if there is room left.</summary>
    private const int PerSession = 4;

    /// <summary>How many texts are looked at for a word if not all words are in one text. A more frequent word says little.</summary>
    private const int MostOfWord = 2_000;

    /// <summary>A text is a partial match if it has at least so much of what the best one has.</summary>
    private const double ShareOfBest = 0.5;

    /// <summary>How many of the newest texts are looked at for words near each other: an index may have to read each to find out.</summary>
    private const int MostNear = 500;

    private readonly Loosening loosening = new(index, query, cancellationToken);
    private int mostCounted = Collected.MostCounted;

    public async ValueTask<Collected> RunAsync()
    {
        var typed = await loosening.WithEndingsAsync(query.Clauses);
        var telling = SearchClause.WithoutSmallWords(typed);
        var terms = typed.SelectMany(clause => clause.Alternatives).ToList();
        var mostOfAll = terms.Any(term => term.Readings.Any(words => words.Count > 1)) ? MostCountedInARow : Collected.MostCounted;
        mostCounted = terms.Any(term => term.Endings.Count > 0) ? MostCountedOfList : mostOfAll;
        var whole = await FindAllAsync(Matching.All(telling), mostCounted + 1);
        // That is quick only where few texts have such words.
        if (whole.Count < MaxCandidates && loosening.CutPrefixes.Count > 0)
        {
            typed = loosening.WithAllEndings(typed);
            telling = SearchClause.WithoutSmallWords(typed);
            mostCounted = mostOfAll;
            whole = await FindAllAsync(Matching.All(telling), mostCounted + 1);
        }
        var (asTyped, most) = (new HashSet<TextAddress>(), typed.Count == 1 ? MaxCandidatesOfOne : MaxCandidates);
        // Of other forms, no more are looked for where there are enough as typed.
        if (
            whole.Count < most
            && telling.Select(clause => clause.WithForms()).ToList() is var inForms
            && inForms.Any(clause => clause.HasForms)
        )
        {
            asTyped = [.. whole];
            telling = inForms;
            whole = await FindAllAsync(Matching.All(telling), mostCounted + 1);
        }
        var isEnough = whole.Count >= Enough || (whole.Count > 0 && telling.Count(clause => !clause.IsQuoted) < 2);
        var collected = isEnough ? await WholeAsync(typed, telling, whole, asTyped, most) : await PartsAsync(telling, whole, asTyped);
        return collected with
        {
            AsTyped = asTyped,
            CutPrefixes = loosening.CutPrefixes,
            Typed = typed.Count > telling.Count ? typed : null,
        };
    }

    private async ValueTask<Collected> WholeAsync(
        IReadOnlyList<SearchClause> typed,
        IReadOnlyList<SearchClause> telling,
        IReadOnlyList<TextAddress> whole,
        IReadOnlySet<TextAddress> asTyped,
        int most
    )
    {
        var candidates = new HashSet<TextAddress>(asTyped);
        var oldest = whole.Count > mostCounted ? whole[mostCounted - 1].Number : 0;
        if (whole.Count > MaxCandidates && !telling.Any(clause => clause.HasForms))
        {
            if (Matching.InARow(typed) is { } row)
                await AddAsync(row, MaxCandidates / 3, from: oldest);
            if (typed.Count > telling.Count)
            {
                await AddNearAsync(typed, MaxCandidates * 2 / 5);
                await AddAsync(Matching.All(typed), MaxCandidates / 2, from: oldest);
            }
            await AddNearAsync(telling, MaxCandidates * 3 / 4);
        }
        candidates.UnionWith(OfAllSessions(whole.Where(address => !candidates.Contains(address)), most - candidates.Count));
        return new(telling, [.. telling.Select(_ => 1.0)], whole.Count > mostCounted ? [.. whole.Take(mostCounted)] : whole, candidates)
        {
            IsMore = whole.Count > mostCounted,
        };

        async ValueTask AddNearAsync(IReadOnlyList<SearchClause> clauses, int most)
        {
            if (Matching.Near(clauses) is { } near)
                await AddAsync(near, most, from: whole.Count > MostNear ? whole[MostNear - 1].Number : 0);
        }

        // Older texts than those that are counted are not ranked.
        async ValueTask AddAsync(TextMatch match, int most, long from)
        {
            if (candidates.Count < most)
                candidates.UnionWith(
                    await index.FindNewestAsync(query.Allowed(match), candidates, from, most - candidates.Count, cancellationToken)
                );
        }
    }

    private async ValueTask<Collected> PartsAsync(
        IReadOnlyList<SearchClause> telling,
        IReadOnlyList<TextAddress> whole,
        IReadOnlySet<TextAddress> asTyped
    )
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
            if (searched != clause && texts.Count < MaxCandidates)
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
        double[] weights = [.. lists.Select(list => WeightOf(list.Texts))];
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
        var candidates = asTyped.Union(OfAllSessions(bestFirst.Where(text => !asTyped.Contains(text)), MaxCandidates - asTyped.Count));
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

    /// <summary>Takes a few texts of each session, in this order, and more only if there is room left.</summary>
    internal static IEnumerable<TextAddress> OfAllSessions(IEnumerable<TextAddress> texts, int limit)
    {
        var (taken, passed) = (new Dictionary<long, int>(), new List<TextAddress>());
        var count = 0;
        foreach (var text in texts)
        {
            if (count >= limit)
                yield break;
            if ((taken[text.Session] = taken.GetValueOrDefault(text.Session) + 1) > PerSession)
            {
                if (passed.Count < limit)
                    passed.Add(text);
                continue;
            }
            count++;
            yield return text;
        }
        foreach (var text in passed.Take(limit - count))
            yield return text;
    }

    private ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(TextMatch match, int limit) =>
        index.FindAllAsync(query.Allowed(match), from: 0, before: null, limit, cancellationToken);
}
