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
    private static readonly HashSet<string> Questions = ["grep", "rg", "egrep", "fgrep", "diff", "cmp", "test", "[", "[[", "which"];

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

    /// <summary>Commands of editors for agents. What follows the first line is text for a file.</summary>
    private static readonly HashSet<string> EditorCommands =
    [
        .. "open view create edit insert append str_replace undo_edit goto scroll_up scroll_down find_file search_file".Split(),
        .. "search_dir set_cursors submit".Split(),
    ];

    private static readonly HashSet<string> Keywords = [.. "if then elif else while until do time ! { }".Split()];
    private static readonly HashSet<string> Starters = [.. "sudo env timeout nohup exec nice stdbuf xargs".Split()];
    private static readonly HashSet<string> Shells = ["bash", "sh", "zsh", "dash"];
    private static readonly HashSet<string> Interpreters = ["node", "ruby", "perl", "php", "deno", "bun"];

    private readonly List<ShellPart> parts = [];
    private string? recorded;
    private bool isEditing;

    private ShellCommand() { }

    /// <summary>The programs it starts, in order.</summary>
    public IReadOnlyList<ShellPart> Parts => parts;

    /// <summary>Whether it is a command of an editor for agents, whose text begins after the first line.</summary>
    public bool Edits => isEditing;

    /// <summary>The command in a call's arguments, or null.</summary>
    public static ShellCommand? Find(ToolCallEvent? call)
    {
        if (call is null || call.Arguments.Utf8.Length > LongestCommand)
            return null;
        var argument = call.Arguments.Property("command") is { IsMissing: false } named ? named : call.Arguments.Property("cmd");
        var words = argument.Items().Select(item => item.AsString() ?? "").ToList();
        var command = new ShellCommand { recorded = words.Count > 0 ? words[^1] : argument.AsString() };
        if (words.Count > 0)
            command.Add(words, "");
        else if (command.recorded is { } text)
            command.Read(text);
        return command.parts.Count == 0 ? null : command;
    }

    /// <summary>Whether exit code 1 is an answer: the last program only looks for something, or compares.</summary>
    public bool AsksLast =>
        !isEditing && (Questions.Contains(parts[^1].Name) || (parts[^1] is { Name: "git", Argument: "grep" or "diff" }));

    /// <summary>Whether <c>xargs</c> starts that last program, and so turns its exit code 1 into 123.</summary>
    public bool AsksByXargs => AsksLast && parts[^1].IsByXargs;

    /// <summary>Whether a part of it is more than reading: a program, a build, a test.</summary>
    public bool Runs => !isEditing && parts.Exists(DoesMoreThanRead);

    /// <summary>The first program that does more than read, or else the first.</summary>
    public ShellPart Main => parts.Find(DoesMoreThanRead) is { Name: not null } found ? found : parts[0];

    /// <summary>Whether all of it is reading.</summary>
    public bool Reads => !isEditing && !Runs;

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

    /// <summary>Whether a program of it has this name.</summary>
    public bool Has(ReadOnlySpan<byte> program)
    {
        foreach (var part in parts)
            if (part.Name.Length == program.Length && Encoding.UTF8.GetBytes(part.Name).AsSpan().SequenceEqual(program))
                return true;
        return false;
    }

    private static bool DoesMoreThanRead(ShellPart part) =>
        !(part.Name == "git" ? GitReaders : Readers).Contains(part.Name == "git" ? part.Argument : part.Name);

    /// <summary>Whether it runs a script, which prints whatever its author wanted.</summary>
    private static bool IsScript(ShellPart part) =>
        Interpreters.Contains(part.Name)
        || (part.Name.StartsWith("python", StringComparison.Ordinal) && !part.Argument.StartsWith("-m", StringComparison.Ordinal));

    private void Add(List<string> words, string separator)
    {
        var (first, isByXargs) = (0, false);
        while (first < words.Count && (Keywords.Contains(words[first]) || IsAssignment(words[first])))
            first++;
        while (first < words.Count - 1 && Starters.Contains(words[first]))
        {
            isByXargs |= words[first] == "xargs";
            first++;
            while (first < words.Count - 1 && (words[first] is ['-' or (>= '0' and <= '9'), ..] || IsAssignment(words[first])))
                first++;
        }
        if (first >= words.Count)
        {
            // Nothing but a brace or a keyword: what follows it follows the part before.
            if (parts.Count > 0 && separator != "")
                parts[^1] = parts[^1] with { Separator = separator };
            return;
        }
        var name = words[first][(words[first].LastIndexOf('/') + 1)..];
        if (Shells.Contains(name) && words.Count > first + 2 && words[first + 1] is ['-', .., 'c'])
        {
            Read(words[first + 2]);
            if (parts.Count > 0)
                parts[^1] = parts[^1] with { Separator = separator };
            return;
        }
        isEditing |= parts.Count == 0 && EditorCommands.Contains(name);
        var argument = words.Skip(first + 1).FirstOrDefault("");
        if (name == "git")
        {
            // git -C folder diff; git --no-pager log
            var at = first + 1;
            while (at < words.Count && words[at].StartsWith('-'))
                at += words[at] is "-C" or "-c" ? 2 : 1;
            argument = words.ElementAtOrDefault(at) ?? "";
        }
        parts.Add(new(name, argument, [.. words.Skip(first + 1)], separator) { IsByXargs = isByXargs });
    }

    private static bool IsAssignment(string word)
    {
        var length = word.AsSpan().IndexOf('=');
        return length > 0 && !word.AsSpan(0, length).ContainsAnyExcept(NameCharacters);
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    private void Read(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        var isTarget = false; // The next word is the file of a redirection.
        var isOtherOutput = false;
        var isOutput = false; // What is written there is the program's output.
        var appends = false;
        var isInput = false;
        string? target = null;
        string? source = null;
        var heredocs = new Queue<(string Delimiter, int Part)>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            switch (c)
            {
                case ' ' or '\t' or '\r' or '(' or ')':
                    EndWord();
                    at++;
                    break;
                case '\\':
                    if (at + 1 < text.Length && text[at + 1] != '\n')
                        Append(text[at + 1]);
                    at += 2;
                    break;
                case '\'':
                    var end = text.IndexOf('\'', at + 1);
                    end = end < 0 ? text.Length : end;
                    word.Append(text, at + 1, end - at - 1);
                    inWord = true;
                    at = end + 1;
                    break;
                case '"':
                    at = ReadQuoted(at + 1);
                    break;
                case '`':
                    at = SkipTo('`', at + 1);
                    Append('`');
                    break;
                case '$' when at + 1 < text.Length && text[at + 1] == '(':
                    at = SkipSubstitution(at + 2);
                    Append('$');
                    break;
                case '#' when !inWord:
                    at = text.IndexOf('\n', at) is >= 0 and var line ? line : text.Length;
                    break;
                case '<' when string.CompareOrdinal(text, at, "<<<", 0, 3) == 0:
                    Redirect(3);
                    break;
                case '<' when string.CompareOrdinal(text, at, "<<", 0, 2) == 0:
                    Redirect(2);
                    at += at < text.Length && text[at] == '-' ? 1 : 0;
                    heredocs.Enqueue((Delimiter(), parts.Count));
                    break;
                case '<' or '>':
                    Redirect(1);
                    isInput = c == '<';
                    isOutput = c == '>' && !isOtherOutput && !(at < text.Length && text[at] == '&');
                    appends = at < text.Length && text[at] == '>';
                    while (at < text.Length && text[at] is '>' or '&' or '|')
                        at++;
                    break;
                case '&' when at + 1 < text.Length && text[at + 1] == '>':
                    EndWord();
                    at++;
                    break;
                case '&' or '|' or ';' or '\n':
                    var isTwice = at + 1 < text.Length && text[at + 1] == c && c != '\n';
                    EndPart(
                        isTwice && c != ';' ? new string(c, 2)
                        : c == '|' ? "|"
                        : ";"
                    );
                    at += isTwice ? 2 : 1;
                    if (c == '|' && !isTwice && at < text.Length && text[at] == '&')
                        at++;
                    while (c == '\n' && heredocs.TryDequeue(out var heredoc))
                        ReadHeredoc(heredoc.Delimiter, heredoc.Part);
                    if (isEditing)
                        return;
                    break;
                default:
                    Append(c);
                    at++;
                    break;
            }
        }
        EndPart("");
        // A separator at the end separates nothing.
        if (parts.Count > 0)
            parts[^1] = parts[^1] with { Separator = parts[^1].Separator == "|" ? "|" : "" };

        void Append(char character)
        {
            word.Append(character);
            inWord = true;
        }

        void EndWord()
        {
            if (inWord && !isTarget)
                words.Add(word.ToString());
            else if (inWord && isOutput)
                target = word.ToString();
            else if (inWord && isInput)
                source = word.ToString();
            isOutput &= !inWord;
            isInput &= !inWord;
            isTarget &= !inWord;
            inWord = false;
            word.Clear();
        }

        void EndPart(string separator)
        {
            EndWord();
            isTarget = false;
            if (words.Count > 0)
                Add(words, separator);
            else if (parts.Count > 0 && separator is "|" or "||")
                parts[^1] = parts[^1] with { Separator = separator };
            if (words.Count > 0 && parts.Count > 0 && target is not null)
                parts[^1] = parts[^1] with { Target = target, Appends = appends };
            if (words.Count > 0 && parts.Count > 0 && source is not null)
                parts[^1] = parts[^1] with { Source = source };
            (target, source) = (null, null);
            words.Clear();
        }

        void Redirect(int length)
        {
            // The number of a file descriptor, as in 2>.
            isOtherOutput = inWord && word.Length == 1 && char.IsAsciiDigit(word[0]);
            if (isOtherOutput)
                (inWord, _) = (false, word.Clear());
            EndWord();
            isTarget = true;
            at += length;
        }

        string Delimiter()
        {
            while (at < text.Length && text[at] is ' ' or '\t')
                at++;
            var start = at;
            while (at < text.Length && text[at] is not (' ' or '\t' or '\r' or '\n' or ';' or '&' or '|' or '>' or '<' or ')'))
                at++;
            isTarget = false;
            return text[start..at].Trim('\'', '"', '\\');
        }

        void ReadHeredoc(string delimiter, int part)
        {
            var start = at;
            var bodyEnd = text.Length;
            while (at < text.Length)
            {
                var lineEnd = text.IndexOf('\n', at) is >= 0 and var found ? found : text.Length;
                var isEnd = text.AsSpan(at, lineEnd - at).Trim().SequenceEqual(delimiter);
                if (isEnd)
                    bodyEnd = at;
                at = Math.Min(lineEnd + 1, text.Length);
                if (isEnd)
                    break;
            }
            if (part < parts.Count)
                parts[part] = parts[part] with { Document = new(text, start, bodyEnd, ReferenceEquals(text, recorded)) };
        }

        int ReadQuoted(int from)
        {
            inWord = true;
            while (from < text.Length && text[from] != '"')
            {
                if (text[from] == '\\' && from + 1 < text.Length)
                    from++;
                word.Append(text[from++]);
            }
            return from + 1;
        }

        int SkipTo(char closing, int from) => text.IndexOf(closing, from) is >= 0 and var found ? found + 1 : text.Length;

        int SkipSubstitution(int from)
        {
            for (var depth = 1; from < text.Length && depth > 0; from++)
            {
                if (text[from] is '\'')
                    from = SkipTo('\'', from + 1) - 1;
                else
                    depth += text[from] switch
                    {
                        '(' => 1,
                        ')' => -1,
                        _ => 0,
                    };
            }
            return from;
        }
    }
}

