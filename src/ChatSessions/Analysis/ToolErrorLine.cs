using System.Text.RegularExpressions;

namespace ChatSessions.Analysis;

/// <summary>
/// Finds the line that says what went wrong in the output of build tools, package managers and test runners that write it in a form of
/// their own, and mostly not last: after it come advice, times and the places of logs.
/// </summary>
internal static partial class ToolErrorLine
{
    /// <summary>
    /// A line of a compiler, a linker, npm, the C library or a linter of Go, else the count of failed tests, or the goal of Maven that failed.
    /// </summary>
    public static string? Find(string text) =>
        First(Cause(), text) ?? GoErrorLine.FirstPlace(text) ?? Last(Count(), text) ?? First(Goal(), text);

    private static string? First(Regex regex, string text) => regex.Match(text) is { Success: true } match ? match.Value : null;

    private static string? Last(Regex regex, string text)
    {
        string? last = null;
        foreach (var match in regex.EnumerateMatches(text))
            last = text.Substring(match.Index, match.Length);
        return last;
    }

    /// <summary>What npm says of the error's code, of its own command and of its log does not say what went wrong.</summary>
    [GeneratedRegex(
        """
            ^\[ERROR\]\ \S+:\[\d+,\d+\]\ \S.*
            | ^npm\ (error|ERR!)\ (?!(code|errno|syscall|path|location|workspace|command|dest|cwd)\b|A\ complete\ log|Lifecycle\ script
                |Test\ failed|Exit\ status|Failed\ at\ |This\ is\ probably|Error:\ |@?[^\s@]+@[^\s@]+\ [^\s:]+:|\d+\s*$)\S.*
            | (?<=^│\ )Error:\ \S.*
            | ^Type\ error:\ \S.*
            | ^\w+\(\):\ (double\ free|invalid\ |corrupted\ |memory\ corruption|unaligned\ |unsorted\ ).*
            | ^(double\ free\ or\ corruption|corrupted\ (size|double-linked)|\*\*\*\ (stack\ smashing|buffer\ overflow)\ detected)\b.*
            | ^.*:\ Assertion\ [`'].*'\ failed\.
            | ^.*:\ (undefined\ reference\ to|multiple\ definition\ of)\ .*
            """,
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Cause();

    /// <summary>Counts with a number other than 0 before or after the word for failures.</summary>
    [GeneratedRegex(
        """
            ^[ \t]*---\ FAIL:\ \S.*
            | ^[ \t]*Tests:?[ ]+(\d+\ \w+[,|\ ]+)*[1-9]\d*\ failed\b.*
            | ^[ \t]*[1-9]\d*\ failing\b.*
            | ^\d+\ (tests?|doctests?|examples?|runs?|propert(y|ies))(\ completed)?,\ (.*[ ])?[1-9]\d*\ (failures?|failed|errors?)\b.*
            | ^(\[\w+\]\ )?Tests(\ run)?:\ \d+,\ (.*[ ])?(Failures|Errors):\ [1-9].*
            | ^\d+%\ tests\ passed,\ [1-9]\d*\ tests\ failed\ out\ of\ \d+
            | ^test\ result:\ FAILED\..*
            | ^(\#|ℹ)\ fail\ [1-9]\d*\r?$
            | ^\ \ [1-9]\d*\ failed\r?$
            | ^\[error\]\ \w+:\ Total\ \d+,\ .*
            | ^Executed\ \d+\ out\ of\ \d+\ tests?:\ .*\bfails?\b.*
            | ^[ \t]*Executed\ \d+\ tests?,\ with\ .*[1-9]\d*\ failures?\ \(.*
            | ^.{0,4}Test\ run\ with\ .*\ failed\ after\ .*
            | ^\d+:\d+\ \+.*:\ Some\ tests\ failed\..*
            | ^Build\ Summary:\ .*\b[1-9]\d*\ failed\b.*
            | ^FAILED\ \|\ .*
            | ^\ [1-9]\d*\ fail\r?$
            """,
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Count();

    [GeneratedRegex(
        @"^\[ERROR\] Failed to execute goal \S.*",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Goal();
}
