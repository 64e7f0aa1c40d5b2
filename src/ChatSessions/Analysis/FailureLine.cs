using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// Finds the line that says what went wrong in the result of a failed call, in whichever field it is: a line that names an error or a failed
/// test. If no line does, a count such as "1 failed, 8 passed". Of a call that the user refused, it is what the user said.
/// </summary>
internal static partial class FailureLine
{
    private const int LongestReason = 400;
    private const int LongestJson = 64 * 1024;

    /// <summary>Fields with such names say why something failed, if the output names no error: that a time limit was met, for example.</summary>
    private static readonly string[] Reasons = ["exception", "message", "reason", "detail", "error"];

    /// <summary>Claude Code writes this around what a tool says of a call that it refused.</summary>
    private const string RefusalStart = "<tool_use_error>";

    /// <summary>What surrounds a line: test runners write it in the middle of a rule.</summary>
    private static readonly char[] Around = [' ', '=', '\r', '\t'];

    /// <summary>The line; null if nothing says what went wrong.</summary>
    public static string? Find(ToolUse use) =>
        FindLine(use.Result!.Result, use) is not { } line ? null
        : use.Outcome.IsRefusal ? line
        : InJson(line) ?? line;

    /// <inheritdoc cref="Find(ToolUse)"/>
    /// <remarks>For a result whose call is not at hand.</remarks>
    public static string? Find(RawJson result) => FindLine(result, use: null) is { } line ? InJson(line) ?? line : null;

    /// <summary>What the user said when refusing the call, in several lines if there were some; null if the user said nothing.</summary>
    public static string? WordsOfUser(ToolUse use) => WordsOfUser(use.Result!.Result);

    private static string? WordsOfUser(RawJson result)
    {
        var text = ToolResultText.Find(result);
        return (TextOf(text.Property("error")) ?? TextOf(result.Property("error")) ?? TextOf(text)) is { } refusal
            ? Refusal.Words(refusal)
            : null;
    }

    private static string? FindLine(RawJson result, ToolUse? use)
    {
        var reason = use?.Outcome.Reason;
        if (use?.Outcome.IsRefusal ?? Refusal.Find(ToolResultText.Find(result), isFailed: true) is not null)
            return WordsOfUser(result) is { } words ? Clean(FirstOf(words)) : null;
        if (ErrorJson.In(result, use?.Call) is { IsMissing: false } told)
            result = told;
        if ((TextOf(result.Property("error")) ?? TextOf(result.Property("errors"))) is { } error)
        {
            error = TerminalColors.Without(error);
            return Clean(Named(error) ?? LastWords(error));
        }
        var text = TextOf(ToolResultText.Find(result)) ?? "";
        if (text.StartsWith(RefusalStart, StringComparison.Ordinal))
            return Clean(FirstLines(text[RefusalStart.Length..]));
        if (reason == "the call was rejected")
            return Clean(FirstOf(text));
        if (reason == "the execution timed out" && text.LastIndexOf("EXECUTION TIMED OUT", StringComparison.Ordinal) is >= 0 and var notice)
            return Clean(FirstOf(text[notice..]));
        var stderr = TextOf(result.Property("stderr"));
        if (use is not null && BackgroundTask.OutputIn(use, text) is var (output, errors) && (output ?? errors) is not null)
            (text, stderr) = (output ?? "", errors);
        text = TerminalColors.Without(ShellReport.OutputIn(text) ?? ShellReport.BelowHead(EditorPrompt.Without(text)));
        stderr = stderr is null ? null : TerminalColors.Without(stderr);
        return Clean(
            (stderr is null ? null : Named(stderr))
                ?? Named(text)
                ?? (reason == "begins with \"Error\"" ? FirstOf(text) : null)
                ?? BeginningOfTraceback(stderr ?? text)
                ?? (stderr is null ? null : ToolErrorLine.Find(stderr))
                ?? ToolErrorLine.Find(text)
                ?? (stderr is null ? Fields(result).Select(ErrorLine.Last).FirstOrDefault() : LastWords(stderr))
                ?? (reason is null or "output shows failed tests" && VerdictLine.Last(text) is var (start, end) ? text[start..end] : null)
                ?? LastWords(text)
        );
    }

