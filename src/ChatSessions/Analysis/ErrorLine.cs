using System.Text.RegularExpressions;

namespace ChatSessions.Analysis;

/// <summary>Finds the lines where the output of a failed tool says what went wrong.</summary>
public static partial class ErrorLine
{
    /// <summary>How compilers end after the errors that they named.</summary>
    private static readonly string[] Closing =
    [
        "error: aborting due to ",
        "error: could not compile ",
        "error: test failed, to rerun ",
        "error: build failed",
        "error: Test failed",
        "collect2: error: ld returned ",
        "clang: error: linker command failed ",
    ];

    /// <summary>The last line that is not blank, where most programs name the error, without the white space at its end.</summary>
    public static string Last(string text)
    {
        var trimmed = text.AsSpan().TrimEnd();
        return trimmed[(trimmed.LastIndexOfAny('\n', '\r') + 1)..].ToString();
    }

    /// <summary>
    /// The last line above the end that names an exception or an error, in the form of interpreters, compilers and test runners. Null if no
    /// line does, or if the last line itself does. For Go tests, the line that says what failed: they also log errors that they expect.
    /// </summary>
    public static string? OfException(string text) => Named().IsMatch(Last(text)) ? null : GoErrorLine.Find(text) ?? LastNamed(text)?.Line;

    /// <summary>
    /// The last line that names an exception or an error, and where it begins. A line that only says that there were errors above counts if
    /// there is no other; of errors with codes, the first counts, because the others may follow from it.
    /// </summary>
    internal static (int Start, string Line)? LastNamed(string text)
    {
        (int Start, int Length)? last = null;
        var isClosing = true;
        foreach (var match in Named().EnumerateMatches(text))
        {
            var isClosingToo = IsClosing(text.AsSpan(match.Index, match.Length));
            if (isClosingToo && !isClosing)
                continue;
            last = (match.Index, match.Length);
            isClosing = isClosingToo;
        }
        if (last is not var (start, length))
            return null;
        if (WithCode().IsMatch(text.AsSpan(start, length)) && WithCode().Match(text) is { Success: true } first)
            (start, length) = (first.Index, first.Length);
        var found = text.AsSpan(start, length).Trim().ToString();
        // pytest puts this before each line of an error.
        return (start, found.StartsWith("E  ", StringComparison.Ordinal) ? found[3..].TrimStart() : found);
    }

    /// <summary>Whether a line only says that there were errors above it.</summary>
    internal static bool IsClosing(ReadOnlySpan<char> line)
    {
        foreach (var closing in Closing)
            if (line.StartsWith(closing, StringComparison.Ordinal))
                return true;
        return false;
    }

    [GeneratedRegex(
        """
            ^(E\ +|Caused\ by:\ |Unhandled\ exception\.\ |Exception\ in\ thread\ "[^"\n]*"\ )?
              ([\w.$:]*(Error|Exception)|panic|fatal|error)(\[\w+\])?:[ \t]\S.*
            | ^[\w.]+(Error|Exception)\r?$
            | ^\S+:\ (fatal\ )?error:\ .*
            | ^[ \t]*((\S+\(\d+(,\d+)*\)|\w+)\ ?:|\S+:\d+:\d+\ -)\ error\ [A-Z]+\d+:\ .*
            """,
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Named();

    /// <summary><c>A.cs(5,9): error CS0103: …</c>, <c>a.ts:3:5 - error TS2322: …</c>, <c>MSBUILD : error MSB1003: …</c></summary>
    [GeneratedRegex(
        @"^[ \t]*((\S+\(\d+(,\d+)*\)|\w+) ?:|\S+:\d+:\d+ -) error [A-Z]+\d+: .*",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex WithCode();
}
