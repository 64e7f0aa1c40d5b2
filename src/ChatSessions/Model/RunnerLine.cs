using System.Buffers;

namespace ChatSessions.Model;

/// <summary>
/// What lines of further test runners say: sbt, bazel, dart and flutter, swift and xcodebuild, ctest and GoogleTest, zig, deno, bun and PHPUnit. Their
/// exit code is often that of the <c>tail</c> behind them.
/// </summary>
internal static class RunnerLine
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    /// <summary>Whether a line says that tests failed.</summary>
    /// <param name="line">Not empty.</param>
    public static bool IsFailure(ReadOnlySpan<byte> line) =>
        line[0] switch
        {
            (byte)'[' => line.StartsWith("[  FAILED  ] "u8) || IsOfSbt(line),
            (byte)'*' => line.SequenceEqual("** TEST FAILED **"u8)
                || line.SequenceEqual("** TEST EXECUTE FAILED **"u8)
                || IsCountOfScalaTest(line),
            (byte)'E' => line.SequenceEqual("ERRORS!"u8) || line.SequenceEqual("Errors while running CTest"u8) || IsExecuted(line),
            (byte)'I' => line.StartsWith("INFO: Build completed, "u8)
                && (line.IndexOf(" test FAILED, "u8) > 0 || line.IndexOf(" tests FAILED, "u8) > 0),
            (byte)'T' => line.SequenceEqual("The following tests FAILED:"u8) || IsOfPhpUnit(line) || IsOfSwiftTesting(line),
            (byte)'F' => line.StartsWith("FAILED | "u8) && CountsBefore(line, " failed"u8),
            (byte)'B' => line.StartsWith("Build Summary: "u8)
                && line.IndexOf(" tests passed; "u8) is > 0 and var tests
                && CountsBefore(line[tests..], " failed"u8),
            (byte)'(' => line.StartsWith("(fail) "u8) && line.EndsWith("s]"u8),
            >= (byte)'0' and <= (byte)'9' => IsOfDart(line) || CountsBefore(line, " test failed out of "u8),
            // ✘, and a private character on a Mac; either may be escaped.
            0xE2 or 0xF4 => IsOfSwiftTesting(line),
            (byte)' ' or (byte)'\\' => IsExecuted(WithoutIndent(line)) || IsOfSwiftTesting(line),
            _ => false,
        };

    /// <summary>Whether two lines together say that tests failed: bun's counts, of which others write the first, too.</summary>
    public static bool AreFailure(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> line) =>
        previous.Length > 1
        && previous[0] == ' '
        && IsCount(WithoutEnd(previous[1..], " fail"u8))
        && (line.EndsWith(" expect() calls"u8) || (line.StartsWith("Ran "u8) && line.IndexOf(" across "u8) > 0));

    /// <summary>Whether a line says that a build failed, of which tests may be a part.</summary>
    public static bool IsFailedBuild(ReadOnlySpan<byte> line) =>
        line.SequenceEqual("** BUILD FAILED **"u8)
        || line.SequenceEqual("FAILED: Build did NOT complete successfully"u8)
        || (line.StartsWith("Build Summary: "u8) && line.IndexOf(" steps succeeded"u8) > 0 && CountsBefore(line, " failed"u8));

    /// <summary>
    /// <c>[error] Failed: Total 8, Failed 2, Errors 0, Passed 6</c>, <c>[info] *** 2 TESTS FAILED ***</c>, or
    /// <c>[error] (Test / test) sbt.TestsFailedException: Tests unsuccessful</c>
    /// </summary>
    private static bool IsOfSbt(ReadOnlySpan<byte> line) =>
        line.StartsWith("[error] "u8)
            ? (line.IndexOf(": Total "u8) is > 0 and < 20 && (CountsBehind(line, ", Failed "u8) || CountsBehind(line, ", Errors "u8)))
                || (line.StartsWith("[error] ("u8) && line.IndexOf(") sbt.TestsFailedException: "u8) > 0)
            : line.StartsWith("[info] *** "u8) && IsCountOfScalaTest(line["[info] "u8.Length..]);

    private static bool IsCountOfScalaTest(ReadOnlySpan<byte> line) =>
        line.StartsWith("*** "u8)
        && (IsCount(WithoutEnd(line[4..], " TESTS FAILED ***"u8)) || IsCount(WithoutEnd(line[4..], " TEST FAILED ***"u8)));

    /// <summary>
    /// Bazel's <c>Executed 2 out of 3 tests: 2 tests pass and 1 fails locally.</c>, and XCTest's
    /// <c>Executed 9 tests, with 1 failure (0 unexpected) in 1.0 (1.0) seconds</c>.
    /// </summary>
    private static bool IsExecuted(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("Executed "u8))
            return false;
        if (line.IndexOf(" out of "u8) is > 0 and var outOf && line[outOf..].IndexOf(" test"u8) > 0)
            return CountsBefore(line[outOf..], " fails "u8) || CountsBefore(line[outOf..], " fail "u8);
        return line.IndexOf(", with "u8) is > 0 and var with
            && (CountsBefore(line[with..], " failure ("u8) || CountsBefore(line[with..], " failures ("u8))
            && line.IndexOf(" unexpected)"u8) > 0;
    }

    /// <summary><c>Tests: 5, Assertions: 6, Failures: 1, Skipped: 1.</c></summary>
    private static bool IsOfPhpUnit(ReadOnlySpan<byte> line) =>
        line.StartsWith("Tests: "u8)
        && line.IndexOf(", Assertions: "u8) > 0
        && (CountsBehind(line, ", Failures: "u8) || CountsBehind(line, ", Errors: "u8));

    /// <summary><c>✘ Test run with 75 tests in 9 suites failed after 4.0 seconds with 1 issue.</c></summary>
    private static bool IsOfSwiftTesting(ReadOnlySpan<byte> line) =>
        line.IndexOf("Test run with "u8) is >= 0 and <= 13 && line.IndexOf(" failed after "u8) > 0 && line.IndexOf(" seconds"u8) > 0;

    /// <summary><c>00:05 +14 -1: Some tests failed.</c></summary>
    private static bool IsOfDart(ReadOnlySpan<byte> line) =>
        line.IndexOf((byte)':') is > 0 and < 4 and var colon
        && !line[..colon].ContainsAnyExcept(Digits)
        && line.IndexOf(" +"u8) > colon
        && line.IndexOf(" -"u8) > colon
        && line.IndexOf(": Some tests failed."u8) > colon;

    /// <summary>XCTest indents its counts with a tab and a space.</summary>
    private static ReadOnlySpan<byte> WithoutIndent(ReadOnlySpan<byte> line)
    {
        line = line.TrimStart((byte)' ');
        return line.StartsWith("\\t"u8) ? line[2..].TrimStart((byte)' ') : line;
    }

    private static ReadOnlySpan<byte> WithoutEnd(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end) =>
        text.EndsWith(end) ? text[..^end.Length] : default;

    /// <summary>Whether it is a number other than 0.</summary>
    private static bool IsCount(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && !text.ContainsAnyExcept(Digits) && text.ContainsAnyExcept((byte)'0');

    /// <summary>Whether a number other than 0 stands before a word.</summary>
    private static bool CountsBefore(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word)
    {
        for (int at; (at = line.IndexOf(word)) >= 0; line = line[(at + word.Length)..])
            if (IsCount(line[(line[..at].LastIndexOfAnyExcept(Digits) + 1)..at]))
                return true;
        return false;
    }

    /// <summary>Whether a number other than 0 stands behind a word.</summary>
    private static bool CountsBehind(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word)
    {
        if (line.IndexOf(word) is not (>= 0 and var at))
            return false;
        var rest = line[(at + word.Length)..];
        return IsCount(rest.IndexOfAnyExcept(Digits) is >= 0 and var end ? rest[..end] : rest);
    }
}
