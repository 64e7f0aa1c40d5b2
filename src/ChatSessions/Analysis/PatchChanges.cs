using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>Changes by patches: in the arguments of a tool, in a command, or in a file that a command applies.</summary>
internal sealed class PatchChanges(KeptChanges kept)
{
    private const string Start = "*** Begin Patch";

    /// <summary>Whether an argument holds a patch for <c>apply_patch</c>.</summary>
    public static bool IsPatch(RawJson value) => value.Utf8.Span.IndexOf("*** Begin Patch"u8) >= 0;

    public void ReadArguments(ToolCallEvent call, ToolUse use)
    {
        if (use.Outcome.IsFailure)
            return;
        foreach (var (name, value) in call.Arguments.Kind == JsonValueKind.String ? [new("", call.Arguments)] : call.Arguments.Properties())
        foreach (var text in value.Items() is { Count: > 0 } items ? items : [value])
            if (text.AsString() is { } patch && patch.Contains(Start, StringComparison.Ordinal))
                Apply(call, new(call, patch, name, text));
    }

    /// <param name="patched">The files that the program names that applied it. Without them, the patch itself names its files.</param>
    public void Apply(ToolCallEvent call, Patch patch, IReadOnlyList<string>? patched = null)
    {
        string? file = null;
        var number = 0;
        var (added, removed, isNew) = (0, 0, false);
        var changed = LineDifference.Where(
            patch.Text,
            line =>
            {
                if (Patch.FileOf(line) is { } next)
                {
                    Flush();
                    (file, isNew) = (patched?.ElementAtOrDefault(number++) ?? next, line.StartsWith("*** Add"));
                    return false;
                }
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
            if (file is not (null or "/dev/null"))
                kept.Add(call, file, added, removed, isWritten: isNew, from: patch.Call);
            (added, removed) = (0, 0);
        }
    }

    /// <summary>A patch in a file: the call that wrote it has its text, or else the output names the files.</summary>
    public void ApplyFile(CommandCall call, ShellPart part)
    {
        if (part.Words.Contains("--dry-run") || part.Words.Contains("--check") || part.Words.Contains("--stat"))
            return;
        List<string> patched = part.Name == "patch" ? [.. PatchedFiles(call.Output ?? "")] : [];
        if (part.Words.Append(part.Source).OfType<string>().Select(kept.FindPatch).LastOrDefault(one => one is not null) is { } written)
            Apply(call.Call, written, patched);
        else
            foreach (var file in patched)
                kept.Add(call.Call, file, 0, 0);
    }

    private static IEnumerable<string> PatchedFiles(string output)
    {
        const string Named = "patching file ";
        foreach (var line in output.Split('\n'))
            if (line.StartsWith(Named, StringComparison.Ordinal) && line.TrimEnd().Length > Named.Length)
                yield return line[Named.Length..].Split(" (")[0].Trim('\'', ' ', '\r');
    }
}
