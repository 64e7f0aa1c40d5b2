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
    public const int MaxCandidates = 60;

    /// <summary>Fewer for a single word, name or phrase: texts that have it differ little.</summary>
    public const int MaxCandidatesOfOne = 24;

    /// <summary>If three texts match everything, partial matches only distract.</summary>
    private const int Enough = 3;

    /// <summary>How many texts of one session are taken before other sessions get their turn; more only if there is room left.</summary>
    private const int PerSession = 4;

    /// <summary>How many of the newest texts are looked at for words near each other: an index may have to read each to find out.</summary>
    private const int MostNear = 500;

    private readonly Loosening loosening = new(index, query, cancellationToken);
    private int mostCounted = Collected.MostCounted;

    public async ValueTask<Collected> RunAsync()
    {
        if (query.IsNewest)
            return await NewestAsync();
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
        // Where enough is as typed, nothing else is looked for.
        if (
            whole.Count < most
            && telling.Select(clause => clause.WithForms()).ToList() is var inForms
            && inForms.Exists(clause => clause.HasForms)
        )
        {
            asTyped = [.. whole];
            telling = inForms;
            whole = await FindAllAsync(Matching.All(telling), mostCounted + 1);
        }
        var isEnough = whole.Count >= Enough || (whole.Count > 0 && telling.Count(clause => !clause.IsQuoted) < 2);
        var collected = isEnough
            ? await WholeAsync(typed, telling, whole, asTyped, most)
            : await new PartialMatches(index, query, loosening, cancellationToken).CollectAsync(telling, whole);
        return collected with
        {
            AsTyped = asTyped,
            CutPrefixes = loosening.CutPrefixes,
            Typed = typed.Count > telling.Count ? typed : null,
        };
    }

    private async ValueTask<Collected> NewestAsync()
    {
        var all = await FindAllAsync(TextMatch.Every, mostCounted + 1);
        var counted = all.Take(mostCounted).ToList();
        var updated = await index.FindUpdatedAsync([.. counted.Select(text => text.Session).Distinct()], cancellationToken);
        var found = Collected.Nothing with { Updated = updated, IsMore = all.Count > mostCounted };
        return found with
        {
            All = [.. counted.OrderByDescending(text => found.PlaceOf(text).Moment).ThenByDescending(text => text.Number)],
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
