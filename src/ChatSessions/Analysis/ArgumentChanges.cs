using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>Changes by tools that take a path and texts: those that a file is to hold, or the old ones and the new ones of edits.</summary>
internal sealed class ArgumentChanges(KeptChanges kept)
{
    private static readonly string[] PathNames =
    [
        "file_path",
        "path",
        "notebook_path",
        "filename",
        "file",
        "target_file",
        "filePath",
        "absolutePath",
    ];
    private static readonly string[] OldNames = ["old_string", "old_str", "old_text", "oldString", "oldText", "old"];
    private static readonly string[] NewNames = [.. "new_string new_str new_text new_source insert_text newString newText new".Split()];
    private static readonly string[] WholeNames = ["content", "contents", "file_text", "text"];
    private const string DiffName = "diff";
    private static readonly string[] WriterWords = ["write", "create", "edit", "save", "put", "insert", "append", "update"];

    private static readonly byte[][] Utf8PathNames = [.. PathNames.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Utf8TextNames =
    [
        .. OldNames.Concat(NewNames).Concat(WholeNames).Concat(["edits", DiffName]).Select(Encoding.UTF8.GetBytes),
    ];

    public static bool IsPathName(ReadOnlySpan<byte> name) => IsOneOf(Utf8PathNames, name);

    /// <summary>Whether any argument can be a text for a file. Most tools that take a path only read.</summary>
    public static bool HaveText(RawJson arguments)
    {
        var walk = new JsonWalk(arguments);
        while (walk.NextProperty())
            if (IsOneOf(Utf8TextNames, walk.Name))
                return true;
        return false;
    }

    public static string? PathIn(RawJson arguments) => Argument(arguments, PathNames).Value.AsString();

    public void Read(ToolCallEvent call, ToolUse use)
    {
        var arguments = call.Arguments;
        if (PathIn(arguments) is not { Length: > 0 } path || use.Outcome.IsFailure)
            return;
        var isEdit = false;
        foreach (var (name, edit) in arguments.Property("edits").Items().Select(edit => ("edits", edit)).Append(("", arguments)))
        {
            var (oldName, old) = Argument(edit, OldNames);
            var (newName, @new) = Argument(edit, NewNames);
            if (old.IsMissing && @new.IsMissing)
                continue;
            var (before, after) = (old.AsString() ?? "", @new.AsString() ?? "");
            var changed = LineDifference.BetweenParts(before, after);
            kept.Note(call.Position, name == "" ? oldName : name, old, changed.Removed);
            kept.Note(call.Position, name == "" ? newName : name, @new, changed.Added);
            kept.Edit(path, before, after);
            kept.Add(call, path, changed.AddedCount, changed.RemovedCount, isSameCall: isEdit);
            isEdit = true;
        }
        if (!isEdit && arguments.Property(DiffName) is { IsMissing: false } diff)
            isEdit = ReadDiff(call, path, diff);
        var command = arguments.Property("command").AsString();
        if (
            !isEdit
            && WriterWords.Any(word => call.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || command?.Contains(word) == true)
            && Argument(arguments, WholeNames) is (var argument, { Kind: JsonValueKind.String } whole)
        )
            kept.Write(call, path, whole.AsString()!, argument, whole, 0);
    }

    /// <summary>Whether an argument holds edits in the form of <see cref="SearchReplace"/>, which are read then.</summary>
    private bool ReadDiff(ToolCallEvent call, string path, RawJson diff)
    {
        var text = diff.AsString() ?? "";
        var stretches = new List<LineStretch>();
        var (added, removed, isEdit) = (0, 0, false);
        foreach (var (old, @new) in SearchReplace.EditsIn(text))
        {
            var (before, after) = (text[old], text[@new]);
            var changed = LineDifference.BetweenParts(before, after);
            Collect(changed.Removed, old.Start.Value);
            Collect(changed.Added, @new.Start.Value);
            kept.Edit(path, before, after);
            (added, removed, isEdit) = (added + changed.AddedCount, removed + changed.RemovedCount, true);
        }
        if (isEdit)
        {
            kept.Note(call.Position, DiffName, diff, stretches);
            kept.Add(call, path, added, removed);
        }
        return isEdit;

        void Collect(List<LineStretch> lines, int offset) =>
            stretches.AddRange(lines.Select(line => new LineStretch(line.Start + offset, line.End + offset)));
    }

    private static bool IsOneOf(byte[][] names, ReadOnlySpan<byte> name)
    {
        foreach (var one in names)
            if (name.SequenceEqual(one))
                return true;
        return false;
    }

    private static (string Name, RawJson Value) Argument(RawJson arguments, string[] names) =>
        names.Select(name => (name, arguments.Property(name))).FirstOrDefault(one => !one.Item2.IsMissing, ("", default));
}
