using ChatSessions.Recorded;

namespace ChatSessions.Search;

/// <summary>
/// Searches in two stages: the index gives all texts that match, then the best are chosen by the texts of the newest. A page is made of
/// the best, and after them of the others.
/// </summary>
internal sealed class TextSearch(ITextIndex index, SearchQuery query, OutgoingDoor door, CancellationToken cancellationToken)
{
    /// <summary>Texts read at most instead of those that are the same as others on the page.</summary>
    private const int MostReadAgain = 100;

    private const int LongestPage = 100_000;

    /// <summary>A page of hits.</summary>
    public async ValueTask<SearchPage> RunAsync(SearchCursor start, int limit)
    {
        if (query is { IsEmpty: true, IsNewest: false })
            return new([], null, index.Sessions, HasAll: false) { LeftOut = index.LeftOut };
        var found = await new Collecting(index, query, cancellationToken).RunAsync();
        var ranked = RankedOf(found);
        var best = start.Rest is null ? await ranked.BestFirstAsync(found.Candidates) : [];
        var unseen = best.Where(hit => !start.Shown.Contains(hit.Address.Number)).ToList();
        limit = Math.Min(limit, LongestPage);
        var page = unseen.Take(limit).ToList();
        var shown = start.Shown.Concat(page.SelectMany(hit => hit.All).Select(address => address.Number)).ToHashSet();
        var (rest, isMore) = (start.Rest, unseen.Count > page.Count);
        if (!isMore)
        {
            var among = best.SelectMany(hit => hit.All).Select(address => address.Number).Concat(shown).ToHashSet();
            (var others, rest) = await RestAsync(found, ranked, among, start.Rest, limit - page.Count);
            page = RankedTexts.Joined([.. page, .. others]);
            isMore = rest is not null;
        }
        var next = start with { Below = start.Below ?? index.Next, Shown = shown, Rest = rest };
        return Page(found, isMore ? next.Encode() : null) with { Hits = await HitsAsync(InOrder(page), found.Clauses) };
    }

    /// <summary>A page of sessions that have hits: those with the best hits first, then the others, the newest first.</summary>
    public async ValueTask<SearchPage> RunBySessionAsync(SearchCursor start, int limit)
    {
        if (query is { IsEmpty: true, IsNewest: false })
            return new([], null, index.Sessions, HasAll: false) { LeftOut = index.LeftOut };
        var found = await new Collecting(index, query, cancellationToken).RunAsync();
        var best = start.Rest is null ? await RankedOf(found).BestFirstAsync(found.Candidates) : [];
        var unseen = best.SelectMany(hit => hit.All)
            .Select(address => address.Session)
            .Distinct()
            .Where(no => !start.Shown.Contains(no))
            .ToList();
        limit = Math.Min(limit, LongestPage);
        var page = unseen.Take(limit).ToList();
        var (shown, rest) = (start.Shown.Concat(page).ToHashSet(), start.Rest);
        var isMore = unseen.Count > page.Count;
        if (!isMore)
        {
            var (others, isLast) = (new List<long>(), false);
            for (var before = start.Rest; others.Count <= limit - page.Count && !isLast; )
            {
                var texts = await AfterAsync(found, before, limit);
                isLast = texts.Count == 0;
                others.AddRange(texts.Select(text => text.Session).Distinct().Where(no => !shown.Contains(no)));
                before = isLast ? before : found.PlaceOf(texts[^1].Session);
            }
            isMore = others.Count > limit - page.Count;
            // A page of the best alone says nothing of where the others go on.
            if (others.Count > 0 && page.Count < limit)
                rest = found.PlaceOf(others[Math.Min(others.Count, limit - page.Count) - 1]);
            page.AddRange(others.Take(limit - page.Count));
        }
        var next = start with { Below = start.Below ?? index.Next, Shown = shown, Rest = rest };
        return Page(found, isMore ? next.Encode() : null) with { BySession = await SessionsAsync(found, page) };
    }

    private RankedTexts RankedOf(Collected found) => new(index, query.Text, found, cancellationToken);

    private SearchPage Page(Collected found, string? cursor) =>
        new([], cursor, index.Sessions, found.All.Count > 0 && found.Whole is not 0)
        {
            LeftOut = index.LeftOut,
            AreNewestFirst = query.IsNewest,
            Found = found.Count,
            Whole = found.Whole,
            Passed = query.Passed,
            Misread = query.Misread,
            IsWithoutWords = query.Without.Count > 0,
            Unmet = found.Unmet,
            CutPrefixes = found.CutPrefixes,
            Outdated = index.Outdated,
        };

