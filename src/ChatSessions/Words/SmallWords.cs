using System.Collections.Frozen;

namespace ChatSessions.Words;

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

    public static bool Contains(string word) => All.Contains(word);
}
