using System.Globalization;
using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// What a text must contain, for PostgreSQL. Its index finds texts that have the words, and pairs of words. For phrases, and for texts that are too
/// long for the index, a second condition looks at the words themselves.
/// </summary>
/// <param name="match">What is looked for.</param>
/// <param name="marks">Queries for the index that must find a text as well.</param>
/// <param name="owners">Whose texts.</param>
/// <param name="withSubagents">Whether texts of subagents are looked for too.</param>
internal sealed class WordsCondition(TextMatch match, IReadOnlyList<string> marks, IReadOnlyList<long> owners, bool withSubagents)
{
    /// <summary>What stands before a word in the index, of all texts that are looked for.</summary>
    private readonly string[] starts = [.. owners.SelectMany(owner => (bool[])(withSubagents ? [false, true] : [false]), Mark.BeforeWord)];

    /// <summary>A query for the index that finds all texts of an owner.</summary>
    public static string AllOf(long owner) => Lexeme(Mark.Owner(owner));

    /// <summary>A query for the index that finds the texts with one of some marks.</summary>
    public static string AnyOf(IEnumerable<string> marks) => Joined(" | ", marks.Select(Lexeme));

    /// <summary>A query for the index. It finds all texts of the owners that match, and others of theirs unless <see cref="IsExact"/>.</summary>
    /// <param name="windows">Of these, a text must have one; empty for all texts.</param>
    public string Query(IReadOnlyList<string> windows)
    {
        var needed = marks.Prepend(match.IsEvery ? Every() : $"({Wide(match)} | {Word(Mark.Long)})");
        return string.Join(" & ", windows.Count > 0 ? needed.Append(AnyOf(windows)) : needed);
    }

    /// <summary>SQL that decides of a text that the index found. Not for words near each other.</summary>
    /// <param name="words">The name of the column with the words.</param>
    /// <param name="add">Adds a parameter and returns its name.</param>
    public string Sql(string words, Func<object?, string> add) =>
        match.IsEvery ? "true"
        : IsExact(match)
            ? string.Create(CultureInfo.InvariantCulture, $"(octet_length({words}) <= {WordsOfText.MostBytes} or {Of(match, words, add)})")
        : $"({Of(match, words, add)})";

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

    private string Every()
    {
        var all = AnyOf(owners.Select(Mark.Owner));
        return withSubagents ? all : $"({all} & !{Lexeme(Mark.Subagent)})";
    }

    private string Wide(TextMatch match) =>
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

    private string Row(TextMatch.Words row)
    {
        string[] words = row.IsPrefix ? [.. row.InARow.SkipLast(1)] : [.. row.InARow];
        var needed = words.Select(word => Word(word)).Concat(Pairs(words)).ToList();
        if (row.Endings is { } endings)
            needed.Add(Joined(" | ", endings.Select(ending => Joined(" & ", [Word(ending), .. Pairs([.. words.TakeLast(1), ending])]))));
        // After other words, these say more than a beginning, for which the index makes a list of all texts.
        else if (row.IsPrefix && words.Length < 2)
            needed.Add(Word(row.InARow[^1], isPrefix: true));
        return Joined(" & ", needed);
    }

    private static IEnumerable<string> Pairs(IReadOnlyList<string> row) =>
        WordPairs.Of(row).Select(pair => $"({Lexeme(pair)} | {Lexeme(Mark.WithoutPairs)})");

    private string Word(string word, bool isPrefix = false) =>
        Joined(" | ", starts.Select(start => Lexeme(start + word) + (isPrefix ? ":*" : "")));

    private static string Joined(string by, IEnumerable<string> queries) => $"({string.Join(by, queries)})";

    /// <summary>Nothing needs escaping: words have only letters and digits, and what is added to them are no quotes.</summary>
    private static string Lexeme(string word) => $"'{word}'";

    private static string Of(TextMatch match, string words, Func<object?, string> add) =>
        match switch
        {
            TextMatch.Words { Endings: { } endings } row => Begins(row.InARow, endings, words, add),
            TextMatch.Words row => Like(string.Join(' ', row.InARow), words, add, row.IsPrefix),
            TextMatch.All all => $"({string.Join(" and ", all.Matches.Select(one => Of(one, words, add)))})",
            TextMatch.Any any => $"({string.Join(" or ", any.Matches.Select(one => Of(one, words, add)))})",
            TextMatch.Without without =>
                $"({Of(without.Match, words, add)} and not ({string.Join(" or ", without.Others.Select(one => Of(one, words, add)))}))",
            _ => throw new ArgumentOutOfRangeException(nameof(match)),
        };

    private static string Like(string row, string words, Func<object?, string> add, bool isPrefix) =>
        $"strpos({words}, {add(isPrefix ? $" {row}" : $" {row} ")}) > 0";

    /// <summary>Looks once for the beginning, and not for each word: these are many.</summary>
    private static string Begins(IReadOnlyList<string> row, IReadOnlyList<string> endings, string words, Func<object?, string> add)
    {
        var begin = add($" {string.Join(' ', row)}");
        var rests = add(endings.Select(ending => ending[row[^1].Length..]).ToArray());
        return $"""
            (strpos({words}, {begin}) > 0 and exists (
              select from unnest(string_to_array({words}, {begin})) with ordinality part (text, no)
              where no > 1 and split_part(text, ' ', 1) = any({rests})))
            """;
    }
}
