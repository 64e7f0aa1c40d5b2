using System.Collections.Frozen;

namespace ChatSessions.Search;

/// <summary>English words that only hold a question together. "no" and "not" are not among them: in an error message they matter.</summary>
internal static class SmallWords
{
    private static readonly FrozenSet<string> All = (
        "a an and are as at be been but by can could did do does for from had has have how i if in into is it its me my of on or our she he "
        + "so than that the their them then there these they this those to was we were what when where which who whom why will with would "
        + "you your"
    )
        .Split(' ')
        .ToFrozenSet();

    /// <summary>Removes the clauses that are such a word, unless no others would be left.</summary>
    public static IReadOnlyList<SearchClause> Without(IReadOnlyList<SearchClause> clauses)
    {
        SearchClause[] telling =
        [
            .. clauses.Where(clause => clause.Alternatives is not [{ IsQuoted: false, Words: [var word] }] || !All.Contains(word)),
        ];
        return telling.Length > 0 ? telling : clauses;
    }
}
