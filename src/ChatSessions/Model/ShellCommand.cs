using System.Text;

namespace ChatSessions.Model;

/// <summary>
/// A command line for a shell, read as far as it takes to know what its exit code and its output say: which programs it starts, in which
/// order, and what stands between them. It is no full shell: what it does not understand counts as an unknown program.
/// </summary>
internal sealed class ShellCommand
{
    /// <summary>A longer command writes a file, or holds data. It is not read.</summary>
    private const int LongestCommand = 64 * 1024;

    /// <summary>Their exit code 1 is an answer: no match, not the same, not there.</summary>
    private static readonly HashSet<string> Questions =
    [
        "grep",
        "rg",
        "egrep",
        "fgrep",
        "findstr",
        "diff",
        "cmp",
        "test",
        "[",
        "[[",
        "which",
    ];

    /// <summary>They show, move or name files, or belong to the shell. What they print is not their own words.</summary>
    private static readonly HashSet<string> Readers =
    [
        .. Questions,
        .. "cat tac bat nl sed awk gawk head tail less more ls find fd tree file stat du df wc sort uniq cut tr column fold paste rev".Split(),
        .. "comm strings xxd od hexdump base64 md5sum sha256sum jq yq zcat curl wget gh journalctl man history ps".Split(),
        .. "cd pwd pushd popd echo printf export set unset local declare read mkdir rmdir rm cp mv ln touch chmod chown tee true".Split(),
        .. "false : type command whereis sleep wait kill date whoami id uname printenv basename dirname realpath readlink seq".Split(),
        .. "for case select function return exit break continue done fi esac".Split(),
    ];

    private static readonly HashSet<string> GitReaders =
    [
        .. "show log diff blame annotate status grep cat-file ls-files ls-tree ls-remote rev-parse rev-list shortlog reflog".Split(),
        .. "describe config remote whatchanged branch tag".Split(),
    ];

    private static readonly HashSet<string> Writers = [.. "tee cp mv rm ln touch mkdir rmdir chmod chown".Split()];

    /// <summary>They show only those lines of a program's output that they look for.</summary>
    private static readonly HashSet<string> LineFilters = ["grep", "rg", "egrep", "fgrep", "findstr"];

    private static readonly HashSet<string> Interpreters = ["node", "ruby", "perl", "php", "deno", "bun"];

    /// <summary>They have a command <c>logs</c>, which shows what other programs wrote.</summary>
    private static readonly HashSet<string> LogKeepers =
    [
        .. "docker docker-compose podman nerdctl kubectl oc heroku fly flyctl pm2".Split(),
    ];

    /// <summary>After <c>||</c>, they let the failure of a program pass.</summary>
    private static readonly HashSet<string> Excuses = ["true", ":", "echo", "printf"];

    /// <summary>They clean up after a program, and print nothing.</summary>
    private static readonly HashSet<string> Quiet = ["rm", "cd", "popd", "true"];

    /// <summary>A script in a command that has none of these runs no tests; it may show a log of some.</summary>
    private static readonly string[] TestRunners = ["unittest", "pytest", "Runner", "subprocess", "os.system", "call_command"];

    private readonly List<ShellPart> parts;
    private readonly bool isEditing;

    private ShellCommand(List<ShellPart> parts, bool isEditing) => (this.parts, this.isEditing) = (parts, isEditing);

    /// <summary>The programs it starts, in order.</summary>
    public IReadOnlyList<ShellPart> Parts => parts;

    /// <summary>Whether it is a command of an editor for agents, whose text begins after the first line.</summary>
    public bool Edits => isEditing;

    /// <summary>The command in a call's arguments, or null.</summary>
    public static ShellCommand? Find(ToolCallEvent? call)
    {
        if (call is null || call.Arguments.Utf8.Length > LongestCommand)
            return null;
        var argument = ArgumentOf(call.Arguments).Value;
        var words = argument.Items().Select(item => item.AsString() ?? "").ToList();
        var read = new ShellParts(words.Count > 0 ? words[^1] : argument.AsString());
        if (words.Count > 0)
            read.Add(words, "", new());
        else if (read.Recorded is { } text)
            read.Read(text);
        return read.All.Count == 0 ? null : new ShellCommand(read.All, read.Edits);
    }

    /// <summary>The argument that holds the command, as a text or as the last item of a list. Missing if the call runs no command.</summary>
    public static (string Name, RawJson Value) ArgumentOf(RawJson arguments) =>
        arguments.Property("command") is { IsMissing: false } command ? ("command", command) : ("cmd", arguments.Property("cmd"));

    /// <summary>Whether exit code 1 is an answer: the last program only looks for something, or compares.</summary>
    public bool AsksLast =>
        !isEditing && (Questions.Contains(parts[^1].Name) || (parts[^1] is { Name: "git", Argument: "grep" or "diff" }));

    /// <summary>Whether <c>xargs</c> starts that last program, and so turns its exit code 1 into 123.</summary>
    public bool AsksByXargs => AsksLast && parts[^1].IsByXargs;

    /// <summary>Whether a part of it is more than reading: a program, a build, a test.</summary>
    public bool Runs => !isEditing && parts.Exists(DoesMoreThanRead);

    /// <summary>The first program that does more than read, or else the first.</summary>
    public ShellPart Main => parts.Find(DoesMoreThanRead) is { Name: not null } found ? found : parts[0];

    /// <summary>What it is about: its main program, not a change of folder before it.</summary>
    public ShellPart Purpose =>
        Main is { Name: "cd" or "pushd" } && parts.Find(part => part.Name is not ("cd" or "pushd")) is { Name: not null } found
            ? found
            : Main;

