using System.Buffers;
using System.Text;
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
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."u8
    );

    /// <summary>The strongest sign of failure in a string. None for any other value.</summary>
    /// <param name="excused">Programs that a shell may not have found.</param>
    public static OutputSign Find(RawJson text, bool withTracebacks = true, IReadOnlySet<string>? excused = null)
    {
        if (text.Kind != JsonValueKind.String)
            return OutputSign.None;
        var ofTraceback = withTracebacks ? OutputSign.Traceback : OutputSign.None;
        var strongest = OutputSign.None;
        var isInTraceback = false;
        var isAfterCode = true;
        var previous = default(ReadOnlySpan<byte>);
        var lines = new OutputLines(text.Utf8.Span[1..^1]);
        while (lines.Next())
        {
            var line = lines.Line;
            if (line.IsEmpty || (excused is not null && NotFound(line) is { } program && excused.Contains(program)))
                continue;
            var isIndented = line[0] == ' ' || line.StartsWith("\\t"u8);
            var sign = OutputSign.None;
            if (line.StartsWith("Traceback (most recent call last)"u8))
                isInTraceback = true;
            else if (isInTraceback && !isIndented)
            {
                isInTraceback = false;
                sign = NameOfException(line) ? ofTraceback : OfLine(line);
            }
            // The end of a traceback whose beginning was cut off.
            else if (isAfterCode && !isIndented && NamesError(line))
                sign = ofTraceback;
            else
                sign = TestLine.AreFailure(previous, line) ? OutputSign.FailedTests : OfLine(line);
            previous = line;
            isAfterCode = line.StartsWith("    "u8);
            if (sign > strongest)
                strongest = sign;
        }
        // A traceback that was cut off, as by head.
        return isInTraceback && strongest < ofTraceback ? ofTraceback : strongest;
    }

    /// <summary>Whether one of the programs of a command, or the shell, complains in a line of a text.</summary>
    public static bool HasComplaint(RawJson text, ShellCommand command)
    {
        if (text.Kind != JsonValueKind.String)
            return false;
        var lines = new OutputLines(text.Utf8.Span[1..^1]);
        while (lines.Next())
        {
            var line = lines.Line;
            if (line.StartsWith("Traceback (most recent call last)"u8) || IsOfShell(line) || line.StartsWith("fatal: "u8))
                return true;
            var colon = line.IndexOf(": "u8);
            if (
                colon > 0
                && colon < 64
                && !line.EndsWith("binary file matches"u8)
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
            line = OutputLines.WithoutColors(line["collecting ... ".Length..]);
        return line.IsEmpty ? OutputSign.None
            : TestLine.IsFailure(line) ? OutputSign.FailedTests
            : IsErrorLine(line) || TestLine.RanNone(line) ? OutputSign.ErrorLine
            : CountsErrors(line)
            || (line.StartsWith("Error: "u8) && !line.SequenceEqual("Error: (none)"u8))
            || (line.StartsWith("ERROR: "u8) && !line.StartsWith("ERROR: pip's dependency resolver"u8))
                ? OutputSign.Word
            : OutputSign.None;
    }

    /// <summary>What ruff, mypy and tsc end with: <c>Found 1 error.</c>, <c>Found 3 errors in 2 files (checked 5 source files)</c>.</summary>
    private static bool CountsErrors(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("Found "u8) || !Rest(line["Found "u8.Length..]).StartsWith(" error"u8))
            return false;
        var rest = Rest(line["Found "u8.Length..]);
        rest = rest[" error"u8.Length..];
        if (rest.StartsWith("s"u8))
            rest = rest[1..];
        return rest.SequenceEqual("."u8)
            || (rest.StartsWith(" ("u8) && rest.EndsWith(" remaining)."u8) && !rest.EndsWith(", 0 remaining)."u8))
            || (
                rest.StartsWith(" in "u8)
                && (rest.EndsWith(" files."u8) || rest.EndsWith(" source files)"u8) || rest.EndsWith(" source file)"u8))
            );
    }

    /// <summary>ESLint's <c>✖ 2 problems (1 error, 1 warning)</c>, where the sign may be escaped.</summary>
    private static bool IsOfEslint(ReadOnlySpan<byte> line)
    {
        var start =
            line.StartsWith("✖ "u8) ? "✖ "u8.Length
            : line.StartsWith("\\u2716 "u8) ? "\\u2716 "u8.Length
            : 0;
        if (start == 0)
            return false;
        var rest = Rest(line[start..]);
        return rest.StartsWith(" problem"u8)
            && rest.IndexOf(" ("u8) is > 0 and var counts
            && Rest(rest[(counts + 2)..]).StartsWith(" error"u8);
    }

    /// <summary>The text after a leading number other than 0. Empty if the text does not begin with one.</summary>
    private static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length > 0 && text[..length].ContainsAnyExcept((byte)'0') ? text[length..] : default;
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
                if (line.StartsWith("npm ERR!"u8) || line.StartsWith("npm error "u8) || line.StartsWith("ninja: build stopped: "u8))
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
            case (byte)'C' when line.StartsWith("CONFLICT ("u8) && line.IndexOf("): "u8) > 0:
            case (byte)'A' when line.StartsWith("Automatic merge failed; fix conflicts and then commit the result."u8):
            case (byte)'E' when line.StartsWith("E   "u8) || line.StartsWith("Exception in thread "u8):
            case (byte)'B' or (byte)'F' or (byte)'*' when RunnerLine.IsFailedBuild(line):
            case (byte)'B' when line.StartsWith("BUILD FAILED"u8) || line.StartsWith("Build FAILED."u8):
            case (byte)'[' when line.StartsWith("[ERROR] BUILD FAILURE"u8) || line.StartsWith("[INFO] BUILD FAILURE"u8):
                return true;
            case (byte)' ' or (byte)'#' or (byte)'+' or (byte)'-' or (byte)'*':
                return false;
        }
        return IsOfCompiler(line) || IsOfShell(line) || IsOfEslint(line);
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

    /// <summary>The program that a shell did not find: <c>bash: line 1: clang: command not found</c>. Null if the line does not say it.</summary>
    private static string? NotFound(ReadOnlySpan<byte> line)
    {
        if (!IsOfShell(line))
            return null;
        line =
            line.EndsWith(": command not found"u8) ? line[..^": command not found".Length]
            : line.EndsWith(": not found"u8) ? line[..^": not found".Length]
            : default;
        var name = line[(line.LastIndexOfAny((byte)' ', (byte)'/') + 1)..];
        return name.IsEmpty ? null : Encoding.UTF8.GetString(name);
    }

    private static bool IsOfShell(ReadOnlySpan<byte> line) =>
        (line.Length < 400 && line.EndsWith(": command not found"u8) && line.IndexOf(": "u8) is > 0 and < 40)
        || (
            (line.StartsWith("sh: "u8) || line.StartsWith("/bin/sh: "u8) || line.StartsWith("bash: "u8) || line.StartsWith("/bin/bash: "u8))
            && (line.EndsWith(": not found"u8) || line.EndsWith(": No such file or directory"u8) || line.IndexOf("syntax error"u8) > 0)
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
            && (name.EndsWith("Error"u8) || name.EndsWith("Exception"u8));
    }
}
