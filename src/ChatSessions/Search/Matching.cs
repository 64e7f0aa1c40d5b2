namespace ChatSessions.Search;

/// <summary>Makes the match tree for clauses and terms.</summary>
internal static class Matching
{
    /// <summary>How many other words may be between words that count as near.</summary>
    private const int Nearness = 8;

    public static TextMatch Of(SearchClause clause) => Any(clause.Alternatives.Select(Of));

    public static TextMatch Of(SearchTerm term) =>
        Any(term.Readings.Select(words => new TextMatch.Words(words, term.IsPrefix) { Endings = term.EndingsOf(words) }));

    public static TextMatch.All All(IEnumerable<SearchClause> clauses) => new([.. clauses.Select(Of)]);

    /// <summary>All of the clauses near each other; null if there is only one, or one has alternatives or is a prefix.</summary>
    public static TextMatch.Near? Near(IReadOnlyList<SearchClause> clauses) =>
        clauses.Count > 1 && clauses.All(clause => clause.Alternatives is [{ IsPrefix: false }])
            ? new TextMatch.Near(
                [.. clauses.Select(clause => new TextMatch.Words(clause.Alternatives[0].Words, IsPrefix: false))],
                Nearness
            )
            : null;

    /// <summary>All words of the clauses in a row; null if there is only one clause, or one has alternatives or is a prefix.</summary>
    public static TextMatch.Words? InARow(IReadOnlyList<SearchClause> clauses) =>
        clauses.Count > 1 && clauses.All(clause => clause.Alternatives is [{ IsPrefix: false }])
            ? new TextMatch.Words([.. clauses.SelectMany(clause => clause.Alternatives[0].Words)], IsPrefix: false)
            : null;

    /// <summary>Only texts without what the query excludes.</summary>
    public static TextMatch Allowed(this SearchQuery query, TextMatch match) =>
        query.Without.Count == 0 ? match : new TextMatch.Without(match, [.. query.Without.Select(Of)]);

    /// <summary>Whether the words of a text match, as an index with these words finds it.</summary>
    /// <param name="words">As a <see cref="WordStream"/> gives them.</param>
    public static bool IsIn(this TextMatch match, IReadOnlyList<string> words) =>
        match switch
        {
            TextMatch.Words row => row.Rows().Any(one => Places(one, words).Any()),
            TextMatch.Near near => IsIn(near, words),
            TextMatch.All all => all.Matches.All(one => one.IsIn(words)),
            TextMatch.Any any => any.Matches.Any(one => one.IsIn(words)),
            TextMatch.Without without => without.Match.IsIn(words) && !without.Others.Any(one => one.IsIn(words)),
            _ => throw new ArgumentOutOfRangeException(nameof(match)),
        };

    private static bool IsIn(TextMatch.Near near, IReadOnlyList<string> words)
    {
        var places = near
            .Rows.SelectMany(row => Places(row, words).Select(at => (Row: row, Start: at, End: at + row.InARow.Count)))
            .ToList();
        // Of rows that are near each other, one comes first: the others begin no further than allowed after its end.
        return places.Any(first =>
            near.Rows.All(row =>
                places.Any(other => other.Row == row && other.Start >= first.Start && other.Start <= first.End + near.MostBetween)
            )
        );
    }

    private static IEnumerable<int> Places(TextMatch.Words row, IReadOnlyList<string> words)
    {
        for (var start = 0; start + row.InARow.Count <= words.Count; start++)
        {
            var length = 0;
            while (length < row.InARow.Count && IsAt(start + length))
                length++;
            if (length == row.InARow.Count)
                yield return start;

            bool IsAt(int at) =>
                row.IsPrefix && at == start + row.InARow.Count - 1
                    ? words[at].StartsWith(row.InARow[^1], StringComparison.Ordinal)
                    : words[at] == row.InARow[at - start];
        }
    }

    private static TextMatch Any(IEnumerable<TextMatch> matches) =>
        matches.ToList() is var all && all is [var only] ? only : new TextMatch.Any(all);
}
