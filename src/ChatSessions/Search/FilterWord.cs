using System.Globalization;
using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>
/// Words that stand for what is known of a text besides its words: filters are then words among others, and cost as little. They begin
/// with a character for private use, which parts the words of texts and queries.
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
