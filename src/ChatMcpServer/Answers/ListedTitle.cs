using ChatSessions.Recorded;

namespace ChatMcpServer.Answers;

/// <summary>The title of a session at the end of its row in a list.</summary>
internal static class ListedTitle
{
    /// <summary>The title; in quotes if it could pass for other columns of the row.</summary>
    /// <param name="mayBeAgent">Whether an agent or a project could stand in its place, and so in a single word.</param>
    public static string? Of(string? title, bool mayBeAgent = false) =>
        title is null ? null
        : ShownDate.Of(title) is not null || (mayBeAgent && !title.Contains(' ', StringComparison.Ordinal)) ? Quoted.Text(title)
        : Quoted.Between(title, " · ", "subagent of ");
}
