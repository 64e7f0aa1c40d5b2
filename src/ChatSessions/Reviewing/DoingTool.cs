using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Tools that do something, such as <c>book_flight</c>. Their results only confirm it.</summary>
internal static class DoingTool
{
    private static readonly HashSet<string> Verbs = new(StringComparer.OrdinalIgnoreCase)
    {
        "write",
        "create",
        "edit",
        "save",
        "put",
        "insert",
        "append",
        "update",
        "set",
        "add",
        "delete",
        "remove",
        "cancel",
        "send",
        "submit",
        "book",
        "post",
        "commit",
        "run",
        "exec",
        "start",
    };

    /// <summary>Whether a word of the tool's name is such a verb.</summary>
    public static bool Is(ToolUse use) => use.Name.Split('_', '-', '.').Any(Verbs.Contains);
}
