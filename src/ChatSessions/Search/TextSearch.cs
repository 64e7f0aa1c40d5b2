using ChatSessions.Recorded;

namespace ChatSessions.Search;

/// <summary>
/// Searches in two stages: the index gives the newest candidates, then their texts are ranked by content. If few match everything, the
/// query is loosened: first beginnings and parts of the terms, then one word fewer, then any of the words.
/// </summary>
internal sealed class TextSearch(ITextIndex index, SearchQuery query, OutgoingDoor door, CancellationToken cancellationToken)
{
    /// <summary>Measured from 40 to 200: more gave no better hits, and reading their texts takes most of the time.</summary>
    private const int MaxCandidates = 60;

    /// <summary>With fewer, the query is loosened. If three texts match everything, partial matches only distract.</summary>
    private const int Enough = 3;

    /// <summary>How many hits of one session are shown before those of the next.</summary>
    private const int AtATime = 2;

    /// <summary>How many other words may be between words that count as near.</summary>
    private const int Nearness = 8;

    /// <summary>If more words have the prefix, the shortest are searched: they are usually meant, and usually the frequent ones.</summary>
    private const int MaxEndings = 100;

    /// <summary>Fewer for a prefix at the end of a phrase, since the whole phrase is searched again for each.</summary>
    private const int MaxEndingsAfterOthers = 20;

    private readonly HashSet<TextAddress> found = [];

    public async ValueTask<SearchPage> RunAsync(SearchCursor start, int limit)
    {
        if (query.IsEmpty)
            return new([], null, index.Sessions, HasAll: false);
        var clauses = await CollectAsync(await WithEndingsAsync(query.Clauses));
        var ranked = await RankAsync(clauses);
        var rest = ranked.Where(hit => !start.Shown.Contains(hit.Address.Number)).ToList();
        var page = rest.Take(limit).ToList();
        var next = start with { Below = start.Below ?? index.Next, Shown = [.. start.Shown, .. page.Select(hit => hit.Address.Number)] };
        return new(
            await HitsAsync(page, clauses),
            rest.Count > page.Count ? next.Encode() : null,
            index.Sessions,
            ranked.Any(hit => hit.Rank.Found == clauses.Count)
        );
    }

    /// <summary>Collects candidates, and returns the clauses to rank them by.</summary>
    private async ValueTask<IReadOnlyList<SearchClause>> CollectAsync(IReadOnlyList<SearchClause> clauses)
    {
        if (Near(clauses) is { } near)
            await FindAsync(near, MaxCandidates * 2 / 3);
        await FindAsync(All(clauses), MaxCandidates - found.Count);
        if (found.Count >= Enough)
            return clauses;

        // If nothing has the question word for word, its small words are not what the user is looking for.
        var telling = found.Count == 0 ? SearchClause.WithoutSmallWords(clauses) : clauses;
        var loose = new List<SearchClause>();
        foreach (var clause in telling)
            loose.AddRange(await LoosenAsync(clause));
        if (!loose.SequenceEqual(clauses))
            await FindAsync(All(loose), MaxCandidates / 2);
        var quoted = loose.Where(IsQuoted).ToList();
        var others = loose.Where(clause => !IsQuoted(clause)).ToList();
        if (found.Count < Enough && others.Count is 3 or 4)
            foreach (var left in others)
                await FindAsync(All(loose.Where(clause => clause != left)), MaxCandidates / 4);
        if (found.Count < Enough && others.Count > 1)
            await FindAsync(new TextMatch.All([Any(others.Select(Of)), .. quoted.Select(Of)]), MaxCandidates / 2);
        return loose;
    }

    /// <summary>
    /// A term that is found nowhere as typed is tried as a prefix. Several words in a row, such as an identifier, are then tried without
    /// the last, then as separate words. A typed prefix is tried with every word that begins with it.
    /// </summary>
    private async ValueTask<IEnumerable<SearchClause>> LoosenAsync(SearchClause clause)
    {
        if (clause.Alternatives is [{ Endings.Count: > 0 } beginning])
            return [new([beginning with { Endings = null }])];
        if (clause.Alternatives is not [{ IsPrefix: false, IsQuoted: false } term] || await ExistsAsync(term))
            return [clause];
        var last = term.Words[^1];
        var enough = term.Words.Count == 1 || last.Any(char.IsAsciiDigit) ? 3 : 4;
        var begun = await WithEndingsAsync(term with { IsPrefix = true });
        if (last.Length >= enough && (term.Words.Count == 1 || await ExistsAsync(begun)))
            return [new([begun])];
        if (term.Words.Count == 1)
            return [clause];
        var shorter = term with { Words = [.. term.Words.SkipLast(1)] };
        return await ExistsAsync(shorter)
            ? [new([shorter])]
            : term.Words.Select(word => new SearchClause([term with { Words = [word], Typed = word }]));
    }

