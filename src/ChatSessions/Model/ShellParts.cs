using System.Buffers;

namespace ChatSessions.Model;

/// <summary>The programs that a command starts, as far as it is read. Of the words of each, it finds the program's name and its arguments.</summary>
/// <param name="recorded">The text that the call records: the command, or its last item. It may be read, or stand in quotes.</param>
internal sealed class ShellParts(string? recorded)
{
    /// <summary>Commands of editors for agents. What follows the first line is text for a file.</summary>
    private static readonly HashSet<string> EditorCommands =
    [
        .. "open view create edit insert append str_replace undo_edit goto scroll_up scroll_down find_file search_file".Split(),
        .. "search_dir set_cursors submit".Split(),
    ];

    private static readonly HashSet<string> Keywords = [.. "if then elif else while until do time ! { }".Split()];
    private static readonly HashSet<string> Starters = [.. "sudo env timeout nohup exec nice stdbuf xargs".Split()];
    private static readonly HashSet<string> Shells = ["bash", "sh", "zsh", "dash"];

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    public List<ShellPart> All { get; } = [];

    public string? Recorded => recorded;

    /// <summary>Whether it is a command of an editor for agents.</summary>
    public bool Edits { get; private set; }

    public void Read(string text) => Read(text, new());

    private void Read(string text, Subshell subshell) => new ShellText(text, this, subshell).Read();

    /// <summary>Adds the program that these words start.</summary>
    /// <param name="separator">What stands after them.</param>
    /// <param name="subshell">The shell that starts it.</param>
    /// <param name="line">On which line the shell begins to read them.</param>
    public void Add(List<string> words, string separator, Subshell subshell, int line = 1)
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
            if (separator != "")
                Separate(separator);
            return;
        }
        var name = words[first][(words[first].LastIndexOf('/') + 1)..];
        if (Shells.Contains(name) && words.Count > first + 2 && words[first + 1] is ['-', .., 'c'])
        {
            Read(words[first + 2], new(subshell));
            Separate(separator);
            return;
        }
        Edits |= All.Count == 0 && EditorCommands.Contains(name);
        var argument = words.Skip(first + 1).FirstOrDefault("");
        if (name == "git")
        {
            // git -C folder diff; git --no-pager log
            var at = first + 1;
            while (at < words.Count && words[at].StartsWith('-'))
                at += words[at] is "-C" or "-c" ? 2 : 1;
            argument = words.ElementAtOrDefault(at) ?? "";
        }
        All.Add(
            new(name, argument, [.. words.Skip(first + 1)], separator)
            {
                IsByXargs = isByXargs,
                Line = line,
                Subshell = subshell,
            }
        );
    }

    /// <summary>Says what stands after the last program.</summary>
    public void Separate(string separator)
    {
        if (All.Count > 0)
            All[^1] = All[^1] with { Separator = separator };
    }

    /// <summary>A separator at the end separates nothing.</summary>
    public void EndText()
    {
        if (All.Count > 0)
            Separate(All[^1].Separator == "|" ? "|" : "");
    }

    /// <summary>The last program writes to a file.</summary>
    public void Redirect(string target, bool appends)
    {
        if (All.Count > 0)
            All[^1] = All[^1] with { Target = target, Appends = appends };
    }

    /// <summary>The last program reads a file.</summary>
    public void RedirectInput(string source)
    {
        if (All.Count > 0)
            All[^1] = All[^1] with { Source = source };
    }

    /// <summary>A program reads a part of the text.</summary>
    public void AddDocument(int part, string text, int start, int end)
    {
        if (part < All.Count)
            All[part] = All[part] with { Document = new(text, start, end, ReferenceEquals(text, recorded)) };
    }

    private static bool IsAssignment(string word)
    {
        var length = word.AsSpan().IndexOf('=');
        return length > 0 && !word.AsSpan(0, length).ContainsAnyExcept(NameCharacters);
    }
}
