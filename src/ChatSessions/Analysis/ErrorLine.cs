using System.Text.RegularExpressions;

namespace ChatSessions.Analysis;

/// <summary>Finds the lines where the output of a failed tool says what went wrong.</summary>
public static partial class ErrorLine
{
    /// <summary>The last line that is not blank, where most programs name the error, without the white space at its end.</summary>
    public static string Last(string text)
    {
        var trimmed = text.AsSpan().TrimEnd();
        return trimmed[(trimmed.LastIndexOfAny('\n', '\r') + 1)..].ToString();
    }

    /// <summary>
    /// The last line before it that names an exception or an error, in the form of interpreters, compilers and test runners. Null if there
    /// is none, or if the last line names one itself.
    /// </summary>
    public static string? OfException(string text) => Named().IsMatch(Last(text)) ? null : LastNamed(text)?.Line;

    /// <summary>The last line that names an exception or an error, and where it begins.</summary>
    internal static (int Start, string Line)? LastNamed(string text)
    {
        (int Start, int Length)? last = null;
        foreach (var match in Named().EnumerateMatches(text))
            last = (match.Index, match.Length);
        if (last is not var (start, length))
            return null;
        var found = text.AsSpan(start, length).Trim().ToString();
        // pytest puts this before each line of an error.
        return (start, found.StartsWith("E  ", StringComparison.Ordinal) ? found[3..].TrimStart() : found);
    }

    [GeneratedRegex(
        """
            ^(E\ +|Caused\ by:\ |Unhandled\ exception\.\ |Exception\ in\ thread\ "[^"\n]*"\ )?
              ([\w.$:]*(Error|Exception)|panic|fatal|error)(\[\w+\])?:[ \t]\S.*
            | ^[\w.]+(Error|Exception)\r?$
            | ^\S+:\d+:\ (fatal\ )?error:\ .*
            """,
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Named();
}
