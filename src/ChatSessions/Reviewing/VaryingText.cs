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

    /// <summary>
    /// Where two texts begin to differ in something other than times and the like; if they do not, or are long, where they differ at all.
    /// </summary>
    public static (int One, int Other) StartOfDifference(string one, string other)
    {
        var (start, otherStart) = (0, 0);
        if (Math.Max(one.Length, other.Length) <= LongestCompared)
            foreach (var (time, otherTime) in Times().Matches(one).Zip(Times().Matches(other)))
            {
                var before = one.AsSpan(start..time.Index);
                var same = before.CommonPrefixLength(other.AsSpan(otherStart..otherTime.Index));
                if (same < before.Length || otherStart + same < otherTime.Index)
                    return (start + same, otherStart + same);
                (start, otherStart) = (time.Index + time.Length, otherTime.Index + otherTime.Length);
            }
        var rest = one.AsSpan(start).CommonPrefixLength(other.AsSpan(otherStart));
        if (start + rest < one.Length || otherStart + rest < other.Length)
            return (start + rest, otherStart + rest);
        rest = one.AsSpan().CommonPrefixLength(other);
        return (rest, rest);
    }

    /// <summary>A text with blanks instead of white space.</summary>
    public static string OneLine(string text) => Blanks().Replace(text, " ").Trim();

    /// <summary>What an error line says of the cause: also without its numbers, unless they are codes of errors, as in <c>status code 404</c>.</summary>
    public static string Cause(string line)
    {
        var cause = Numbers()
            .Replace(
                WithoutTimes(line.Length > 4 * LongestCause ? line[..(4 * LongestCause)] : line),
                number => number.Groups["code"].Success ? number.Value : "0"
            );
        return cause.Length <= LongestCause ? cause : cause[..LongestCause];
    }

    /// <summary>In JSON, an escape may stand before it. Listings of files write dates as <c>Apr 10 01:59</c> and <c>Apr 10  2024</c>.</summary>
    [GeneratedRegex(
        """
            (\b|(?<=\\[nrt]))(
              \d{4}-\d\d-\d\d([T\ ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?)?
            | ((Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\ +)?
                (\d{1,2}\ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\ \d{4}(\ \d\d:\d\d(:\d\d)?(\ ([A-Z]{3,4}|[+-]\d{4}))?)?
                |(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\ {1,2}\d{1,2},?\ {1,2}
                  (\d\d:\d\d(:\d\d)?(\ [A-Z]{3,4})?(\ \d{4})?(\ [+-]\d{4})?|\d{4}))\b
            | \d{1,2}:\d\d(:\d\d)?([.,]\d+)?\b
            | 0x[0-9a-fA-F]+\b
            | \d+([.,]\d+)?\ ?(ms|s|sec|secs|seconds?|us|µs|ns|min|minutes?)\b
            )
            | "(duration|elapsed|took|time|timestamp|wall_time)[a-z_]*"\s*:\s*"?[\d.]+ | /tmp/\S+ | \b(pid|PID)[\ =:]\ ?\d+
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Times();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(
        @"(?<code>\b(status|code|errno|HTTP(/\d(\.\d)?)?( error)?)[:=]? ?-?\d+\b)|\d+",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Numbers();
}
