using ChatSessions.Search;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Writes a match in FTS5's query syntax. Words contain only letters and digits, so nothing needs escaping.</summary>
internal static class MatchExpression
{
    public static string Write(TextMatch match) =>
        match switch
        {
            TextMatch.Words { Endings: null } words => $"{Phrase(words.InARow)}{(words.IsPrefix ? " *" : "")}",
            TextMatch.Words words => Joined(" OR ", [.. words.Rows()]),
            TextMatch.Near near => $"NEAR({string.Join(' ', near.Rows.Select(row => Phrase(row.InARow)))}, {near.MostBetween})",
            TextMatch.All all => Joined(" AND ", all.Matches),
            TextMatch.Any any => Joined(" OR ", any.Matches),
            TextMatch.Without without => $"({Write(without.Match)}) NOT ({Joined(" OR ", without.Others)})",
            _ => throw new ArgumentOutOfRangeException(nameof(match)),
        };

    /// <summary>
    /// A match that also needs all of the filter words. Each may be several joined by OR. <see cref="TextMatch.Every"/> text needs at least one:
    /// FTS5 finds nothing without a word.
    /// </summary>
    public static string Write(TextMatch match, IReadOnlyList<string> marks) =>
        match is TextMatch.Without without
            ? $"({Write(without.Match, marks)}) NOT ({Joined(" OR ", without.Others)})"
            : string.Join(" AND ", (match.IsEvery ? marks : marks.Prepend(Write(match))).Select(one => $"({one})"));

    /// <summary>One word, such as a <see cref="FilterWord"/>.</summary>
    public static string Word(string word) => $"\"{word}\"";

    private static string Joined(string by, IReadOnlyList<TextMatch> matches) =>
        string.Join(by, matches.Select(one => one is TextMatch.Words { Endings: null } ? Write(one) : $"({Write(one)})"));

    private static string Phrase(IEnumerable<string> words) => $"\"{string.Join(' ', words)}\"";
}
