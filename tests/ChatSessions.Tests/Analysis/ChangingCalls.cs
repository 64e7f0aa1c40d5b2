using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Tests.Analysis;

/// <summary>Calls that change files, and the lines that are found to change in them.</summary>
internal static class ChangingCalls
{
    public static SomeEvents Ran(string command, int code, string output) =>
        Some.ToolUse(
            "bash",
            $$"""{"command":{{Some.Quoted(command)}}}""",
            $$"""{"returncode":{{code}},"output":{{Some.Quoted(output)}}}"""
        );

    public static SomeEvents Edit(string file, string old, string @new) =>
        Some.ToolUse(
            "Edit",
            $$"""{"file_path":{{Some.Quoted(file)}},"old_string":{{Some.Quoted(old)}},"new_string":{{Some.Quoted(@new)}}}"""
        );

    public static SomeEvents Write(string file, string text) =>
        Some.ToolUse("Write", $$"""{"file_path":{{Some.Quoted(file)}},"content":{{Some.Quoted(text)}}}""");

    /// <summary>A session of a program that records its folder.</summary>
    public static Session RecordedIn(string folder, params SomeEvents[] events) =>
        Some.Imported("ses-1", $$"""{"format":"claude-code","cwd":{{Some.Quoted(folder)}}}""", events);

    public static SomeEvents Bash(string command) => Command("bash", command);

    public static SomeEvents Command(string tool, string command) => Some.ToolUse(tool, $$"""{"command":{{Some.Quoted(command)}}}""");

    /// <summary>The changed lines of each text of a call; lines of one stretch with <c>|</c> between.</summary>
    public static IEnumerable<string> Changed(Session session, int position)
    {
        var changes = new FileChanges(session);
        return changes
            .ChangedLines(session.ToolUses.First(use => use.Position == position))
            .Select(changed =>
            {
                var text = changed.Text.AsString()!;
                var stretches = changed.Lines.Select(one => text[one.Start..one.End].Replace("\n", "|"));
                return $"{changed.Argument}: {string.Join(" & ", stretches)}";
            });
    }
}