    private async ValueTask<IReadOnlyList<SearchClause>> WithEndingsAsync(IReadOnlyList<SearchClause> clauses)
    {
        var followed = new List<SearchClause>(clauses.Count);
        foreach (var clause in clauses)
        {
            var terms = new List<SearchTerm>(clause.Alternatives.Count);
            foreach (var term in clause.Alternatives)
                terms.Add(await WithEndingsAsync(term));
            followed.Add(new(terms));
        }
        return followed;
    }

    private async ValueTask<SearchTerm> WithEndingsAsync(SearchTerm term)
    {
        if (!term.IsPrefix)
            return term;
        var limit = term.Words.Count == 1 ? MaxEndings : MaxEndingsAfterOthers;
        return term with { Endings = await index.FindEndingsAsync(term.Words[^1], limit, cancellationToken) };
    }

    private async ValueTask<IReadOnlyList<Ranked>> RankAsync(IReadOnlyList<SearchClause> clauses)
    {
        var ranking = new Ranking(clauses);
        var hits = new List<Ranked>();
        await foreach (var text in index.ReadAsync(found, cancellationToken))
            if (ranking.Of(text.Text, text.Kind, cancellationToken) is { Found: > 0 } rank)
                hits.Add(new(text.Address, rank));
        // Sessions are ordered by their best hit. Two hits of each are shown, then two more of each.
        return
        [
            // Full matches come before partial ones.
            .. hits.OrderBy(hit => hit.Rank.Found < clauses.Count)
                .ThenByDescending(hit => hit.Rank.Score)
                .ThenByDescending(hit => hit.Address.Number)
                .GroupBy(hit => hit.Address.Session)
                .SelectMany((session, place) => session.Select((hit, number) => (Round: number / AtATime, place, hit)))
                .OrderBy(one => (one.Round, one.place))
                .Select(one => one.hit),
        ];
    }

    private async ValueTask<IReadOnlyList<SearchHit>> HitsAsync(IReadOnlyList<Ranked> page, IReadOnlyList<SearchClause> clauses)
    {
        var hits = new List<SearchHit>(page.Count);
        await foreach (var read in index.ReadEventsAsync(page.Select(hit => hit.Address), cancellationToken))
            hits.Add(Hit(page[hits.Count].Rank, read, clauses));
        return hits;
    }

    private SearchHit Hit(Rank rank, FoundEvent read, IReadOnlyList<SearchClause> clauses)
    {
        var text = read.Text;
        var (offset, snippet) = ShownHit.Find(door, read.Event, text.Text, read.At, rank.At, clauses);
        return new(
            door.Show(read.Session),
            text.Address.Position,
            text.Address.Position + text.Events - 1,
            offset,
            text.Kind,
            text.Tool is null ? null : door.Replace(text.Tool, "name"),
            text.Outcome,
            snippet,
            rank.Score
        );
    }

    private async ValueTask FindAsync(TextMatch match, int limit)
    {
        if (limit > 0)
            found.UnionWith(await index.FindNewestAsync(Allowed(match), found, limit, cancellationToken));
    }

    private ValueTask<bool> ExistsAsync(SearchTerm term) => index.ExistsAsync(Allowed(Of(term)), cancellationToken);

    private TextMatch Allowed(TextMatch match) =>
        query.Without.Count == 0 ? match : new TextMatch.Without(match, [.. query.Without.Select(Of)]);

    /// <summary>All of the clauses near each other; null if there is only one, or one has alternatives or is a prefix.</summary>
    private static TextMatch.Near? Near(IReadOnlyList<SearchClause> clauses) =>
        clauses.Count > 1 && clauses.All(clause => clause.Alternatives is [{ IsPrefix: false }])
            ? new TextMatch.Near(
                [.. clauses.Select(clause => new TextMatch.Words(clause.Alternatives[0].Words, IsPrefix: false))],
                Nearness
            )
            : null;

    private static TextMatch.All All(IEnumerable<SearchClause> clauses) => new TextMatch.All([.. clauses.Select(Of)]);

    private static TextMatch Of(SearchClause clause) => Any(clause.Alternatives.Select(Of));

    private static TextMatch Of(SearchTerm term) =>
        term.Endings is { Count: > 0 } endings
            ? Any(endings.Select(ending => new TextMatch.Words([.. term.Words.SkipLast(1), ending], IsPrefix: false)))
            : new TextMatch.Words(term.Words, term.IsPrefix);

    private static TextMatch Any(IEnumerable<TextMatch> matches) =>
        matches.ToList() is var all && all is [var only] ? only : new TextMatch.Any(all);

    private static bool IsQuoted(SearchClause clause) => clause.Alternatives.Any(term => term.IsQuoted);

    private readonly record struct Ranked(TextAddress Address, Rank Rank);
}
