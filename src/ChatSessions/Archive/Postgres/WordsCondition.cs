using System.Globalization;
using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// What a text must contain, for PostgreSQL. Its index of words finds texts that have the words, and knows nothing of their order; for phrases, and
/// for texts that are too long for the index, a second condition looks at the words themselves.
/// </summary>
/// <param name="match">What is looked for.</param>
/// <param name="marks">Words that a text must have as well.</param>
/// <param name="owners">Of these, a text must have one.</param>
internal sealed class WordsCondition(TextMatch match, IReadOnlyList<string> marks, IReadOnlyList<long> owners)
{
    /// <summary>A query for the index that finds all texts of an owner.</summary>
    public static string AllOf(long owner) => Lexeme(WordsOfText.Owner(owner));

    /// <summary>A query for the index. It finds all texts of the owners that match, and others of theirs unless <see cref="IsExact"/>.</summary>
    /// <param name="windows">Of these, a text must have one; empty for all texts.</param>
    public string Query(IReadOnlyList<string> windows)
    {
        var needed = marks.Select(Lexeme).Prepend(Wide(match));
        if (windows.Count > 0)
            needed = needed.Append($"({string.Join(" | ", windows.Select(Lexeme))})");
        return $"(({string.Join(" & ", needed)}) | {Lexeme(WordsOfText.Long)}) & {Joined(" | ", owners.Select(AllOf))}";
    }

    /// <summary>SQL that decides of a text that the index found.</summary>
    /// <param name="words">The name of the column with the words.</param>
    /// <param name="add">Adds a parameter and returns its name.</param>
    public string Sql(string words, Func<object?, string> add)
    {
        var whole = string.Join(" and ", marks.Select(mark => Like(mark, words, add)).Prepend(Of(match, words, add)));
        return IsExact(match)
            ? string.Create(CultureInfo.InvariantCulture, $"(octet_length({words}) <= {WordsOfText.MostBytes} or ({whole}))")
            : $"({whole})";
    }

    /// <summary>Whether the index alone decides.</summary>
    private static bool IsExact(TextMatch match) =>
        match switch
        {
            TextMatch.Words words => words.InARow.Count == 1,
            TextMatch.Near => false,
            TextMatch.All all => all.Matches.All(IsExact),
            TextMatch.Any any => any.Matches.All(IsExact),
            TextMatch.Without without => IsExact(without.Match) && without.Others.All(IsExact),
            _ => throw new ArgumentOutOfRangeException(nameof(match)),
        };

    private static string Wide(TextMatch match) =>
        match switch
        {
            TextMatch.Words words => Row(words),
            TextMatch.Near near => Joined(" & ", near.Rows.Select(Row)),
            TextMatch.All all => Joined(" & ", all.Matches.Select(Wide)),
            TextMatch.Any any => Joined(" | ", any.Matches.Select(Wide)),
            TextMatch.Without without => Joined(
                " & ",
                without.Others.Where(IsExact).Select(other => $"!({Wide(other)})").Prepend(Wide(without.Match))
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(match)),
        };

    private static string Row(TextMatch.Words words) =>
        Joined(
            " & ",
            words.InARow.Select((word, at) => words.IsPrefix && at == words.InARow.Count - 1 ? $"{Lexeme(word)}:*" : Lexeme(word))
        );

    private static string Joined(string by, IEnumerable<string> queries) => $"({string.Join(by, queries)})";

    /// <summary>Words have only letters and digits, so nothing needs escaping.</summary>
    private static string Lexeme(string word) => $"'{word}'";

    private static string Of(TextMatch match, string words, Func<object?, string> add) =>
        match switch
        {
            TextMatch.Words row => Like(string.Join(' ', row.InARow), words, add, row.IsPrefix),
            TextMatch.Near near => $"{words} ~ {add(Pattern(near))}",
            TextMatch.All all => $"({string.Join(" and ", all.Matches.Select(one => Of(one, words, add)))})",
            TextMatch.Any any => $"({string.Join(" or ", any.Matches.Select(one => Of(one, words, add)))})",
            TextMatch.Without without =>
                $"({Of(without.Match, words, add)} and not ({string.Join(" or ", without.Others.Select(one => Of(one, words, add)))}))",
            _ => throw new ArgumentOutOfRangeException(nameof(match)),
        };

    private static string Like(string row, string words, Func<object?, string> add, bool isPrefix = false) =>
        $"strpos({words}, {add(isPrefix ? $" {row}" : $" {row} ")}) > 0";

    /// <summary>
    /// An expression for rows near each other: one comes first, and each other begins no further than allowed after its end.
    /// </summary>
    private static string Pattern(TextMatch.Near near)
    {
        var rows = near.Rows.Select(row => string.Join(' ', row.InARow)).Distinct().Select(row => row.Split(' ')).ToList();
        return string.Join('|', rows.Select((_, first) => rows.Count == 2 ? Pair(rows[first], rows[1 - first]) : First(first)));

        // For two, which are most, this is ten times as fast.
        string Pair(string[] one, string[] other) =>
            string.Join(
                '|',
                Overlaps(one, other)
                    .Prepend(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $" {string.Join(' ', one)} (?:[^ ]+ ){{0,{near.MostBetween}}}{string.Join(' ', other)} "
                        )
                    )
            );

        string First(int first) =>
            $" (?={string.Join(' ', rows[first])} )"
            + string.Concat(
                rows.Where((_, at) => at != first)
                    .Select(other =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"(?=(?:[^ ]+ ){{0,{rows[first].Length + near.MostBetween}}}{string.Join(' ', other)} )"
                        )
                    )
            );
    }

    /// <summary>Two rows as one where the second begins within the first.</summary>
    private static IEnumerable<string> Overlaps(string[] one, string[] other) =>
        from start in Enumerable.Range(0, one.Length)
        let shared = Math.Min(one.Length - start, other.Length)
        where one.Skip(start).Take(shared).SequenceEqual(other.Take(shared))
        select $" {string.Join(' ', one.Concat(other.Skip(shared)))} ";
}
