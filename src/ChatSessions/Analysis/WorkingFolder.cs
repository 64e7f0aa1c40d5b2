using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// The folder that the programs of a command run in. Each command begins in the session's folder, in the one that the call names, or where
/// the shell was left, and goes where its <c>cd</c> go.
/// </summary>
internal sealed class WorkingFolder
{
    private static readonly string[] ArgumentNames = ["workdir", "working_directory", "cwd", "directory", "dir_path"];

    private readonly KeptChanges kept;
    private readonly CommandCall call;

    /// <summary>What a folder that is not known is known by.</summary>
    private const string? Unknown = null;

    /// <summary>Where each subshell is. Relative to the folder that files are named by, or absolute; empty, or with a slash at the end.</summary>
    private readonly Dictionary<Subshell, string?> folders = [];

    /// <summary>What <c>popd</c> goes back to, and <c>cd -</c>.</summary>
    private readonly Stack<string?> pushed = [];
    private string? previous = Unknown;

    private readonly string? start;
    private readonly bool isNamed;

    public WorkingFolder(KeptChanges kept, CommandCall call)
    {
        (this.kept, this.call) = (kept, call);
        var named = ArgumentNames
            .Select(name => call.Call.Arguments.Property(name).AsString())
            .FirstOrDefault(one => one is { Length: > 0 });
        isNamed = named is not null;
        Current = start =
            named is not null ? Joined("", named)
            : kept.Shell is { } shell ? shell.Folder
            : "";
    }

    /// <summary>Leaves the shell where the command has gone.</summary>
    /// <param name="last">The last program of the command.</param>
    public void Leave(ShellPart last)
    {
        if (kept.Shell is not { } shell || isNamed)
            return;
        var own = last.Subshell;
        while (own.Parent is { } parent)
            own = parent;
        shell.Leave(call, Find(own), to => Joined("", to));
    }

    /// <summary>Where the program is that was entered last; null if that is not known.</summary>
    public string? Current { get; private set; }

    /// <summary>What a file is called in the session that a program names. If it is not known where that is, the name that it gives.</summary>
    public string Name(string file) => kept.Relative(file is ['/' or '~', ..] ? file : Current + file);

    /// <summary>Whether it is known which file a name is of.</summary>
    public bool Knows(string file) => Current is not null || file is ['/' or '~', ..];

    /// <summary>Enters the folder that a program of the command runs in.</summary>
    public void Enter(ShellPart part)
    {
        Current = Find(part.Subshell);
        if (part is { Name: "git", Words: ["-C", var given, ..] })
            Current = Joined(Current, given);
    }

    /// <summary>Goes where a program of the command goes.</summary>
    public void Go(ShellPart part)
    {
        if (part.Name is not ("cd" or "pushd" or "popd"))
            return;
        var before = Find(part.Subshell);
        var to = Array.Find(part.Words, word => word is "-" or not ['-', ..]) ?? "~";
        if (call.Output?.Contains($"{part.Name}: {to}: ", StringComparison.Ordinal) == true)
            return;
        if (part.Name == "pushd")
            pushed.Push(before);
        if (to is ['/', ..])
            kept.GoTo(to);
        var after =
            part.Name == "popd" ? (pushed.TryPop(out var popped) ? popped : Unknown)
            : to == "-" ? previous
            : Joined(before, to);
        previous = before;
        folders[part.Subshell] = after;
    }

    /// <summary>Learns from the first program of a command where it began, if that was not known: <c>pwd</c> prints it.</summary>
    public void Learn(ShellPart part)
    {
        if (part is not { Name: "pwd", Target: null } || kept.Root is not null || isNamed || call.Output is not ['/', ..] output)
            return;
        var end = output.IndexOfAny(['\n', '\r']);
        kept.GoTo(end < 0 ? output : output[..end]);
    }

    /// <summary>Where a subshell is: where the one that started it was then.</summary>
    private string? Find(Subshell subshell)
    {
        for (var one = subshell; one is not null; one = one.Parent)
            if (folders.TryGetValue(one, out var folder))
                return folders[subshell] = folder;
        return folders[subshell] = start;
    }

    private string? Joined(string? folder, string to)
    {
        if (to.AsSpan().ContainsAny('$', '`', '*') || (folder is Unknown && to is not ['/' or '~', ..]))
            return Unknown;
        var joined = kept.Relative($"{(to is ['/' or '~', ..] ? "" : folder)}{to.TrimEnd('/')}/");
        return joined is "./" ? "" : joined;
    }
}
