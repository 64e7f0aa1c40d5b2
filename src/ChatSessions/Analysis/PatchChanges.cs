using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>Changes by patches: in the arguments of a tool, in a command, or in a file that a command applies.</summary>
internal sealed class PatchChanges(KeptChanges kept)
{
    private const string Start = "*** Begin Patch";

    /// <summary>What stands before the new name of a file that a patch changes.</summary>
    private const string MoveStart = "*** Move to: ";

    /// <summary>Whether an argument holds a patch for <c>apply_patch</c>.</summary>
    public static bool IsPatch(RawJson value) => value.Utf8.Span.IndexOf("*** Begin Patch"u8) >= 0;

    public void ReadArguments(ToolCallEvent call, ToolUse use)
    {
        if (use.Outcome.IsFailure)
            return;
        var folder = new WorkingFolder(kept, CommandCall.Of(use));
        // cd src && apply_patch <<'EOF'
        foreach (var part in ShellCommand.Find(call)?.Parts ?? [])
        {
            folder.Enter(part);
            if (part.Name is not ("cd" or "pushd"))
                break;
            folder.Go(part);
        }
        foreach (var (name, value) in call.Arguments.Kind == JsonValueKind.String ? [new("", call.Arguments)] : call.Arguments.Properties())
        foreach (var text in value.Items() is { Count: > 0 } items ? items : [value])
            if (text.AsString() is { } patch && patch.Contains(Start, StringComparison.Ordinal))
                Apply(call, new(call, patch, name, text), folder);
    }

    /// <param name="folder">The folder that it is applied in.</param>
    /// <param name="patched">The files that the program names that applied it. Without them, the patch itself names its files.</param>
    public void Apply(ToolCallEvent call, Patch patch, WorkingFolder folder, IReadOnlyList<string>? patched = null)
    {
        string? file = null;
        var number = 0;
        var (added, removed, isNew, isDeleted) = (0, 0, false, false);
        string? before = null;
        string? moved = null;
        var changed = LineDifference.Where(
            patch.Text,
            line =>
            {
                if (Patch.FileOf(line) is { } next)
                {
                    Flush();
                    isNew = line.StartsWith("*** Add");
                    isDeleted = line.StartsWith("*** Delete") || (next == "/dev/null" && before is not null);
                    file = patched?.ElementAtOrDefault(number++) ?? (next == "/dev/null" ? before : next);
                    return false;
                }
                if (line.StartsWith("--- "))
                    before = Patch.FileBefore(line);
                if (line.StartsWith(MoveStart))
                    moved = line[MoveStart.Length..].Trim().ToString();
                if (line is not ['+' or '-', ..] || line.StartsWith("--- "))
                    return false;
                added += line[0] == '+' ? 1 : 0;
                removed += line[0] == '-' ? 1 : 0;
                return true;
            }
        );
        Flush();
        kept.Note(patch.Call.Position, patch.Argument, patch.Json, changed, patch.Offset);

        void Flush()
        {
            if (file is not null && isDeleted)
                kept.Delete(call, folder.Name(file), wasThere: true);
            else if (file is not null)
                kept.Add(call, folder.Name(moved ?? file), added, removed, isWritten: isNew, from: patch.Call);
            if (file is not null && moved is not null)
                kept.Delete(call, folder.Name(file));
            (added, removed, moved) = (0, 0, null);
        }
    }

    /// <summary>A patch in a file: the call that wrote it has its text, or else the output names the files.</summary>
    public void ApplyFile(CommandCall call, ShellPart part, WorkingFolder folder)
    {
        if (OnlyTries(part))
            return;
        List<string> patched = part.Name == "patch" ? [.. PatchedFiles(call.Output ?? "").Select(one => one.File)] : [];
        if (
            part
                .Words.Append(part.Source)
                .OfType<string>()
                .Select(word => kept.FindPatch(folder.Name(word)))
                .LastOrDefault(one => one is not null) is
            { } written
        )
            Apply(call.Call, written, folder, patched);
        else
            foreach (var file in patched)
                kept.Add(call.Call, folder.Name(file), 0, 0);
    }

    /// <summary>A patch that failed for some of its files, as the output says, changes the others.</summary>
    public void ApplySome(CommandCall call, ShellPart part, WorkingFolder folder)
    {
        if (OnlyTries(part) || call.Output is not { } output || output.Contains("malformed patch", StringComparison.Ordinal))
            return;
        var files = PatchedFiles(output).ToLookup(one => IsSkipped(one.Said), one => one.File);
        if (files[true].Any())
            foreach (var file in files[false])
                kept.Add(call.Call, folder.Name(file), 0, 0);
    }

    private static bool OnlyTries(ShellPart part) => Array.Exists(part.Words, word => word is "--dry-run" or "--check" or "--stat");

    /// <summary>Whether a file was left as it was: <c>Skipping patch.</c>, <c>2 out of 2 hunks FAILED</c>.</summary>
    private static bool IsSkipped(IEnumerable<string> said) =>
        said.Any(line =>
            line.StartsWith("Skipping patch", StringComparison.Ordinal)
            || (line.Split(' ') is [var failed, "out", "of", var all, "hunk" or "hunks", ..] && failed == all)
        );

    /// <summary>The files that <c>patch</c> names, and what it says of each.</summary>
    private static List<(string File, List<string> Said)> PatchedFiles(string output)
    {
        const string Named = "patching file ";
        var found = new List<(string File, List<string> Said)>();
        foreach (var line in output.Split('\n'))
            if (line.StartsWith(Named, StringComparison.Ordinal) && line.TrimEnd().Length > Named.Length)
                found.Add((line[Named.Length..].Split(" (")[0].Trim('\'', ' ', '\r'), []));
            else if (found.Count > 0)
                found[^1].Said.Add(line);
        return found;
    }
}