    /// <summary>Whether it is known to change files: it writes or edits them itself.</summary>
    public bool Changes =>
        parts.Exists(part =>
            part.Target?.StartsWith("/dev/", StringComparison.Ordinal) == false || Writers.Contains(part.Name) || part.EditsInPlace
        );

    /// <summary>The text that the command itself gives to its main program, as in <c>echo "1 + 1" | bc</c>, or null.</summary>
    public string? Input
    {
        get
        {
            var main = parts.FindIndex(DoesMoreThanRead);
            return main > 0 && parts[main - 1] is { Name: "echo" or "printf", Separator: "|" } writer
                ? string.Join(' ', writer.Words)
                : null;
        }
    }

    /// <summary>Whether all of it is reading.</summary>
    public bool Reads => !isEditing && !Runs;

    /// <summary>Whether it runs one program only, next to those that read.</summary>
    public bool RunsOnce => !isEditing && parts.FindAll(DoesMoreThanRead).Count == 1;

    /// <summary>Whether all that it runs are scripts.</summary>
    public bool RunsScriptsOnly => parts.TrueForAll(part => !DoesMoreThanRead(part) || IsScript(part));

    /// <summary>
    /// Whether the exit code is that of all programs that run. With a pipe, or a further command that does not depend on the first, it is
    /// that of the last one only.
    /// </summary>
    public bool TellsExitCode
    {
        get
        {
            var first = parts.FindIndex(DoesMoreThanRead);
            return first >= 0 && parts.FindIndex(first, part => part.Separator is not ("&&" or "")) < 0;
        }
    }

    /// <summary>
    /// The programs whose failure the command lets pass, because nothing that runs comes after <c>||</c>: <c>clang</c> in
    /// <c>(clang --version || true) &amp;&amp; make</c>.
    /// </summary>
    public IReadOnlySet<string> Excused
    {
        get
        {
            var (excused, needed) = (new HashSet<string>(), new HashSet<string>());
            var isExcused = false;
            for (var at = parts.Count - 1; at >= 0; at--)
            {
                var (part, next) = (parts[at], at + 1 < parts.Count ? parts[at + 1] : default);
                isExcused = part.Separator switch
                {
                    "||" => isExcused || Excuses.Contains(next.Name),
                    "&&" or "|" => isExcused && part.Subshell == next.Subshell,
                    _ => false,
                };
                (isExcused ? excused : needed).Add(part.Name);
            }
            excused.ExceptWith(needed);
            return excused;
        }
    }

    /// <summary>Whether the command lets the failure of all that it runs pass.</summary>
    public bool ExcusesAll =>
        Excused is { Count: > 0 } excused && parts.TrueForAll(part => !DoesMoreThanRead(part) || excused.Contains(part.Name));

    /// <summary>Whether a program that it starts is one that does more than read, or Git, which refuses what it is asked.</summary>
    public static bool CanFail(ShellPart part) => part.Name == "git" || DoesMoreThanRead(part);

    /// <summary>Whether a program shows only those lines that it looks for.</summary>
    public static bool FiltersLines(ShellPart part) => LineFilters.Contains(part.Name);

    /// <summary>Whether only the lines of a program's output are shown that a filter looks for, as in <c>make | grep warning</c>.</summary>
    public bool ShowsSomeLines
    {
        get
        {
            var isOutput = false;
            foreach (var part in parts)
            {
                if (isOutput && FiltersLines(part))
                    return true;
                isOutput = part.Separator == "|" && (isOutput || DoesMoreThanRead(part));
            }
            return false;
        }
    }

    /// <summary>
    /// Whether what it prints last is the output of a program that can run tests, not a file or a log that a program shows.
    /// </summary>
    public bool EndsInRun =>
        !isEditing
        && parts.FindLast(part => !Quiet.Contains(part.Name)) is { Name: not (null or "git"), Target: null } last
        && DoesMoreThanRead(last)
        && !last.Words.Contains("logs")
        && (ScriptIn(last) is not { } script || Array.Exists(TestRunners, script.Contains));

    /// <summary>Whether a program of it has this name.</summary>
    public bool Has(ReadOnlySpan<byte> program)
    {
        foreach (var part in parts)
            if (part.Name.Length == program.Length && Encoding.UTF8.GetBytes(part.Name).AsSpan().SequenceEqual(program))
                return true;
        return false;
    }

    /// <summary>The script that stands in the command itself, or null.</summary>
    private static string? ScriptIn(ShellPart part) =>
        part.Document is { } document ? document.Command[document.Start..document.End]
        : Array.FindIndex(part.Words, word => word is "-c" or "-e") is >= 0 and var option && option + 1 < part.Words.Length
            ? part.Words[option + 1]
        : null;

    private static bool DoesMoreThanRead(ShellPart part) =>
        !(part.Name == "git" ? GitReaders : Readers).Contains(part.Name == "git" ? part.Argument : part.Name) && !ShowsLog(part);

    /// <summary><c>docker logs web</c>, <c>kubectl -n shop logs web</c></summary>
    private static bool ShowsLog(ShellPart part) =>
        LogKeepers.Contains(part.Name) && part.Words.Contains("logs") && !part.Words.Contains("exec") && !part.Words.Contains("run");

    /// <summary>Whether it runs a script, which prints whatever its author wanted.</summary>
    private static bool IsScript(ShellPart part) =>
        Interpreters.Contains(part.Name)
        || (part.Name.StartsWith("python", StringComparison.Ordinal) && !part.Argument.StartsWith("-m", StringComparison.Ordinal));
}
