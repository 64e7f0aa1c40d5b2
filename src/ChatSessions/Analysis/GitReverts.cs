using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// Files whose changes a command of Git takes back: <c>checkout</c> and <c>restore</c> of files, <c>reset --hard</c> and <c>stash</c>. A
/// command without files takes back what Git has of all files, so not those that the session wrote itself.
/// </summary>
internal sealed class GitReverts(KeptChanges kept)
{
    /// <summary>What hardly fails, and so does not keep the next program from running.</summary>
    private static readonly HashSet<string> Sure = ["cd", "pushd", "popd", "echo", "git", "set", "export", "true", "cp", "mv", "rm"];

    /// <summary>Options of <c>checkout</c> with which it switches branches, or asks.</summary>
    private static readonly HashSet<string> NotOfFiles = ["-b", "-B", "--orphan", "-p", "--patch", "-d", "--detach", "-t", "--track", "-m"];

    /// <summary>What is stashed: by which call, and which files.</summary>
    private readonly Stack<(int Position, ImmutableArray<string> Files)> stashed = [];

    public void Read(CommandCall call, IReadOnlyList<ShellPart> parts, int index, WorkingFolder folder)
    {
        var part = parts[index];
        var words = part.Words.AsSpan(part.Words.IndexOf(part.Argument) + 1).ToArray();
        string[] options = [.. words.TakeWhile(word => word != "--").Where(word => word.StartsWith('-'))];
        if (part.Argument == "stash" && words.FirstOrDefault("") is "pop" or "apply" or "branch" or "drop" or "clear")
            EndStash(call, words[0]);
        else if (!HasRun(call, parts, index) || folder.Current is not { } current)
            return;
        else if (part.Argument == "commit")
            kept.Commit(TreeOf(current));
        else if (RevertedBy(part.Argument, words, options) is { } operands)
        {
            var isSure = part.Separator != "||";
            var isStash = part.Argument == "stash";
            if (isStash && call.Output?.Contains("No local changes to save", StringComparison.Ordinal) == true)
                return;
            var isOfNewFiles = isStash && options.Any(option => option is "-u" or "--include-untracked" or "-a" or "--all");
            ImmutableArray<string> files =
            [
                .. kept
                    .Uncommitted.Where(file =>
                        operands.Length == 0
                            ? isSure && (isOfNewFiles || !file.IsWritten) && IsIn(file.File, TreeOf(current))
                            : operands.Any(operand => IsNamed(file, operand, folder, isSure))
                    )
                    .Select(file => file.File),
            ];
            foreach (var file in files)
                kept.Revert(call.Call, file);
            if (isStash)
                stashed.Push((call.Call.Position, files));
        }
    }

    /// <summary>The files and folders that a command of Git takes back; none for all. Null if it takes back nothing.</summary>
    private static string[]? RevertedBy(string command, string[] words, string[] options)
    {
        string[] operands = [.. words.Where(word => word is not ['-', ..])];
        var isForced = options.Any(option => option is "-f" or "--force" or "--discard-changes");
        var isPatch = options.Any(option => option is "-p" or "--patch");
        switch (command)
        {
            case "checkout" when !Array.Exists(options, NotOfFiles.Contains):
                // A branch or a commit before the files is no name of a file that was changed.
                return Array.IndexOf(words, "--") is >= 0 and var end ? words[(end + 1)..]
                    : isForced && operands.Length < 2 ? []
                    : NullIfNone(operands);
            case "switch" when isForced:
                return [];
            case "restore" when !isPatch && !(IsSet(options, 'S', "--staged") && !IsSet(options, 'W', "--worktree")):
                return NullIfNone(operands);
            case "reset" when options.Contains("--hard"):
                return [];
            case "stash" when isPatch || operands is [not ("push" or "save"), ..]:
                return null;
            case "stash":
                var message = Array.FindIndex(words, word => word is "-m" or "--message");
                return operands is ["push", ..]
                    ? [.. words.Where((word, at) => at > 0 && word is not ['-', ..] && (message < 0 || at != message + 1))]
                    : [];
            default:
                return null;
        }
    }

    private static string[]? NullIfNone(string[] operands) => operands.Length == 0 ? null : operands;

    private static bool IsSet(string[] options, char letter, string name) =>
        options.Any(option => option == name || (option is ['-', not '-', ..] && option.Contains(letter)));

    /// <summary>Whether a program of a command ran, and Git did not complain.</summary>
    public static bool HasRun(CommandCall call, IReadOnlyList<ShellPart> parts, int index)
    {
        if (call.IsFailed && parts[index].Separator == "")
            return false;
        var tellsExitCode = !call.IsFailed && parts.Skip(index).All(part => part.Separator is "&&" or "");
        for (var before = index - 1; before >= 0 && parts[before].Separator is "&&" or "||"; before--)
            if (parts[before].Separator == "||" || (!tellsExitCode && !Sure.Contains(parts[before].Name)))
                return false;
        foreach (var line in (call.Output ?? "").AsSpan().EnumerateLines())
            if (line.StartsWith("error: ") || line.StartsWith("fatal: "))
                return false;
        return true;
    }

    /// <summary>The folder that Git is sure to have the files of: the session's own, or the one that it runs in if that is another one.</summary>
    private static string TreeOf(string folder) => IsElsewhere(folder) ? folder : "";

    /// <summary>Whether a file or folder is not in the session's own folder.</summary>
    public static bool IsElsewhere(string name) => name is ['/' or '~', ..] or ['.', '.', '/', ..] or [_, ':', '/', ..];

    /// <summary>Whether an operand names a file, or a folder that the file is in. Git may not have a file that the session wrote.</summary>
    private static bool IsNamed(FileChange file, string operand, WorkingFolder folder, bool isSure)
    {
        if (folder.Name(operand) is var name && name == file.File)
            return isSure || !file.IsWritten;
        return !file.IsWritten && IsIn(file.File, name is "./" or "." || operand == ":/" ? "" : $"{name.TrimEnd('/')}/");
    }

    /// <summary>Whether a file is in a folder.</summary>
    private static bool IsIn(string file, string folder) =>
        folder == "" ? !IsElsewhere(file) : file.StartsWith(folder, StringComparison.Ordinal);

    private void EndStash(CommandCall call, string how)
    {
        if (stashed.Count == 0 || call.Output?.Contains("No stash entries found", StringComparison.Ordinal) == true)
            return;
        var (position, files) = how == "apply" ? stashed.Peek() : stashed.Pop();
        if (how == "clear")
            stashed.Clear();
        if (how is "drop" or "clear")
            return;
        foreach (var file in files)
            kept.Restore(file, position);
    }
}
