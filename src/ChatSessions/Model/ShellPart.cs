namespace ChatSessions.Model;

/// <summary>A program that a command starts, with its arguments.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="Argument">The first one; of git, its command.</param>
/// <param name="Words">All of them, without their quotes.</param>
/// <param name="Separator">What stands between it and the next program.</param>
internal readonly record struct ShellPart(string Name, string Argument, string[] Words, string Separator)
{
    /// <summary>Their first argument says what they do.</summary>
    private static readonly HashSet<string> WithVerbs =
    [
        .. "git npm yarn pnpm bun dotnet cargo go make docker pip pip3 poetry uv kubectl mvn gradle npx tox bazel helm terraform".Split(),
    ];

    /// <summary>The program as people name it: <c>pytest</c> of <c>python -m pytest</c>, <c>npm test</c>, <c>python a.py</c>.</summary>
    public string Program =>
        Name.StartsWith("python", StringComparison.Ordinal)
            ? Argument == "-m"
                ? string.Join(' ', Words.Skip(1).Take(1))
                : Argument is "-c" or "-" or "" || Argument.StartsWith('-')
                    ? Name
                    : $"{Name} {Argument}"
            : WithVerbs.Contains(Name) && Argument.Length > 0 && !Argument.StartsWith('-')
                ? $"{Name} {Argument}"
                : Name;

    /// <summary>The file its output is redirected to, or null.</summary>
    public string? Target { get; init; }

    /// <summary>The file it reads instead of its input, or null.</summary>
    public string? Source { get; init; }

    /// <summary>On which line of the command it stands, from 1; of a command over several lines, on which the shell begins to read it.</summary>
    public int Line { get; init; }

    /// <summary>The shell that starts it: what that does to itself, such as <c>cd</c>, ends with it.</summary>
    public required Subshell Subshell { get; init; }

    /// <summary>Whether <c>xargs</c> starts it.</summary>
    public bool IsByXargs { get; init; }

    /// <summary>Whether the output is added at the file's end.</summary>
    public bool Appends { get; init; }

    /// <summary>Whether it is <c>sed -i</c> or the like, which edits its files.</summary>
    public bool EditsInPlace => Name == "sed" && Array.Exists(Words, IsInPlace);

    /// <summary>What it reads, if that is written in the command: <c>&lt;&lt;EOF</c>.</summary>
    public ShellDocument? Document { get; init; }

    private static bool IsInPlace(string word) =>
        word.StartsWith("--in-place", StringComparison.Ordinal)
        || (
            word is ['-', not '-', ..]
            && word.AsSpan(1).IndexOf('i') is >= 0 and var at
            && !word.AsSpan(1, at).ContainsAnyExceptInRange('A', 'z')
        );
}

/// <summary>A text within a command that one of its programs reads.</summary>
/// <param name="Command">The command.</param>
/// <param name="Start">Where the text begins in it.</param>
/// <param name="End">Where it ends.</param>
/// <param name="IsRecorded">Whether the command is recorded as it is: in the call's argument, or its last item. Otherwise it stood in quotes.</param>
internal readonly record struct ShellDocument(string Command, int Start, int End, bool IsRecorded);

/// <summary>A shell of a command: its own one, one in round brackets, or one that it starts with <c>-c</c>.</summary>
internal sealed class Subshell(Subshell? parent = null)
{
    /// <summary>The one that starts it; null for the command's own.</summary>
    public Subshell? Parent => parent;
}
