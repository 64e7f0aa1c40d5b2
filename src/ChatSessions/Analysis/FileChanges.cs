using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// Which calls of a session write or edit files: by tools that take a path and texts, by patches, and by commands of a shell. Only what the
/// agent itself wrote, copied or moved counts, not a program's output that went into a file. An edit that failed changed nothing. A command
/// that failed is taken to have written its documents and its copies, since what fails is mostly what it runs after that, but its scripts
/// and patches nothing, and to have deleted nothing.
/// </summary>
internal sealed class FileChanges
{
    /// <summary>Arguments longer than this are not read.</summary>
    private const int LongestArguments = 256 * 1024;

    /// <summary>A longer result is not read.</summary>
    private const int LongestResult = 256 * 1024;

    private const string PatchStart = "*** Begin Patch";

    private static readonly string[] PathNames = ["file_path", "path", "notebook_path", "filename", "file", "target_file", "filePath"];
    private static readonly string[] OldNames = ["old_string", "old_str", "old_text", "oldString", "oldText", "old"];
    private static readonly string[] NewNames = [.. "new_string new_str new_text new_source insert_text newString newText new".Split()];
    private static readonly string[] WholeNames = ["content", "contents", "file_text", "text"];
    private static readonly string[] WriterWords = ["write", "create", "edit", "save", "put", "insert", "append", "update"];

