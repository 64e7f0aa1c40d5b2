using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>Changes by commands of a shell: documents they write, files they edit, copy, move or delete, and scripts they run.</summary>
internal sealed class CommandChanges(KeptChanges kept, PatchChanges patches, EditorChanges editor)
{
    /// <summary>A command without any of these changes no file.</summary>
    private static readonly byte[][] Signs =
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
                "checkout",
                "restore",
                "reset",
                "stash",
                "switch",
                "commit",
                "create ",
                "edit",
                "insert",
                "open ",
                "set_cursors ",
            }
        ).Select(Encoding.UTF8.GetBytes),
    ];

    private readonly GitReverts reverts = new(kept);

    /// <summary>Whether a command may change a file, or goes to the folder that files are named by.</summary>
    public bool MayChange(ReadOnlySpan<byte> json)
    {
        if (kept.Root is null && (json.IndexOf("cd /"u8) >= 0 || json.IndexOf("pwd"u8) >= 0))
            return true;
        if (kept.Shell is not null && (json.IndexOf("cd"u8) >= 0 || json.IndexOf("pushd"u8) >= 0 || json.IndexOf("popd"u8) >= 0))
            return true;
        foreach (var sign in Signs)
            if (json.IndexOf(sign) >= 0)
                return true;
        return false;
    }

    public void Read(ShellCommand command, ToolUse use)
    {
        var call = CommandCall.Of(use);
        if (command.Edits)
        {
            if (!call.IsFailed)
                editor.Read(call, command.Parts[0]);
            return;
        }
        var parts = ShellErrors.PartsThatRan(command, call);
        var folder = new WorkingFolder(kept, call);
        for (var index = 0; index < parts.Count; index++)
        {
            var part = parts[index];
            folder.Enter(part);
            var document = part.Document;
            // cat <<EOF | tee file
            if (document is null && index > 0 && parts[index - 1] is { Separator: "|", Document: { } piped, Target: null })
                document = piped;
            Read(call, part, document, folder);
            if (part is { Name: "rm" } or { Name: "git", Argument: "rm" } && !call.IsFailed)
                Delete(call, parts, index, folder);
            if (part.Name == "git")
                reverts.Read(call, parts, index, folder);
            folder.Go(part);
            if (index == 0)
                folder.Learn(part);
        }
        if (parts is [.., var last])
            folder.Leave(last);
    }

    /// <param name="document">What the program reads, if that is written in the command.</param>
    private void Read(CommandCall command, ShellPart part, ShellDocument? document, WorkingFolder folder)
    {
        var (call, argument, isFailed) = (command.Call, command.Argument, command.IsFailed);
        var body = document is { } one ? one.Command[one.Start..one.End] : null;
        var offset = document is { IsRecorded: true } at ? at.Start : -1;
        var inJson = offset < 0 ? default : command.Json;
        switch (part.Name)
        {
            case "cat" or "echo" or "printf" when part.Target is { } file && ShellErrors.IsUnwritten(command, file):
                break;
            case "cat" when part.Target is { } file && body is not null:
                kept.Write(call, folder.Name(file), body, argument, inJson, offset, part.Appends);
                break;
            case "echo" or "printf" when part.Target is { } file:
                kept.Write(call, folder.Name(file), string.Join(' ', part.Words) + "\n", argument, default, 0, part.Appends);
                break;
            case "tee" when body is not null:
                foreach (var file in part.Words.Where(word => !word.StartsWith('-') && !ShellErrors.IsUnwritten(command, word)))
                    kept.Write(call, folder.Name(file), body, argument, inJson, offset, part.Words.Contains("-a"));
                break;
            case "sed" when IsDone(command, part):
                ReadSed(command, part, folder);
                break;
            case "patch" or "git" when !isFailed && body is not null && part.Argument is not ("commit" or "tag"):
                patches.Apply(call, new(call, body, argument, inJson, offset), folder);
                break;
            case "patch" or "git" when !isFailed && (part.Name == "patch" || part.Argument == "apply"):
                patches.ApplyFile(command, part, folder);
                break;
            case "patch":
                patches.ApplySome(command, part, folder);
                break;
            case "cp" or "mv" or "git" when (part.Name != "git" || part.Argument == "mv") && IsDone(command, part):
                var words = part.Name == "git" ? part.Words[(part.Words.IndexOf("mv") + 1)..] : part.Words;
                foreach (var (from, to) in CopyCommand.FilesOf(words))
                    kept.Copy(
                        call,
                        folder.Name(from),
                        folder.Name(to),
                        isMoved: part.Name != "cp" && folder.Knows(from),
                        isSure: part.Separator != "||"
                    );
                if (part.Name != "cp" && part.Separator != "||" && CopyCommand.FolderOf(words) is var (old, @new) && folder.Knows(old))
                    kept.MoveFolder(call, folder.Name(old), folder.Name(@new));
                break;
            case var name when !isFailed && name.StartsWith("python", StringComparison.Ordinal):
                if (body is not null)
                    RunScript(call, body, argument, inJson, offset, folder);
                else if (Array.IndexOf(part.Words, "-c") is >= 0 and var option && option + 1 < part.Words.Length)
                    RunScript(call, part.Words[option + 1], argument, default, 0, folder);
                else
                    kept.RunFile(call, folder.Name(part.Argument), folder.Name);
                break;
        }
    }

    /// <summary>Whether a program of a command did its work: what fails is mostly what the command runs after it, or it complains.</summary>
    private static bool IsDone(CommandCall command, ShellPart part) =>
        !command.IsFailed || (part.Separator != "" && command.Output?.Contains($"{part.Name}: ", StringComparison.Ordinal) != true);

    /// <summary>Deletes files. Those that the session did not change count if they are in its folder, and the command is sure to have done it.</summary>
    private void Delete(CommandCall call, IReadOnlyList<ShellPart> parts, int index, WorkingFolder folder)
    {
        var part = parts[index];
        var words = part.Name == "git" ? part.Words[(part.Words.IndexOf("rm") + 1)..] : part.Words;
        if (words.Contains("--cached"))
            return;
        var isOfFolders = Array.Exists(words, IsRecursive);
        var isSure = part is { Separator: not "||", IsByXargs: false } && GitReverts.HasRun(call, parts, index);
        foreach (var file in words.Where(word => word is not ['-', ..] && folder.Knows(word)))
        {
            var name = folder.Name(file);
            kept.Delete(call.Call, name, isOfFolders, wasThere: isSure && CopyCommand.IsNamed(file) && !GitReverts.IsElsewhere(name));
        }
    }

    private static bool IsRecursive(string option) =>
        option == "--recursive" || (option is ['-', not '-', ..] && option.AsSpan(1).IndexOfAny('r', 'R') >= 0);

    private void ReadSed(CommandCall call, ShellPart part, WorkingFolder folder)
    {
        var (files, scripts) = SedCommand.EditsOf(part);
        if (files.Count == 0)
            return;
        var text = call.Json.AsString() ?? "";
        foreach (var script in scripts)
            if (text.IndexOf(script, StringComparison.Ordinal) is >= 0 and var start)
                kept.Note(call.Call.Position, call.Argument, call.Json, [new(start, start + script.Length)]);
        foreach (var file in files)
            kept.Add(call.Call, folder.Name(file), 0, 0);
    }

    /// <summary>
    /// A script that writes files. Of its texts over several lines, the lines that only one of them has are what it changes: one is usually
    /// what is looked for, the other what is put there.
    /// </summary>
    private void RunScript(ToolCallEvent call, string text, string argument, RawJson json, int offset, WorkingFolder folder)
    {
        if (KeptChanges.FindScript(call, text, argument, json, offset) is { } script)
            kept.Run(call, script, folder.Name);
    }
}
