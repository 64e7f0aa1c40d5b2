using System.Buffers;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>What a line of output says about failure.</summary>
internal enum OutputSign
{
    None,

    /// <summary>"Error: …". Scripts print it about errors that they handled, too.</summary>
    Word,

    /// <summary>An error line as compilers, shells and other tools write it.</summary>
    ErrorLine,

    /// <summary>A traceback, with the exception at its end.</summary>
    Traceback,

    /// <summary>A test that failed, or a number of them.</summary>
    FailedTests,
}

/// <summary>
/// Looks for signs of failure in the output of programs. It reads the beginning and the end of a text in its JSON form, without decoding
/// it, because this runs for every result of a session, and a result can be 100 MB long. Signs stand at the beginning of a line: elsewhere
/// they are mostly code or prose.
/// </summary>
internal static class OutputSigns
{
    private const int HeadLength = 4 * 1024;
    private const int TailLength = 8 * 1024;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."u8
    );

    /// <summary>The strongest sign of failure in a string. None for any other value.</summary>
    public static OutputSign Find(RawJson text)
    {
        if (text.Kind != JsonValueKind.String)
            return OutputSign.None;
        var strongest = OutputSign.None;
        var isInTraceback = false;
        var isAfterCode = true;
        var lines = new Lines(text.Utf8.Span[1..^1]);
        while (lines.Next())
        {
            var line = WithoutColors(lines.Line);
            if (line.IsEmpty)
                continue;
            var isIndented = line[0] == ' ' || line.StartsWith("\\t"u8);
            var sign = OutputSign.None;
            if (line.StartsWith("Traceback (most recent call last)"u8))
                isInTraceback = true;
            else if (isInTraceback && !isIndented)
            {
                isInTraceback = false;
                sign = NameOfException(line) ? OutputSign.Traceback : OfLine(line);
            }
            // The end of a traceback whose beginning was cut off.
            else if (isAfterCode && !isIndented && NamesError(line))
                sign = OutputSign.Traceback;
            else
                sign = OfLine(line);
            isAfterCode = line.StartsWith("    "u8);
            if (sign > strongest)
                strongest = sign;
        }
        // A traceback that was cut off, as by head.
        return isInTraceback && strongest < OutputSign.Traceback ? OutputSign.Traceback : strongest;
    }

    /// <summary>
    /// Whether a string ends in the summary of unittest or pytest that says that tests failed. Django says after it that it removes its
    /// databases.
    /// </summary>
    public static bool EndsInFailedTests(RawJson text)
    {
        if (text.Kind != JsonValueKind.String)
            return false;
        var hasRun = false;
        var last = default(ReadOnlySpan<byte>);
        var lines = new Lines(text.Utf8.Span[1..^1]);
        while (lines.Next())
        {
            var line = WithoutColors(lines.Line);
            if (line.Trim((byte)' ').IsEmpty || line.StartsWith("Destroying test database "u8))
                continue;
            hasRun |= line.StartsWith("Ran "u8) && (line.IndexOf(" tests in "u8) > 0 || line.IndexOf(" test in "u8) > 0);
            last = line;
        }
        if (last.StartsWith("FAILED ("u8))
            return hasRun && (last.IndexOf("failures="u8) > 0 || last.IndexOf("errors="u8) > 0);
        var summary = last.Trim((byte)'=').Trim((byte)' ');
        return summary.LastIndexOf(" in "u8) is > 0 and var at
            && IsTime(summary[(at + 4)..])
            && summary[0] is >= (byte)'0' and <= (byte)'9'
            && CountsFailures(summary);
    }

    /// <summary>Whether one of the programs of a command, or the shell, complains in a line of a text.</summary>
    public static bool HasComplaint(RawJson text, ShellCommand command)
    {
        if (text.Kind != JsonValueKind.String)
            return false;
        var lines = new Lines(text.Utf8.Span[1..^1]);
        while (lines.Next())
        {
            var line = WithoutColors(lines.Line);
            if (line.StartsWith("Traceback (most recent call last)"u8) || IsOfShell(line) || line.StartsWith("fatal: "u8))
                return true;
            var colon = line.IndexOf(": "u8);
            if (
                colon > 0
                && colon < 64
                && !EndsWith(line, "binary file matches"u8)
                && line.IndexOf(": warning: "u8) != colon
                && line.IndexOf(": no "u8) != colon
                && command.Has(line[(line[..colon].LastIndexOf((byte)'/') + 1)..colon])
            )
                return true;
        }
        return false;
    }

    private static OutputSign OfLine(ReadOnlySpan<byte> line)
    {
        // Where pytest's output is no terminal, the line is not ended before an error.
        if (line.StartsWith("collecting ... "u8))
            line = WithoutColors(line["collecting ... ".Length..]);
        return line.IsEmpty ? OutputSign.None
            : IsFailedTest(line) ? OutputSign.FailedTests
            : IsErrorLine(line) || RanNoTests(line) ? OutputSign.ErrorLine
            : line.StartsWith("Error: "u8) || (line.StartsWith("ERROR: "u8) && !line.StartsWith("ERROR: pip's dependency resolver"u8))
                ? OutputSign.Word
            : OutputSign.None;
    }

    /// <summary>pytest and unittest end with an exit code other than 0 if there was nothing to run, or if no test was selected.</summary>
    private static bool RanNoTests(ReadOnlySpan<byte> line)
    {
        if (
            line.SequenceEqual("NO TESTS RAN"u8)
            || line.StartsWith("Ran 0 tests in "u8)
            || line.StartsWith("No tests found, exiting with code 1"u8)
            || line.SequenceEqual("collected 0 items"u8)
            || (line.StartsWith("collected "u8) && EndsWith(line, " / 0 selected"u8))
        )
            return true;
        var summary = line.Trim((byte)'=').Trim((byte)' ');
        return summary.StartsWith("no tests ran in "u8)
            || summary.StartsWith("no tests collected"u8)
            || CountsNothingRun(summary, isRuled: line[0] == '=');
    }

    /// <summary>Whether pytest's summary counts nothing but tests that were left out, and warnings: <c>18 deselected, 2 warnings in 0.04s</c>.</summary>
    private static bool CountsNothingRun(ReadOnlySpan<byte> summary, bool isRuled)
    {
        var end = summary.IndexOf(" in "u8);
        // Without the rule around it, a number of warnings can be that of any tool.
        if (end < 0 || !(isRuled || summary[..end].IndexOf(" deselected"u8) > 0) || !IsTime(summary[(end + 4)..]))
            return false;
        var counts = summary[..end];
        foreach (var range in counts.Split(", "u8))
        {
            var count = counts[range];
            var word = count[Math.Max(0, count.IndexOfAnyExcept(Digits))..];
            if (
                word.Length == count.Length
                || !(word.SequenceEqual(" deselected"u8) || word.TrimEnd((byte)'s').SequenceEqual(" warning"u8))
            )
                return false;
        }
        return true;
    }

    /// <summary>Whether it is a time as pytest writes it: <c>0.04s</c>, or <c>65.20s (0:01:05)</c>.</summary>
    private static bool IsTime(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'s') is > 0 and var end
        && text[end - 1] is >= (byte)'0' and <= (byte)'9'
        && (end + 1 == text.Length || EndsWith(text, ")"u8));

    private static bool IsFailedTest(ReadOnlySpan<byte> line)
    {
        switch (line[0])
        {
            case (byte)'F':
                if (
                    line.SequenceEqual("FAIL"u8)
                    || line.StartsWith("FAIL\\t"u8)
                    || line.StartsWith("FAILURES!"u8)
                    || line.StartsWith("FAILED ("u8)
                )
                    return true;
                // pytest's list, and unittest's and jest's headings.
                return (line.StartsWith("FAILED "u8) && line.IndexOf("::"u8) > 0)
                    || (line.StartsWith("FAIL: "u8) && line.IndexOf(" ("u8) > 0)
                    || (line.StartsWith("FAIL "u8) && line.IndexOf(".test."u8) > 0)
                    || (line.StartsWith("Failed!  - Failed: "u8));
            case (byte)'E' when line.StartsWith("ERROR "u8):
                return line.IndexOf(".py"u8) > 0 && line.IndexOf((byte)':') is var colon && (colon < 0 || line[colon..].StartsWith("::"u8));
            case (byte)'t' when line.StartsWith("test result: FAILED"u8):
                return true;
        }
        var trimmed = line.TrimStart((byte)' ');
        if (trimmed.IsEmpty)
            return false;
        if (trimmed.StartsWith("--- FAIL: "u8))
            return true;
        if (trimmed.StartsWith("Failed: "u8) || trimmed.StartsWith("failed: "u8))
            return trimmed.Length < 24 && StartsWithCount(trimmed["Failed: ".Length..].TrimStart((byte)' '), rest: "");
        return trimmed[0] == '=' ? CountsFailures(trimmed.Trim((byte)'=').TrimStart((byte)' '))
            : trimmed[0] is >= (byte)'0' and <= (byte)'9' ? CountsFailures(trimmed)
            : trimmed.StartsWith("Tests"u8) || trimmed.StartsWith("Test Suites:"u8) || trimmed.StartsWith("tests finished:"u8)
                ? Counts(trimmed, " failed"u8)
            : false;
    }

    /// <summary>Whether a line such as <c>2 failed, 3 passed in 0.12s</c> is the summary of tests, some of which failed.</summary>
    private static bool CountsFailures(ReadOnlySpan<byte> line)
    {
        if (StartsWithCount(line, " failing") && line.Length < 32)
            return true; // mocha
        if (line.IndexOf(" examples, "u8) > 0 || line.IndexOf(" example, "u8) > 0)
            return Counts(line, " failure"u8); // rspec
        if (line.IndexOf(" in "u8) < 0 && line.IndexOf(" passed"u8) < 0 && line.IndexOf(" tests failed"u8) < 0)
            return false;
        return Counts(line, " failed"u8)
            || Counts(line, " tests failed"u8)
            || ((Counts(line, " error in "u8) || Counts(line, " errors in "u8)) && EndsWith(line.TrimEnd((byte)' '), "s"u8));
    }

    /// <summary>Whether a number other than 0 stands before a word in a line.</summary>
    private static bool Counts(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word)
    {
        for (int at; (at = line.IndexOf(word)) >= 0; line = line[(at + word.Length)..])
        {
            var digits = line[..at];
            digits = digits[(digits.LastIndexOfAnyExcept(Digits) + 1)..];
            if (digits.ContainsAnyExcept((byte)'0'))
                return true;
        }
        return false;
    }

    private static bool StartsWithCount(ReadOnlySpan<byte> line, string rest)
    {
        var length = line.IndexOfAnyExcept(Digits);
        var digits = length < 0 ? line : line[..length];
        line = line[digits.Length..];
        if (!digits.ContainsAnyExcept((byte)'0') || line.Length < rest.Length)
            return false;
        for (var at = 0; at < rest.Length; at++)
            if (line[at] != rest[at])
                return false;
        return rest.Length > 0 || line.IsEmpty || line[0] is (byte)',' or (byte)' ';
    }

    private static bool IsErrorLine(ReadOnlySpan<byte> line)
    {
        switch (line[0])
        {
            case (byte)'e':
                if (line.StartsWith("error: "u8) || line.StartsWith("error["u8))
                    return true;
                break;
            case (byte)'f':
                if (line.StartsWith("fatal: "u8))
                    return true;
                break;
            case (byte)'n':
                if (line.StartsWith("npm ERR!"u8) || line.StartsWith("npm error "u8))
                    return true;
                break;
            case (byte)'p':
                if (line.StartsWith("panic: "u8) || line.StartsWith("patch: **** "u8))
                    return true;
                if (line.StartsWith("python"u8) && line.IndexOf(": can't open file "u8) > 0)
                    return true;
                break;
            case (byte)'m' when line.StartsWith("make: *** "u8) || (line.StartsWith("make["u8) && line.IndexOf("]: *** "u8) > 0):
            case (byte)'t' when line.StartsWith("thread '"u8) && line.IndexOf("' panicked at "u8) > 0:
            case (byte)'H' when line.StartsWith("Hunk #"u8) && line.IndexOf(" FAILED at "u8) > 0:
            case (byte)'U' when line.StartsWith("Unhandled exception"u8) || line.StartsWith("Uncaught "u8):
            case (byte)'E' when line.StartsWith("E   "u8) || line.StartsWith("Exception in thread "u8):
            case (byte)'B' when line.StartsWith("BUILD FAILED"u8) || line.StartsWith("Build FAILED."u8):
            case (byte)'[' when line.StartsWith("[ERROR] BUILD FAILURE"u8) || line.StartsWith("[INFO] BUILD FAILURE"u8):
                return true;
            case (byte)' ' or (byte)'#' or (byte)'+' or (byte)'-' or (byte)'*':
                return false;
        }
        return IsOfCompiler(line) || IsOfShell(line);
    }

    /// <summary><c>main.c:3:5: error: …</c>, <c>a.ts(3,5): error TS2322: …</c>, <c>tool: error: …</c></summary>
    private static bool IsOfCompiler(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOf(": error"u8);
        if (at < 0)
            at = line.IndexOf(": fatal error"u8);
        if (at <= 0 || line[..at].Contains((byte)' ') || line[..at].Contains((byte)'\\'))
            return false;
        var rest = line[(at + 2)..];
        rest = rest[(rest.IndexOf("error"u8) + 5)..];
        return rest.StartsWith(": "u8)
            || (rest.Length > 2 && rest[0] == ' ' && rest[1] is >= (byte)'A' and <= (byte)'Z' && rest[2] is >= (byte)'A' and <= (byte)'Z');
    }

    private static bool IsOfShell(ReadOnlySpan<byte> line) =>
        (line.Length < 400 && EndsWith(line, ": command not found"u8) && line.IndexOf(": "u8) is > 0 and < 40)
        || (
            (line.StartsWith("sh: "u8) || line.StartsWith("/bin/sh: "u8) || line.StartsWith("bash: "u8) || line.StartsWith("/bin/bash: "u8))
            && (EndsWith(line, ": not found"u8) || EndsWith(line, ": No such file or directory"u8) || line.IndexOf("syntax error"u8) > 0)
        )
        || (
            line.IndexOf(": No module named "u8) is > 0 and var at
            && at < 120
            && line[..at].IndexOf("python"u8) >= 0
            && !line[..at].Contains((byte)' ')
        );

    private static bool NameOfException(ReadOnlySpan<byte> line)
    {
        var length = line.IndexOfAnyExcept(NameBytes);
        return length < 0 || (length > 0 && line[length] is (byte)':' or (byte)'\\');
    }

    private static bool NamesError(ReadOnlySpan<byte> line)
    {
        var length = line.IndexOfAnyExcept(NameBytes);
        var name = length < 0 ? line : line[..length];
        return (length < 0 || line[length..].StartsWith(": "u8))
            && name.Length > 5
            && (EndsWith(name, "Error"u8) || EndsWith(name, "Exception"u8));
    }

    private static bool EndsWith(ReadOnlySpan<byte> line, ReadOnlySpan<byte> end) => line.EndsWith(end);

    /// <summary>A line without the colors before its first character.</summary>
    private static ReadOnlySpan<byte> WithoutColors(ReadOnlySpan<byte> line)
    {
        while ((line.StartsWith("\\u001b["u8) || line.StartsWith("\\u001B["u8)) && line.IndexOf((byte)'m') is >= 0 and var end)
            line = line[(end + 1)..];
        return line;
    }

    /// <summary>The lines at the beginning and the end of a JSON string, with their escapes.</summary>
    private ref struct Lines(ReadOnlySpan<byte> json)
    {
        private ReadOnlySpan<byte> rest = json.Length <= HeadLength + TailLength ? json : json[..HeadLength];
        private ReadOnlySpan<byte> tail = json.Length <= HeadLength + TailLength ? default : json[^TailLength..];

        public ReadOnlySpan<byte> Line { get; private set; }

        public bool Next()
        {
            var length = LineFeed(rest);
            if (length < 0 && !tail.IsEmpty)
            {
                // What is left of the beginning is part of a line only, and so is the start of the end.
                rest = AfterFirstLine(tail);
                tail = default;
                length = LineFeed(rest);
            }
            if (rest.IsEmpty)
                return false;
            Line = length < 0 ? rest : rest[..length];
            rest = length < 0 ? default : rest[(length + 2)..];
            if (Line.EndsWith("\\r"u8))
                Line = Line[..^2];
            return true;
        }

        /// <summary>The next line feed. With an even number of backslashes before the letter, it is a text, such as a Windows path.</summary>
        private static int LineFeed(ReadOnlySpan<byte> json, bool isCut = false)
        {
            for (var from = 0; json[from..].IndexOf("\\n"u8) is >= 0 and var found; from += found + 2)
            {
                var before = json[..(from + found)].LastIndexOfAnyExcept((byte)'\\');
                // Where the text was cut, there may have been more backslashes.
                if ((from + found - before) % 2 == 1 && !(isCut && before < 0))
                    return from + found;
            }
            return -1;
        }

        private static ReadOnlySpan<byte> AfterFirstLine(ReadOnlySpan<byte> json) =>
            LineFeed(json, isCut: true) is >= 0 and var end ? json[(end + 2)..] : default;
    }
}
