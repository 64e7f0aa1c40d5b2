using System.Collections.Frozen;

namespace ChatSessions.Search;

/// <summary>English words that a question is built with and that say nothing of what is looked for. In an error "no" and "not" do.</summary>
internal static class SmallWords
{
    private static readonly FrozenSet<string> All = (
        "a an and are as at be been but by can could did do does for from had has have how i if in into is it its me my of on or our she he "
        + "so than that the their them then there these they this those to was we were what when where which who whom why will with would "
        + "you your"
    )
        .Split(' ')
        .ToFrozenSet();

    /// <summary>The clauses that are not such a word; all of them where there are no others.</summary>
    public static IReadOnlyList<SearchClause> Without(IReadOnlyList<SearchClause> clauses)
    {
        SearchClause[] telling =
        [
            .. clauses.Where(clause => clause.Alternatives is not [{ IsQuoted: false, Words: [var word] }] || !All.Contains(word)),
        ];
        return telling.Length > 0 ? telling : clauses;
    }
}
