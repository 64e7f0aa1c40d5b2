using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Tools that do nothing but hold a thought, which is worded differently each time.</summary>
internal static class ThoughtTool
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase) { "think", "thinking", "sequentialthinking" };

    /// <summary>Whether a tool use is only a thought.</summary>
    public static bool Is(ToolUse use) => Names.Contains(use.Name);
}