/// <summary>A program that a command starts, with its arguments.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="Argument">The first one; of git, its command.</param>
/// <param name="Words">All of them, without their quotes.</param>
/// <param name="Separator">What stands between it and the next program.</param>
internal readonly record struct ShellPart(string Name, string Argument, string[] Words, string Separator)
{
    /// <summary>The file its output is redirected to, or null.</summary>
    public string? Target { get; init; }

    /// <summary>The file it reads instead of its input, or null.</summary>
    public string? Source { get; init; }

    /// <summary>Whether <c>xargs</c> starts it.</summary>
    public bool IsByXargs { get; init; }

    /// <summary>Whether the output is added at the file's end.</summary>
    public bool Appends { get; init; }

    /// <summary>What it reads, if that is written in the command: <c>&lt;&lt;EOF</c>.</summary>
    public ShellDocument? Document { get; init; }
}

/// <summary>A text within a command that one of its programs reads.</summary>
/// <param name="Command">The command.</param>
/// <param name="Start">Where the text begins in it.</param>
/// <param name="End">Where it ends.</param>
/// <param name="IsRecorded">Whether the command is recorded as it is: in the call's argument, or its last item. Otherwise it stood in quotes.</param>
internal readonly record struct ShellDocument(string Command, int Start, int End, bool IsRecorded);