    /// <summary>The last line that names an error or a test that failed.</summary>
    private static string? Named(string text)
    {
        if (GoErrorLine.Find(text) is { } ofGo)
            return ofGo;
        var error = ErrorLine.LastNamed(text);
        if (Test().Matches(text) is not [.., var test] || test.Index < error?.Start)
            return error is { Line: var line } && ErrorLine.IsClosing(line) ? ToolErrorLine.Find(text) ?? line : error?.Line;
        var above = ErrorLine.LastNamed(text[..test.Index]);
        // pytest leaves out what went wrong if the test's name is long.
        if (test.Value.StartsWith("FAILED ", StringComparison.Ordinal) && !test.Value.Contains(" - ", StringComparison.Ordinal))
            return above is { } left && text.AsSpan(left.Start).StartsWith("E  ") ? $"{test.Value.TrimEnd()} - {left.Line}" : test.Value;
        // And it cuts it to the width of a terminal. It is whole above.
        return
            test.Groups["cut"] is { Success: true } cut && above?.Line is { } whole && whole.StartsWith(cut.Value, StringComparison.Ordinal)
            ? text[test.Index..cut.Index] + whole
            : test.Value;
    }

    /// <summary>The first line of a traceback whose end was cut off, as by <c>head</c>: the lines below it name no error.</summary>
    private static string? BeginningOfTraceback(string text)
    {
        var start = text.LastIndexOf("Traceback (most recent call last)", StringComparison.Ordinal);
        if (start < 0 || (start > 0 && text[start - 1] is not ('\n' or '\r')))
            return null;
        var lines = text[start..].ReplaceLineEndings("\n").Split('\n');
        return lines.Skip(1).All(line => line is "" or [' ' or '\t', ..]) ? lines[0] : null;
    }

    /// <summary>The line in a result that a tool wrote as JSON, on a line of its output.</summary>
    private static string? InJson(string line)
    {
        if (line is not ['{', .., '}'] || line.Length > LongestJson)
            return null;
        try
        {
            var json = RawJson.Parse(Encoding.UTF8.GetBytes(line));
            return (TextOf(json.Property("error")) ?? TextOf(ToolResultText.Find(json))) is { } text
                ? Clean(Named(text) ?? BeginningOfTraceback(text) ?? LastWords(text))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Fields(RawJson result) =>
        result
            .Properties()
            .Where(field => Array.Exists(Reasons, name => field.Key.Contains(name, StringComparison.OrdinalIgnoreCase)))
            .Select(field => TextOf(field.Value))
            .OfType<string>();

    /// <summary>A text, the message of an error that is an object, or the last text of several, or null.</summary>
    private static string? TextOf(RawJson value)
    {
        var text =
            value.AsString()
            ?? value.Property("message").AsString()
            ?? (
                value.Items() is [.., var last]
                    ? last.AsString() ?? last.Property("text").AsString() ?? last.Property("message").AsString()
                    : null
            );
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>The last line that has a letter or a digit: a program may underline the place of an error.</summary>
    private static string? LastWords(string text)
    {
        var end = text.Length;
        while (end > 0 && !char.IsLetterOrDigit(text[end - 1]))
            end--;
        return end == 0 ? null : ErrorLine.Last(text.AsSpan(end).IndexOfAny('\n', '\r') is >= 0 and var rest ? text[..(end + rest)] : text);
    }

    /// <summary>The first line; of an edit that was rejected the first item of the list after it, which says why.</summary>
    private static string FirstOf(string text)
    {
        var start = text.AsSpan().TrimStart();
        var end = start.IndexOfAny('\n', '\r') is >= 0 and var length ? length : start.Length;
        var line = start[..end].Trim().ToString();
        var rest = start[end..];
        rest = rest[..Math.Min(rest.Length, LongestReason)];
        var item = rest.IndexOf("\n- ");
        if (item < 0 || !text.Contains("syntax error", StringComparison.Ordinal))
            return line;
        rest = rest[(item + "\n- ".Length)..];
        return rest[..(rest.IndexOfAny('\n', '\r') is >= 0 and var itemEnd ? itemEnd : rest.Length)].ToString();
    }

    /// <summary>The first line of a refusal, with the next if it ends in a colon.</summary>
    private static string FirstLines(string text)
    {
        text = text.Replace("</tool_use_error>", "", StringComparison.Ordinal).Trim();
        var line = FirstOf(text);
        return line.EndsWith(':') ? $"{line} {FirstOf(text[line.Length..])}" : line;
    }

    /// <summary>Colors may stand between a line's first characters, and a last line may have nothing else.</summary>
    private static string? Clean(string? line) => line?.Trim(Around) is { Length: > 0 } clean ? clean : null;

    /// <summary>A test that failed, as pytest lists it, and errors of programs that write "ERROR:".</summary>
    [GeneratedRegex(
        """
            ^(FAILED|ERROR)\ [^\s:]+(::\S|\.py\b).*?(\ -\ (?<cut>\S.*)\.\.\.)?\r?$
            | \bERROR:\ {1,2}\S.*
            """,
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Test();
}
