namespace ChatMcpServer.Cli;

/// <summary>Sentences for the command line. The library names the tools and their arguments, which only agents know.</summary>
internal static class ToolWords
{
    private static readonly (string Tool, string Command)[] Words =
    [
        ("list_chat_sessions shows", "`chat-mcp-server list` shows"),
        ("list_tool_calls returned", "`chat-mcp-server calls` printed"),
        ("Invalid cursor ", "Invalid --cursor "),
        ("Omit cursor ", "Leave --cursor out "),
        ("the same session_id, filters and sort", "the same session, filters and --sort"),
        ("since_event ", "--since-event "),
        ("tool_name '", "--tool '"),
    ];

    /// <summary>A sentence with the commands and options that do the same as the tools and arguments in it.</summary>
    public static string InCommands(string sentence) => Words.Aggregate(sentence, (text, word) => text.Replace(word.Tool, word.Command));
}
