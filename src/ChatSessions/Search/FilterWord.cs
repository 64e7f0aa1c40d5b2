using System.Globalization;
using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>
/// Words that stand for facts about a text, such as its kind or tool, so that a filter is one more word to look up, and as cheap. They
/// begin with a private-use character, which separates words in texts and queries, so no text can contain one.
/// </summary>
internal static class FilterWord
{
    public static string For(SearchKind kind) => For('k', (int)kind);

    public static string For(ToolOutcomeKind outcome) => For('o', (int)outcome);

    /// <param name="number">The archive's number for the tool's name.</param>
    public static string ForTool(long number) => For('t', number);

    /// <param name="number">The archive's number for the owner.</param>
    public static string ForOwner(long number) => For('w', number);

    private static string For(char letter, long number) => string.Create(CultureInfo.InvariantCulture, $"\uE000{letter}{number}");
}
