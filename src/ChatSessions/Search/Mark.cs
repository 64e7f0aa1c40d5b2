using System.Globalization;
using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>
/// Words that stand for what is known of a text besides its words: filters are then words among others, and cost as little. They begin
/// with a character for private use, which parts the words of texts and queries.
/// </summary>
internal static class Mark
{
    public static string Of(SearchKind kind) => Of('k', (int)kind);

    public static string Of(ToolOutcomeKind outcome) => Of('o', (int)outcome);

    /// <param name="number">The archive's number for the tool's name.</param>
    public static string OfTool(long number) => Of('t', number);

    /// <param name="number">The archive's number for the owner.</param>
    public static string OfOwner(long number) => Of('w', number);

    private static string Of(char letter, long number) => string.Create(CultureInfo.InvariantCulture, $"\uE000{letter}{number}");
}
