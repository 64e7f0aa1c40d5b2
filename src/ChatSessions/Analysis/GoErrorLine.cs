using System.Text.RegularExpressions;

namespace ChatSessions.Analysis;

/// <summary>
/// Finds the line that says what went wrong in the output of <c>go test</c>. Tests log errors that they expect, and after the tests that failed come
/// packages whose tests passed: neither the last error nor the last line says it.
/// </summary>
internal static partial class GoErrorLine
{
    private const string Failed = "FAIL\t";

    /// <summary>
    /// Why a package was not built, else the panic that ended a test, else the last test that failed, else the first package with one. Null if the
    /// text shows no failed package.
    /// </summary>
    public static string? Find(string text) =>
        !text.Contains(Failed, StringComparison.Ordinal) || Package().Match(text) is not { Success: true } package ? null
        : text.Contains(" failed]", StringComparison.Ordinal) && FirstPlace(text) is { } place ? place
        : Panic().Match(text) is { Success: true } panic ? panic.Value
        : LastTest(text) ?? package.Groups["line"].Value;

    /// <summary>The first place that the compiler, <c>go vet</c> or golangci-lint names, with what is wrong there; null if none does.</summary>
    public static string? FirstPlace(string text) => Place().Match(text) is { Success: true } place ? place.Groups["line"].Value : null;

    private static string? LastTest(string text)
    {
        string? last = null;
        foreach (var match in Test().EnumerateMatches(text))
            last = text.Substring(match.Index, match.Length);
        return last;
    }

    [GeneratedRegex(
        @"^(\[[\w:.-]+\] )?(?<line>FAIL\t\S+(\t[\d.]+s| \[(build|setup) failed\]).*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Package();

    /// <summary>Task runners write the task's name before each line.</summary>
    [GeneratedRegex(
        @"^(\[[\w:.-]+\] )?(?<line>(vet: )?[^\s:]+\.go:\d+:\d+: \S.*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Place();

    [GeneratedRegex(@"^panic: \S.*", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Panic();

    [GeneratedRegex(@"^[ \t]*--- FAIL: \S.*", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Test();
}
