using System.Text.RegularExpressions;

namespace ChatSessions.Analysis;

/// <summary>Finds the line in which a test runner, a linter or a compiler counts what it found, such as <c>42 passed, 1 failed in 3.2s</c>.</summary>
internal static partial class VerdictLine
{
    /// <summary>A verdict is near the end of the output.</summary>
    private const int Searched = 2_000;

    private const int LongestLine = 200;

    /// <summary>
    /// The last such line of a text, without its line end; null if no line counts. A line about one case, such as <c>OK: 'a b'</c>, does not count.
    /// </summary>
    public static (int Start, int End)? Last(string text)
    {
        var from = Math.Max(0, text.Length - Searched);
        (int Start, int End)? last = null;
        foreach (var match in Verdict().EnumerateMatches(text.AsSpan(from)))
        {
            var start = text.LastIndexOf('\n', from + match.Index) + 1;
            var end = text.IndexOf('\n', from + match.Index + match.Length);
            end = end < 0 ? text.Length : end;
            if (end - start <= LongestLine)
                last = (start, end);
        }
        return last;
    }

    /// <summary>Whether a line says how many failed.</summary>
    public static bool CountsFailures(string line) => Failures().IsMatch(line);

    [GeneratedRegex(
        @"\b[1-9]\d* (tests? )?(failed|failing|failures?|errors?)\b",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Failures();

    [GeneratedRegex(
        """
            \b\d+\ (tests?\ )?(passed|failed|passing|failing|errors?|warnings?|skipped|deselected|problems?)\b
            |\bRan\ \d+\ tests?\b | \b(Passed|Failed)(!|:\ *\d) | \btest\ result:\ | \b(Build|Test|[Tt]ests)\ (succeeded|failed|passed)\b
            |^(OK|FAILED)(\ \(.*\))?[\ \r]*$ | ^FAILED\ \S+::
            """,
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Verdict();
}