    /// <summary>A command without any of these changes no file.</summary>
    private static readonly byte[][] CommandSigns =
    [
        .. (
            new[]
            {
                "<<",
                "echo ",
                "printf ",
                "sed -",
                "python",
                "rm ",
                "cp ",
                "mv ",
                "patch ",
                "git apply ",
                "create ",
                "edit",
                "insert",
                "open ",
            }
        ).Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Utf8PathNames = [.. PathNames.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Utf8TextNames =
    [
        .. OldNames.Concat(NewNames).Concat(WholeNames).Append("edits").Select(Encoding.UTF8.GetBytes),
    ];

    private readonly KeptChanges kept = new();

    /// <summary>The file that an editor has open, whose edits do not name it.</summary>
    private string? open;

    public FileChanges(Session session)
    {
        foreach (var use in session.ToolUses)
        {
            if (use.Call is { } call && call.Arguments.Utf8.Length <= LongestArguments)
                Read(call, use);
        }
        kept.Finish();
    }

    /// <summary>The files that were written or edited, by their last change.</summary>
    public IReadOnlyList<FileChange> Last => kept.Last;

    /// <summary>
    /// Whether a call is the last that writes or edits one of its files, or has the text of the script that did it last.
    /// </summary>
    public bool IsLast(int position) => kept.IsLast(position);

    /// <summary>Whether a call writes or edits a file.</summary>
    public bool Changes(int position) => kept.Changes(position);

    /// <summary>
    /// The lines of a call's texts that change something: those that only the old or only the new text has, or that were not in what was
    /// written to the file before. None for a file that is written for the first time, because all of it is new.
    /// </summary>
    public IReadOnlyList<ChangedText> ChangedLines(ToolUse use) => kept.LinesOf(use.Position);

    private void Read(ToolCallEvent call, ToolUse use)
    {
        // Looks only at names at first, because most calls of a long session change nothing.
        var walk = new JsonWalk(call.Arguments);
        var (hasPath, hasCommand, hasPatch) = (false, false, call.Arguments.Kind == JsonValueKind.String && IsPatch(call.Arguments));
        while (walk.NextProperty())
        {
            hasPath |= IsPathName(walk.Name);
            hasPatch |= IsPatch(walk.Value);
            hasCommand |= walk.Name.SequenceEqual("command"u8) || walk.Name.SequenceEqual("cmd"u8);
        }
        if (hasPatch)
            ReadPatches(call, use);
        else if (hasPath)
        {
            if (HasText(call.Arguments))
                ReadEditor(call, use);
            else
                kept.Reads.Add(use, Argument(call.Arguments, PathNames).Value.AsString());
        }
        else if (hasCommand && HasCommandSign(call.Arguments.Utf8.Span) && ShellCommand.Find(call) is { } command)
            ReadCommand(call, command, use);
        else if (hasCommand && call.Arguments.Utf8.Span.IndexOf("cat "u8) >= 0)
            kept.Reads.Add(use, path: null);
    }

    private static bool IsPatch(RawJson value) => value.Utf8.Span.IndexOf("*** Begin Patch"u8) >= 0;

    private bool HasCommandSign(ReadOnlySpan<byte> json)
    {
        if (kept.Root is null && json.IndexOf("cd /"u8) >= 0)
            return true;
        foreach (var sign in CommandSigns)
            if (json.IndexOf(sign) >= 0)
                return true;
        return false;
    }

    private static bool IsPathName(ReadOnlySpan<byte> name) => IsOneOf(Utf8PathNames, name);

    /// <summary>Whether any argument can be a text for a file. Most tools that take a path only read.</summary>
    private static bool HasText(RawJson arguments)
    {
        var walk = new JsonWalk(arguments);
        while (walk.NextProperty())
            if (IsOneOf(Utf8TextNames, walk.Name))
                return true;
        return false;
    }

    private static bool IsOneOf(byte[][] names, ReadOnlySpan<byte> name)
    {
        foreach (var one in names)
            if (name.SequenceEqual(one))
                return true;
        return false;
    }

    private void ReadEditor(ToolCallEvent call, ToolUse use)
    {
        var arguments = call.Arguments;
        if (Argument(arguments, PathNames).Value.AsString() is not { Length: > 0 } path || use.Outcome.IsFailure)
            return;
        var isEdit = false;
        foreach (var (name, edit) in arguments.Property("edits").Items().Select(edit => ("edits", edit)).Append(("", arguments)))
        {
            var (oldName, old) = Argument(edit, OldNames);
            var (newName, @new) = Argument(edit, NewNames);
            if (old.IsMissing && @new.IsMissing)
                continue;
            var (before, after) = (old.AsString() ?? "", @new.AsString() ?? "");
            var (removed, added) = (LineDifference.OnlyIn(before, after), LineDifference.OnlyIn(after, before));
            kept.Note(call.Position, name == "" ? oldName : name, old, removed);
            kept.Note(call.Position, name == "" ? newName : name, @new, added);
            kept.Edit(path, before, after);
            kept.Add(call, path, KeptChanges.Count(added), KeptChanges.Count(removed), isSameCall: isEdit);
            isEdit = true;
        }
        var command = arguments.Property("command").AsString();
        if (
            !isEdit
            && WriterWords.Any(word => call.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || command?.Contains(word) == true)
            && Argument(arguments, WholeNames) is (var argument, { Kind: JsonValueKind.String } whole)
        )
            kept.Write(call, path, whole.AsString()!, argument, whole, 0);
    }

    private void ReadPatches(ToolCallEvent call, ToolUse use)
    {
        if (use.Outcome.IsFailure)
            return;
        foreach (var (name, value) in call.Arguments.Kind == JsonValueKind.String ? [new("", call.Arguments)] : call.Arguments.Properties())
        foreach (var text in value.Items() is { Count: > 0 } items ? items : [value])
            if (text.AsString() is { } patch && patch.Contains(PatchStart, StringComparison.Ordinal))
                ReadPatch(call, patch, name, text);
    }

    /// <summary>A patch as <c>diff</c> or <c>apply_patch</c> writes it.</summary>
    /// <param name="patched">The files that the program names that applied it. Without them, the patch itself names its files.</param>
    /// <param name="from">The call that has the patch, if another one applies it.</param>
    private void ReadPatch(
        ToolCallEvent call,
        string patch,
        string argument,
        RawJson json,
        int offset = 0,
        IReadOnlyList<string>? patched = null,
        ToolCallEvent? from = null
    )
    {
        string? file = null;
        var number = 0;
        var (added, removed, isNew) = (0, 0, false);
        var changed = LineDifference.Where(
            patch,
            line =>
            {
                if (FileOf(line) is { } next)
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
        kept.Note((from ?? call).Position, argument, json, changed, offset);

        void Flush()
        {
            if (file is not (null or "/dev/null"))
                kept.Add(call, file, added, removed, isWritten: isNew, from: from);
            (added, removed) = (0, 0);
        }
    }

    private static string? FileOf(ReadOnlySpan<char> line)
    {
        foreach (var start in (string[])["+++ b/", "+++ ", "*** Update File: ", "*** Add File: ", "*** Delete File: "])
            if (line.StartsWith(start))
                return line[start.Length..].ToString().Split('\t')[0].Trim();
        return null;
    }

    private void ReadCommand(ToolCallEvent call, ShellCommand command, ToolUse use)
    {
        var isFailed = use.Outcome.IsFailure;
        var (argument, value) = Argument(call.Arguments, ["command", "cmd"]);
        var json = value.Items() is [.., var item] ? item : value;
        if (command.Edits)
        {
            if (!isFailed)
                ReadEditorCommand(call, command.Parts[0], argument, json, use);
            return;
        }
        for (var index = 0; index < command.Parts.Count; index++)
        {
            var part = command.Parts[index];
            if (part is { Name: "cd" or "pushd", Argument: ['/', ..] and var folder })
                kept.Root ??= folder.TrimEnd('/') + "/";
            var document = part.Document;
            // cat <<EOF | tee file
            if (document is null && index > 0 && command.Parts[index - 1] is { Separator: "|", Document: { } piped, Target: null })
                document = piped;
            var body = document is { } one ? one.Command[one.Start..one.End] : null;
            var offset = document is { IsRecorded: true } at ? at.Start : -1;
            var inJson = offset < 0 ? default : json;
            switch (part.Name)
            {
                case "cat" when part.Target is { } file && body is not null:
                    kept.Write(call, file, body, argument, inJson, offset, part.Appends);
                    break;
                case "echo" or "printf" when part.Target is { } file:
                    kept.Write(call, file, string.Join(' ', part.Words) + "\n", argument, default, 0, part.Appends);
                    break;
                case "tee" when body is not null:
                    foreach (var file in part.Words.Where(word => !word.StartsWith('-')))
                        kept.Write(call, file, body, argument, inJson, offset, part.Words.Contains("-a"));
                    break;
                case "sed":
                    ReadSed(call, part, argument, json);
                    break;
                case "patch" or "git" when !isFailed && body is not null && part.Argument is not ("commit" or "tag"):
                    ReadPatch(call, body, argument, inJson, offset);
                    break;
                case "patch" or "git" when !isFailed && (part.Name == "patch" || part.Argument == "apply"):
                    ReadPatchFile(call, part, use);
                    break;
                case "cp" or "mv" or "git" when (part.Name != "git" || part.Argument == "mv") && IsDone(part, use):
                    foreach (var (from, to) in CopyCommand.FilesOf(part.Name == "git" ? part.Words[1..] : part.Words))
                        kept.Copy(call, from, to, isMoved: part.Name != "cp", isSure: part.Separator != "||");
                    break;
                case "rm" when !isFailed:
                    foreach (var file in part.Words)
                        kept.Delete(call, file);
                    break;
                case var name when !isFailed && name.StartsWith("python", StringComparison.Ordinal):
                    if (body is not null)
                        ReadScript(call, body, argument, inJson, offset);
                    else if (Array.IndexOf(part.Words, "-c") is >= 0 and var option && option + 1 < part.Words.Length)
                        ReadScript(call, part.Words[option + 1], argument, default, 0);
                    else
                        kept.RunFile(call, part.Argument);
                    break;
            }
        }
    }

    /// <summary>Whether a program of a command did its work: what fails is mostly what the command runs after it, or it complains.</summary>
    private static bool IsDone(ShellPart part, ToolUse use) =>
        !use.Outcome.IsFailure || (part.Separator != "" && TextOf(use)?.Contains($"{part.Name}: ", StringComparison.Ordinal) != true);

    private static string? TextOf(ToolUse use) =>
        use.Result is { } result && result.Result.Utf8.Length <= LongestResult ? ToolResultText.Find(result.Result).AsString() : null;

    /// <summary>A patch in a file: the call that wrote it has its text, or else the output names the files.</summary>
    private void ReadPatchFile(ToolCallEvent call, ShellPart part, ToolUse use)
    {
        if (part.Words.Contains("--dry-run") || part.Words.Contains("--check") || part.Words.Contains("--stat"))
            return;
        List<string> patched = part.Name == "patch" ? [.. PatchedFiles(TextOf(use) ?? "")] : [];
        if (part.Words.Append(part.Source).OfType<string>().Select(kept.FindPatch).LastOrDefault(one => one is not null) is { } written)
            ReadPatch(call, written.Text, written.Argument, written.Json, written.Offset, patched, written.Call);
        else
            foreach (var file in patched)
                kept.Add(call, file, 0, 0);
    }

    private static IEnumerable<string> PatchedFiles(string output)
    {
        const string Start = "patching file ";
        foreach (var line in output.Split('\n'))
            if (line.StartsWith(Start, StringComparison.Ordinal) && line.TrimEnd().Length > Start.Length)
                yield return line[Start.Length..].Split(" (")[0].Trim('\'', ' ', '\r');
    }

    /// <summary>Commands of editors for agents: a file is opened or created, and edits do not name it.</summary>
    private void ReadEditorCommand(ToolCallEvent call, ShellPart command, string argument, RawJson json, ToolUse use)
    {
        if (command.Name is "edit" or "insert")
            open ??= OpenIn(TextOf(use));
        switch (command.Name)
        {
            case "open" when command.Argument != "":
                open = command.Argument;
                break;
            case "create" when command.Argument != "":
                open = command.Argument;
                kept.Add(call, open, 0, 0, isWritten: true);
                break;
            case "edit" or "insert" when open is not null && json.AsString() is { } quoted && IsInQuotes(quoted, command):
                var (old, @new) = command is { Name: "edit", Words: [var first, var second, ..] }
                    ? (first, second)
                    : ("", command.Argument);
                var added = LineDifference.OnlyIn(@new, old);
                if (quoted.LastIndexOf(@new, StringComparison.Ordinal) is >= 0 and var at)
                    kept.Note(call.Position, argument, json, added, at);
                kept.Add(call, open, KeptChanges.Count(added), KeptChanges.Count(LineDifference.OnlyIn(old, @new)));
                break;
            case "edit" or "insert" when open is not null && json.AsString() is { } text:
                var start = text.IndexOf('\n') + 1;
                var length = text.AsSpan(start).LastIndexOf("end_of_") is >= 0 and var end && start > 0 ? end : text.Length - start;
                if (start > 0)
                {
                    var changed = LineDifference.Where(text.AsSpan(start, length), _ => true);
                    kept.Note(call.Position, argument, json, changed, start);
                    kept.Add(call, open, KeptChanges.Count(changed), 0);
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

    private void ReadSed(ToolCallEvent call, ShellPart part, string argument, RawJson json)
    {
        var (files, scripts) = SedCommand.EditsOf(part);
        if (files.Count == 0)
            return;
        var command = json.AsString() ?? "";
        foreach (var script in scripts)
            if (command.IndexOf(script, StringComparison.Ordinal) is >= 0 and var start)
                kept.Note(call.Position, argument, json, [new(start, start + script.Length, script.AsSpan().Count('\n') + 1)]);
        foreach (var file in files)
            kept.Add(call, file, 0, 0);
    }

    /// <summary>
    /// A script that writes files. Of its texts over several lines, the lines that only one of them has are what it changes: one is usually
    /// what is looked for, the other what is put there.
    /// </summary>
    private void ReadScript(ToolCallEvent call, string text, string argument, RawJson json, int offset)
    {
        if (KeptChanges.FindScript(call, text, argument, json, offset) is { } script)
            kept.Run(call, script);
    }

    private static (string Name, RawJson Value) Argument(RawJson arguments, string[] names) =>
        names.Select(name => (name, arguments.Property(name))).FirstOrDefault(one => !one.Item2.IsMissing, ("", default));
}