    /// <summary>The hits after the best: the newest first.</summary>
    /// <param name="not">The numbers of the best.</param>
    /// <returns>The hits, and where to go on; null at the end.</returns>
    private async ValueTask<(IReadOnlyList<Ranked> Hits, SearchPlace? Next)> RestAsync(
        Collected found,
        RankedTexts ranked,
        HashSet<long> not,
        SearchPlace? before,
        int limit
    )
    {
        var (hits, read) = (new List<Ranked>(), 0);
        while (true)
        {
            var texts = (await AfterAsync(found, before, limit + not.Count + 1)).Where(text => !not.Contains(text.Number)).ToList();
            if (texts.Count == 0)
                return (hits, null);
            if (hits.Count >= limit || read >= limit + MostReadAgain)
            {
                var next = found.PlaceOf(texts[0]);
                return (hits, next with { Number = next.Number + 1 });
            }
            texts = [.. texts.Take(limit - hits.Count)];
            hits = RankedTexts.Joined([.. hits, .. await ranked.ReadAsync(texts)]);
            (before, read) = (found.PlaceOf(texts[^1]), read + texts.Count);
        }
    }

    /// <summary>The texts that come after a place, at least so many if there are.</summary>
    private async ValueTask<IReadOnlyList<TextAddress>> AfterAsync(Collected found, SearchPlace? before, int count)
    {
        var texts = before is { } place ? found.All.Where(text => found.PlaceOf(text).IsAfter(place)).ToList() : found.All;
        // A partial match needs all words of a text, which are known only of those that were looked at.
        if (texts.Count > count || !found.IsMore || found.IsPartial)
            return texts;
        var more = await index.FindAllAsync(
            query.Allowed(Matching.All(found.Clauses)),
            from: 0,
            Math.Min(found.Lowest.Number, before?.Number ?? long.MaxValue),
            Math.Max(count, found.All.Count),
            cancellationToken
        );
        return [.. texts, .. more];
    }

    /// <summary>
    /// Leaves each session its places, and puts its hits there in the order of their positions. Those that have everything as typed keep the places of such hits.
    /// </summary>
    private static List<Ranked> InOrder(List<Ranked> page)
    {
        var sessions = page.GroupBy(hit => (hit.Address.Session, hit.IsTyped))
            .ToDictionary(session => session.Key, session => new Queue<Ranked>(session.OrderBy(hit => hit.Address.Position)));
        return [.. page.Select(hit => sessions[(hit.Address.Session, hit.IsTyped)].Dequeue())];
    }

    private async ValueTask<IReadOnlyList<SessionHits>> SessionsAsync(Collected found, List<long> sessions)
    {
        var rows = new List<SessionHits>(sessions.Count);
        var bySession = found.All.ToLookup(text => text.Session);
        await foreach (var session in index.ReadSessionsAsync(sessions, cancellationToken))
        {
            var no = sessions[rows.Count];
            var texts = bySession[no].ToList();
            // The list may end within a session, or before it.
            if (found is { IsMore: true, IsPartial: false } && (texts.Count == 0 || no == found.Lowest.Session))
                texts =
                [
                    .. (
                        await index.FindAllAsync(
                            query.Allowed(Matching.All(found.Clauses)),
                            from: no,
                            before: no + session.Events,
                            int.MaxValue,
                            cancellationToken
                        )
                    ).Where(text => text.Session == no),
                ];
            rows.Add(
                new(
                    door.Show(session.Summary),
                    session.Outcome,
                    texts.Count,
                    texts.Min(text => text.Position),
                    texts.Max(text => text.Position)
                )
            );
        }
        return rows;
    }

    private async ValueTask<IReadOnlyList<SearchHit>> HitsAsync(List<Ranked> page, IReadOnlyList<SearchClause> clauses)
    {
        var hits = new List<SearchHit>(page.Count);
        await foreach (var read in index.ReadEventsAsync(page.Select(hit => hit.Address), cancellationToken))
            hits.Add(Hit(page[hits.Count], read, clauses));
        return hits;
    }

    private SearchHit Hit(Ranked hit, FoundEvent read, IReadOnlyList<SearchClause> clauses)
    {
        var text = read.Text;
        var (offset, snippet) = ShownHit.Find(door, read.Event, text.Text, read.At, hit.Rank.At, clauses);
        return new(
            door.Show(read.Session),
            text.Address.Position,
            text.Address.Position + text.Events - 1,
            offset,
            text.Kind,
            text.Tool is null ? null : door.Replace(text.Tool, "name"),
            text.Outcome,
            snippet,
            hit.Score
        )
        {
            MoreHits = hit.Same.Count,
            MoreSessions = hit.Same.Select(address => address.Session).Distinct().Count(),
        };
    }
}
