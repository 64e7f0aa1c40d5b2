using ChatSessions.Search;

namespace ChatSessions.Archive.Sqlite;

/// <summary>A query in the language of FTS5. Words hold letters and digits only, so nothing in them needs to be escaped.</summary>
internal static class MatchExpression
{
    /// <summary>How many words may lie between those that are near.</summary>
    private const int Nearness = 8;

    public static string All(IEnumerable<SearchClause> clauses) => string.Join(" AND ", clauses.Select(clause => $"({Of(clause)})"));

    public static string Any(IEnumerable<SearchClause> clauses) => string.Join(" OR ", clauses.Select(Of));

    /// <summary>All of the clauses near to each other; null where the language cannot say that of them.</summary>
    public static string? Near(IReadOnlyList<SearchClause> clauses) =>
        clauses.Count > 1 && clauses.All(clause => clause.Alternatives is [{ IsPrefix: false }])
            ? $"NEAR({string.Join(' ', clauses.Select(Of))}, {Nearness})"
            : null;

    public static string Of(SearchClause clause) => string.Join(" OR ", clause.Alternatives.Select(Of));

    public static string Of(SearchTerm term) =>
        term.Endings is { Count: > 0 } endings
            ? string.Join(" OR ", endings.Select(ending => Phrase([.. term.Words.SkipLast(1), ending])))
            : $"{Phrase(term.Words)}{(term.IsPrefix ? " *" : "")}";

    private static string Phrase(IEnumerable<string> words) => $"\"{string.Join(' ', words)}\"";

    /// <summary>One word, such as a <see cref="Mark"/>.</summary>
    public static string Word(string word) => $"\"{word}\"";

    /// <summary>What is found by the expression and by all others besides, and has none of the terms that are left out.</summary>
    public static string Restricted(string expression, IEnumerable<string> others, IReadOnlyCollection<SearchTerm> without)
    {
        var all = string.Join(" AND ", others.Prepend(expression).Select(one => $"({one})"));
        return without.Count == 0 ? all : $"({all}) NOT ({string.Join(" OR ", without.Select(Of))})";
    }
}
