using System.Globalization;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// Changes by an editor for agents, whose actions are commands of a shell or tools: a file is opened or created, and edits do not name it.
/// </summary>
internal sealed class EditorChanges(KeptChanges kept)
{
    /// <summary>An edit of more lines does not say how many there were.</summary>
    private const int LongestRange = 100_000;

    /// <summary>The file that the editor has open.</summary>
    private string? open;

    /// <summary>The lines that the next edit replaces, if it does not name them.</summary>
    private (long? First, long? Last) cursors;

    /// <summary>Files that were created and not yet edited. They have one line, which is blank.</summary>
    private readonly HashSet<string> blank = [];

    /// <summary>Whether a tool may be an action of such an editor.</summary>
    public static bool IsTool(string name) => name is "open" or "create" or "edit" or "insert";

    /// <summary>Reads the call of a tool. One that names its file with its text is not of such an editor.</summary>
    public void Read(ToolCallEvent call, ToolUse use)
    {
        var arguments = call.Arguments;
        if (use.Outcome.IsFailure || ArgumentChanges.HaveText(arguments) && ArgumentChanges.PathIn(arguments) is not null)
            return;
        switch (call.Name)
        {
            case "open" when ArgumentChanges.PathIn(arguments) is { Length: > 0 } path:
                open = path;
                break;
            case "create" when arguments.Property("filename").AsString() is { Length: > 0 } path:
                Create(call, path);
                break;
            case "edit" when arguments.Property("search") is var search && search.AsString() is { } old && OpenOf(use) is { } file:
                blank.Remove(file);
                var replace = arguments.Property("replace");
                var changed = LineDifference.BetweenParts(old, replace.AsString() ?? "");
                kept.Note(call.Position, "search", search, changed.Removed);
                kept.Note(call.Position, "replace", replace, changed.Added);
                kept.Add(call, file, changed.AddedCount, changed.RemovedCount);
                break;
            case "edit" when arguments.Property("replacement_text") is { IsMissing: false } text && OpenOf(use) is { } file:
                AddLines(
                    call,
                    file,
                    "replacement_text",
                    text,
                    LinesIn(file, (arguments.Property("start_line").AsInt64(), arguments.Property("end_line").AsInt64()))
                );
                break;
            case "insert" when arguments.Property("text") is { IsMissing: false } text && OpenOf(use) is { } file:
                AddLines(call, file, "text", text, LinesIn(file, default));
                break;
        }
    }

    private void AddLines(ToolCallEvent call, string file, string name, RawJson json, int removed)
    {
        var lines = json.AsString() ?? "";
        kept.Note(call.Position, name, json, LineDifference.Where(lines, _ => true));
        kept.Add(call, file, LineDifference.Count(lines), removed);
    }

    private void Create(ToolCallEvent call, string file)
    {
        (open, cursors) = (file, default);
        blank.Add(file);
        kept.Add(call, file, 0, 0, isWritten: true);
    }

    private string? OpenOf(ToolUse use) =>
        open ??= use.Result is { Result: var shown } ? OpenIn(ToolResultText.Find(shown).AsString()) : null;

    /// <summary>How many lines an edit of a range takes away. That of a file that was only created was not there before.</summary>
    private int LinesIn(string file, (long? First, long? Last) range) =>
        !blank.Remove(file) && range is (>= 1 and var first, { } last) && last - first is >= 0 and < LongestRange and var more
            ? (int)more + 1
            : 0;

    public void Read(CommandCall call, ShellPart command)
    {
        if (command.Name is "edit" or "insert")
            open ??= OpenIn(call.Output);
        switch (command.Name)
        {
            case "open" when command.Argument != "":
                (open, cursors) = (command.Argument, default);
                break;
            case "set_cursors" when command.Words is [var from, var to]:
                cursors = RangeOf(from, to);
                break;
            case "create" when command.Argument != "":
                Create(call.Call, command.Argument);
                break;
            case "edit" or "insert" when open is not null && call.Json.AsString() is { } quoted && IsInQuotes(quoted, command):
                blank.Remove(open);
                var (old, @new) = command is { Name: "edit", Words: [var first, var second, ..] }
                    ? (first, second)
                    : ("", command.Argument);
                var changed = LineDifference.BetweenParts(old, @new);
                if (quoted.LastIndexOf(@new, StringComparison.Ordinal) is >= 0 and var at)
                    kept.Note(call.Call.Position, call.Argument, call.Json, changed.Added, at);
                kept.Add(call.Call, open, changed.AddedCount, changed.RemovedCount);
                break;
            case "edit" or "insert" when open is not null && call.Json.AsString() is { } text:
                var start = text.IndexOf('\n') + 1;
                var length = text.AsSpan(start).LastIndexOf("end_of_") is >= 0 and var end && start > 0 ? end : text.Length - start;
                if (start > 0)
                {
                    var lines = text.AsSpan(start, length);
                    kept.Note(call.Call.Position, call.Argument, call.Json, LineDifference.Where(lines, _ => true), start);
                    kept.Add(call.Call, open, LineDifference.Count(lines), LinesIn(open, RangeIn(command)));
                }
                break;
        }
    }

    /// <summary>The lines that an edit replaces: those that it names, <c>3:4</c>, or those between the cursors. Null if none are known.</summary>
    private (long? First, long? Last) RangeIn(ShellPart command)
    {
        if (command.Name != "edit")
            return default;
        var range =
            command.Argument.Split(':') is [var from, var to] ? RangeOf(from, to)
            : command.Words.Length == 0 ? cursors
            : default;
        cursors = default;
        return range;
    }

    private static (long? First, long? Last) RangeOf(string from, string to) =>
        long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? (first, last)
            : default;

    /// <summary>Whether the texts of an edit are words in quotes, not lines below the command.</summary>
    private static bool IsInQuotes(string text, ShellPart command) =>
        text.AsSpan().TrimStart() is var edit && edit[Math.Min(edit.Length, command.Name.Length)..].TrimStart() is ['\'' or '"', ..];

    /// <summary>The file that an editor's answer shows: <c>[File: /src/a.py (10 lines total)]</c>.</summary>
    private static string? OpenIn(string? shown)
    {
        const string Start = "[File: ";
        foreach (var line in (shown ?? "").ReplaceLineEndings("\n").Split('\n'))
            if (
                line.StartsWith(Start, StringComparison.Ordinal)
                && line.EndsWith("lines total)]", StringComparison.Ordinal)
                && line.LastIndexOf(" (", StringComparison.Ordinal) is var end
                && end > Start.Length
            )
                return line[Start.Length..end];
        return null;
    }
}
