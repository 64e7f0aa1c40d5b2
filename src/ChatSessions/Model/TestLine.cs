using System.Buffers;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>What lines of test runners say: pytest, unittest, jest, mocha, rspec, cargo, go, dotnet and others.</summary>
internal static class TestLine
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    /// <summary>Whether a string ends in the summary of unittest or pytest that says that tests failed.</summary>
    public static bool EndsInFailures(RawJson text)
    {
        var last = LastLine(text, out var hasRun);
        return last.StartsWith("FAILED ("u8)
            ? hasRun && (last.IndexOf("failures="u8) > 0 || last.IndexOf("errors="u8) > 0)
            : IsSummary(last, out var summary) && CountsFailures(summary);
    }

    /// <summary>Whether a string ends in the summary of unittest or pytest that says that all tests passed.</summary>
    public static bool EndsInPasses(RawJson text)
    {
        var last = LastLine(text, out var hasRun);
        return last.SequenceEqual("OK"u8) || last.StartsWith("OK ("u8)
            ? hasRun
            : IsSummary(last, out var summary) && Counts(summary, " passed"u8) && !CountsFailures(summary) && !Counts(summary, " error"u8);
    }

    /// <summary>
    /// The last line that is not blank, and whether unittest says before it that it ran tests. Django says after it that it removes its
    /// databases.
    /// </summary>
    private static ReadOnlySpan<byte> LastLine(RawJson text, out bool hasRun)
    {
        hasRun = false;
        var last = default(ReadOnlySpan<byte>);
        if (text.Kind != JsonValueKind.String)
            return last;
        var lines = new OutputLines(text.Utf8.Span[1..^1]);
        while (lines.Next())
        {
            var line = lines.Line;
            if (line.Trim((byte)' ').IsEmpty || line.StartsWith("Destroying test database "u8))
                continue;
            hasRun |= line.StartsWith("Ran "u8) && (line.IndexOf(" tests in "u8) > 0 || line.IndexOf(" test in "u8) > 0);
            last = line;
        }
        return last;
    }

    /// <summary>Whether a line is pytest's summary: counts, and a time. It is given without the rule around it.</summary>
    private static bool IsSummary(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> summary)
    {
        summary = line.Trim((byte)'=').Trim((byte)' ');
        return summary.LastIndexOf(" in "u8) is > 0 and var at
            && IsTime(summary[(at + 4)..])
            && summary[0] is >= (byte)'0' and <= (byte)'9';
    }

    /// <summary>pytest and unittest end with an exit code other than 0 if there was nothing to run, or if no test was selected.</summary>
    public static bool RanNone(ReadOnlySpan<byte> line)
    {
        if (
            line.SequenceEqual("NO TESTS RAN"u8)
            || line.StartsWith("Ran 0 tests in "u8)
            || line.StartsWith("No tests found, exiting with code 1"u8)
            || line.SequenceEqual("collected 0 items"u8)
            || (line.StartsWith("collected "u8) && line.EndsWith(" / 0 selected"u8))
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
        && (end + 1 == text.Length || text.EndsWith(")"u8));

    /// <summary>
    /// Whether two lines together say that tests failed: Playwright's count above the first of the tests, bun's counts, and what prove ends
    /// with.
    /// </summary>
    public static bool AreFailure(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("Result: FAIL"u8))
            return previous.StartsWith("Files="u8);
        if (RunnerLine.AreFailure(previous, line))
            return true;
        return previous.StartsWith("  "u8)
            && previous.EndsWith(" failed"u8)
            && IsCount(previous["  "u8.Length..^" failed"u8.Length])
            && line.StartsWith("    "u8)
            && (line.IndexOf(" › "u8) > 0 || line.IndexOf(" \\u203a "u8) > 0 || line.IndexOf(" \\u203A "u8) > 0);
    }

    public static bool IsFailure(ReadOnlySpan<byte> line)
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
                    || RunnerLine.IsFailure(line)
                    || (line.StartsWith("FAIL: "u8) && line.IndexOf(" ("u8) > 0)
                    || (line.StartsWith("FAIL "u8) && line.IndexOf(".test."u8) > 0)
                    || (line.StartsWith("Failed!  - Failed: "u8));
            case (byte)'E' when line.StartsWith("ERROR "u8):
                return line.IndexOf(".py"u8) > 0 && line.IndexOf((byte)':') is var colon && (colon < 0 || line[colon..].StartsWith("::"u8));
            case (byte)'t' when line.StartsWith("test result: FAILED"u8):
            case (byte)'#' when line.StartsWith("# fail "u8) && IsCount(line["# fail "u8.Length..]):
            case (byte)'n' when line.StartsWith("not ok "u8) && IsFailedPoint(line["not ok "u8.Length..]):
                return true;
            // node:test writes ℹ, which may be escaped.
            case 0xE2 when line.StartsWith("ℹ fail "u8):
                return IsCount(line["ℹ fail "u8.Length..]);
            case (byte)'\\' when line.StartsWith("\\u2139 fail "u8):
                return IsCount(line["\\u2139 fail "u8.Length..]);
            case (byte)'[' when line.IndexOf("] Tests run: "u8) is > 0 and < 9 and var level:
                return CountsFailuresOfMaven(line[(level + 2)..]);
            case (byte)'T' when line.StartsWith("Tests run: "u8):
                return CountsFailuresOfMaven(line);
        }
        if (RunnerLine.IsFailure(line))
            return true;
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
        if (IsListOfCounts(line))
            return Counts(line, " failure"u8) || Counts(line, " error"u8); // minitest and mix
        if (line.IndexOf(" in "u8) < 0 && line.IndexOf(" passed"u8) < 0 && line.IndexOf(" tests failed"u8) < 0)
            return false;
        return Counts(line, " failed"u8)
            || Counts(line, " tests failed"u8)
            || ((Counts(line, " error in "u8) || Counts(line, " errors in "u8)) && line.TrimEnd((byte)' ').EndsWith("s"u8));
    }

    /// <summary>
    /// Whether a line has nothing but counts of tests and of what came of them: <c>3 runs, 5 assertions, 1 failures, 0 errors, 0 skips</c>, or
    /// <c>1 doctest, 2 tests, 1 failure</c>.
    /// </summary>
    private static bool IsListOfCounts(ReadOnlySpan<byte> line)
    {
        var isFirst = true;
        foreach (var range in line.Split(", "u8))
        {
            var count = line[range];
            var digits = count.IndexOfAnyExcept(Digits);
            if (digits <= 0 || count[digits] != ' ')
                return false;
            var word = count[(digits + 1)..];
            var ofTests =
                word.SequenceEqual("tests"u8)
                || word.SequenceEqual("test"u8)
                || word.SequenceEqual("runs"u8)
                || word.SequenceEqual("doctests"u8)
                || word.SequenceEqual("doctest"u8)
                || word.SequenceEqual("properties"u8)
                || word.SequenceEqual("property"u8);
            if (isFirst ? !ofTests : word.Contains((byte)' '))
                return false;
            isFirst = false;
        }
        return !isFirst;
    }

    /// <summary><c>Tests run: 3, Failures: 1, Errors: 0, Skipped: 0</c></summary>
    private static bool CountsFailuresOfMaven(ReadOnlySpan<byte> line) =>
        line.IndexOf(", Failures: "u8) is > 0 and var failures
        && line[failures..].IndexOf(", Errors: "u8) is > 0 and var errors
        && (
            StartsWithCount(line[(failures + ", Failures: "u8.Length)..], "")
            || StartsWithCount(line[(failures + errors + ", Errors: "u8.Length)..], "")
        );

    /// <summary>Whether a test point of TAP after "not ok" has a number, and no directive of TAP (TODO or SKIP) that lets it fail.</summary>
    private static bool IsFailedPoint(ReadOnlySpan<byte> point) =>
        point.IndexOfAnyExcept(Digits) is var digits
        && (digits < 0 || (digits > 0 && point[digits] == ' '))
        && point.IndexOf("# TODO"u8) < 0
        && point.IndexOf("# todo"u8) < 0
        && point.IndexOf("# SKIP"u8) < 0;

    /// <summary>Whether it is a number other than 0.</summary>
    private static bool IsCount(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && !text.ContainsAnyExcept(Digits) && text.ContainsAnyExcept((byte)'0');

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
}
