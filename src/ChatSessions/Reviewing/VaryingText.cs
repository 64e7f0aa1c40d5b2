using System.Text.RegularExpressions;

namespace ChatSessions.Reviewing;

/// <summary>
/// Texts without what differs each time a program runs, so that two of them can be compared: times, durations, addresses in memory, names of
/// temporary files.
/// </summary>
internal static partial class VaryingText
{
    /// <summary>Longer texts are compared as they are.</summary>
    public const int LongestCompared = 8_000;

    /// <summary>A cause is no longer than this.</summary>
    private const int LongestCause = 160;

    /// <summary>A text without times and the like, and with blanks instead of white space. Other numbers stay: they may be progress.</summary>
    public static string WithoutTimes(string text) => OneLine(Times().Replace(text, "~"));

    /// <summary>A text with blanks instead of white space.</summary>
    public static string OneLine(string text) => Blanks().Replace(text, " ").Trim();

    /// <summary>What an error line says of the cause: also without its numbers.</summary>
    public static string Cause(string line)
    {
        var cause = Numbers().Replace(WithoutTimes(line.Length > 4 * LongestCause ? line[..(4 * LongestCause)] : line), "0");
        return cause.Length <= LongestCause ? cause : cause[..LongestCause];
    }

    [GeneratedRegex(
        """
            \b\d{4}-\d\d-\d\d([T\ ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?)? | \b\d{1,2}:\d\d(:\d\d)?([.,]\d+)?\b
            | "(duration|elapsed|took|time|timestamp|wall_time)[a-z_]*"\s*:\s*"?[\d.]+ | \b0x[0-9a-fA-F]+\b
            | \b\d+([.,]\d+)?\ ?(ms|s|sec|secs|seconds?|us|µs|ns|min|minutes?)\b | /tmp/\S+ | \b(pid|PID)[\ =:]\ ?\d+
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Times();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();
}
