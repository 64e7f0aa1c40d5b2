using System.Collections.Frozen;

namespace ChatSessions.Model;

/// <summary>What a line of a message is, as far as its form says it.</summary>
internal enum PastedLineKind
{
    /// <summary>Somebody wrote it.</summary>
    Written,

    /// <summary>It may be the line of a log or the message of an error, but people write such lines, too.</summary>
    Message,

    /// <summary>A program wrote it, or it is code.</summary>
    Output,

    /// <summary>A command at a prompt, or the head of a part of a diff. What follows is output, too.</summary>
    Opening,
}

/// <summary>
/// Lines that were pasted into a message: traces, logs, diffs and code. They are told apart from written ones by how they begin and end, so that
/// each takes one look.
/// </summary>
internal static class PastedLine
{
    /// <summary>The word that says how bad a log line is stands among the first characters.</summary>
    private const int LongestHead = 60;

    private const int LongestTimestamp = 12;

    private static readonly string[] Beginnings =
    [
        "Traceback (most recent call last)",
        "File \"",
        "at ",
        "--> ",
        "--- a/",
        "+++ b/",
        "| ",
        "Caused by: ",
        "goroutine ",
        "stack backtrace:",
    ];

    private static readonly string[] Openings = ["$ ", ">>> ", "PS C:\\", "C:\\>", "diff --git ", "@@ "];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Levels = FrozenSet
        .Create("ERROR", "ERR!", "WARN", "WARNING", "INFO", "DEBUG", "TRACE", "FATAL")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] ErrorNames =
    [
        "Error:",
        "Exception:",
        "error:",
        "error[",
        "fatal:",
        "panic:",
        "panicked at",
        "Unhandled ",
    ];

    /// <param name="line">With its indentation.</param>
    public static PastedLineKind KindOf(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        if (BeginsWithAny(text, Openings))
            return PastedLineKind.Opening;
        if (
            text is ['{' or '[', ..] and [.., '}' or ']' or ',']
            || text is [.., ';' or '{' or '}']
            || (BeginsWithAny(text, Beginnings) && IsOutput(text))
            || BeginsWithTime(text)
        )
            return PastedLineKind.Output;
        return HasLevel(text) || NamesError(text) ? PastedLineKind.Message : PastedLineKind.Written;
    }

    /// <summary>"at" and a word also begin a sentence; a frame of a stack has a place in it.</summary>
    private static bool IsOutput(ReadOnlySpan<char> text) => !text.StartsWith("at ") || text.ContainsAny('(', '/', ':');

    /// <summary>A date and a time, or only one of both, as logs begin with.</summary>
    private static bool BeginsWithTime(ReadOnlySpan<char> text)
    {
        text = text.TrimStart('[');
        var end = 0;
        var marks = 0;
        while (end < text.Length && end < LongestTimestamp && (char.IsAsciiDigit(text[end]) || text[end] is '-' or ':' or '/' or 'T'))
            marks += char.IsAsciiDigit(text[end++]) ? 0 : 1;
        return end >= 8 && marks >= 2 && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]);
    }

    private static bool HasLevel(ReadOnlySpan<char> text)
    {
        var head = text.Length > LongestHead ? text[..LongestHead] : text;
        foreach (var range in head.SplitAny(' ', '\t', '[', ']', ':', '|'))
            if (Levels.Contains(head[range]))
                return true;
        return false;
    }

    private static bool NamesError(ReadOnlySpan<char> text)
    {
        var head = text.Length > LongestHead ? text[..LongestHead] : text;
        foreach (var name in ErrorNames)
            if (head.Contains(name, StringComparison.Ordinal))
                return true;
        return false;
    }

    private static bool BeginsWithAny(ReadOnlySpan<char> text, string[] beginnings)
    {
        foreach (var beginning in beginnings)
            if (text.StartsWith(beginning, StringComparison.Ordinal))
                return true;
        return false;
    }
}
