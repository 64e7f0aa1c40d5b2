using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatSessions.Reviewing;

/// <summary>Whether a call is another try of an earlier one, with other arguments.</summary>
internal static class RetriedCall
{
    /// <summary>A call of the same tool is a new try if no more than this many other calls are between.</summary>
    private const int NearBy = 1;

    /// <summary>Shorter values, such as true or 10, are the same by chance.</summary>
    private const int ShortestValue = 6;

    private const int LongestAddress = 400;

    /// <summary>Only the beginning of a command is compared.</summary>
    private const int MostCharacters = 4_000;

    /// <summary>Arguments that say how a call is made, not what it is about.</summary>
    private static readonly string[] Manners = ["cwd", "workdir", "timeout", "timeout_ms", "description", "explanation", "shell"];

    /// <param name="between">How many other calls were made between the two.</param>
    public static bool IsLike(ToolUse failed, ToolUse next, int between)
    {
        if (failed.Name != next.Name || failed.Call is not { } first || next.Call is not { } second)
            return false;
        var (command, other) = (ShellCommand.Find(first), ShellCommand.Find(second));
        if (command is null || other is null)
            return SharesValue(first.Arguments, second.Arguments) || (between <= NearBy && !IsOfOther(first.Arguments, second.Arguments));
        if (command.Edits || other.Edits)
            return command.Edits && other.Edits && command.Parts[0].Name == other.Parts[0].Name && between <= NearBy;
        var (main, otherMain) = (command.Purpose, other.Purpose);
        return main.Name == otherMain.Name
            && IsSameInput(command.Input, other.Input)
            && (command.Runs || command.Changes == other.Changes)
            && (
                (IsFile(main.Argument) && main.Argument == otherMain.Argument)
                || ((between <= NearBy || !AreOtherScripts(main, otherMain)) && AreAlike(CommandOf(first), CommandOf(second), main.Name))
            );
    }

    /// <summary>
    /// Whether two commands run scripts whose names differ in more than a number. Scripts of one session have much in common, so later on
    /// another one has another purpose.
    /// </summary>
    private static bool AreOtherScripts(ShellPart one, ShellPart other) =>
        IsScript(one.Argument) && IsScript(other.Argument) && WithoutNumber(one.Argument) != WithoutNumber(other.Argument);

    private static bool IsScript(string argument) => IsFile(argument) && argument.LastIndexOf('.') > 0;

    private static string WithoutNumber(string file) => file[..file.LastIndexOf('.')].TrimEnd("0123456789".ToCharArray());

    /// <summary>On other input, a program may work without any change.</summary>
    private static bool IsSameInput(string? one, string? other) => one is null || other is null || one == other;

    /// <summary>The same script or test file is run again, even if the same command writes it first.</summary>
    private static bool IsFile(string argument) =>
        !argument.StartsWith('-') && argument.AsSpan().ContainsAny('.', '/') && argument.Length > 2;

    /// <summary>
    /// Whether two calls are about other things: a file, a page or a person whose name is not nearly the same. The same name in another folder
    /// may be what was meant.
    /// </summary>
    private static bool IsOfOther(RawJson one, RawJson other)
    {
        foreach (var (name, value) in one.Properties())
            if (
                NameIn(value) is { } first
                && NameIn(other.Property(name)) is { } second
                && Spelling.Distance(first, second) > first.Length / 3
            )
                return true;
        return false;
    }

    /// <summary>The name in a path or an address: its last part, up to a dot or an at sign. Null if the value is neither.</summary>
    private static string? NameIn(RawJson value)
    {
        if (
            value.AsString() is not { Length: > 2 and <= LongestAddress } text
            || !text.AsSpan().ContainsAny("./@\\")
            || text.Any(char.IsWhiteSpace)
        )
            return null;
        var last = text.TrimEnd('/').Split('/', '\\')[^1].ToLowerInvariant();
        var end = last.IndexOf('@') is > 0 and var at ? at : last.LastIndexOf('.');
        return end > 0 ? last[..end] : last;
    }

    private static bool SharesValue(RawJson one, RawJson other)
    {
        foreach (var (name, value) in one.Properties())
            if (
                value.Kind == JsonValueKind.String
                && value.Utf8.Length >= ShortestValue
                && !Manners.Contains(name)
                && other.Property(name).Utf8.Span.SequenceEqual(value.Utf8.Span)
            )
                return true;
        return false;
    }

    /// <summary>The command, without the change of folder that all commands of a session begin with.</summary>
    private static string CommandOf(ToolCallEvent call)
    {
        var text = ShellCommand.ArgumentOf(call.Arguments).Value.AsText() ?? "";
        return text.StartsWith("cd ", StringComparison.Ordinal) && text.IndexOf("&&", StringComparison.Ordinal) is > 0 and var end
            ? text[(end + 2)..]
            : text;
    }

    /// <summary>Whether at least half of the words of two commands are the same. The program, which is the same, does not count.</summary>
    private static bool AreAlike(string one, string other, string program)
    {
        var (words, others) = (Words(one), Words(other));
        words.Remove(program);
        others.Remove(program);
        var shared = words.Count(others.Contains);
        return 2 * shared >= words.Count + others.Count - shared;
    }

    private static HashSet<string> Words(string command)
    {
        var words = new HashSet<string>();
        var text = command.AsSpan(0, Math.Min(command.Length, MostCharacters));
        for (var at = 0; at < text.Length; )
        {
            var start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.'))
                at++;
            // A single letter is an option or a redirection.
            if (at > start + 1)
                words.Add(text[start..at].ToString());
            else if (at == start)
                at++;
        }
        return words;
    }
}
