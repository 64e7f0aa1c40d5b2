using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>Changes by commands of editors for agents: a file is opened or created, and edits do not name it.</summary>
internal sealed class EditorChanges(KeptChanges kept)
{
    /// <summary>The file that the editor has open.</summary>
    private string? open;

    public void Read(CommandCall call, ShellPart command)
    {
        if (command.Name is "edit" or "insert")
            open ??= OpenIn(call.Output);
        switch (command.Name)
        {
            case "open" when command.Argument != "":
                open = command.Argument;
                break;
            case "create" when command.Argument != "":
                open = command.Argument;
                kept.Add(call.Call, open, 0, 0, isWritten: true);
                break;
            case "edit" or "insert" when open is not null && call.Json.AsString() is { } quoted && IsInQuotes(quoted, command):
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
                    kept.Add(call.Call, open, LineDifference.Count(lines), 0);
                }
                break;
        }
    }

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
