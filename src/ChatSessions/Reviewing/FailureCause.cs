using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Failed calls of one tool whose outputs name the same error, whatever its numbers, times and temporary files.</summary>
/// <param name="Tool">The tool's recorded name.</param>
/// <param name="Line">The error line of the last of them, as recorded; empty if the output names no error.</param>
/// <param name="Calls">The failed calls in order.</param>
public sealed record FailureCause(string Tool, string Line, ImmutableArray<FailedCall> Calls)
{
    private const int LongestReason = 400;

    /// <summary>Where results without output say what went wrong.</summary>
    private static readonly string[] Others = ["stderr", "message", "exception_info", "exception", "detail", "details", "reason"];

    /// <summary>Whether the last of the failures was left as it was, or no try after it worked.</summary>
    public bool IsOpen => Calls[^1].Then.IsOpen;

    /// <summary>All causes: first those that are open, then the most frequent, then the latest.</summary>
    internal static ImmutableArray<FailureCause> Find(Session session, IReadOnlyList<ToolUse> uses, int[] keys)
    {
        var aftermaths = new Aftermaths(session, uses, keys).Find();
        return
        [
            .. uses.Where(use => use.Outcome.IsFailure)
                .Select(use => (Use: use, Line: LineOf(use)))
                .GroupBy(failed => (failed.Use.Name, Cause: VaryingText.Cause(failed.Line)))
                .Select(cause => new FailureCause(
                    cause.Key.Name,
                    cause.Last().Line,
                    [.. cause.Select(failed => new FailedCall(failed.Use, aftermaths[failed.Use.Position]))]
                ))
                .OrderByDescending(cause => cause.IsOpen)
                .ThenByDescending(cause => cause.Calls.Length)
                .ThenByDescending(cause => cause.Calls[^1].Use.Position),
        ];
    }

    /// <summary>The line of a failed result that says what went wrong; empty if it says nothing.</summary>
    private static string LineOf(ToolUse use)
    {
        var result = use.Result!.Result;
        if (result.Kind == JsonValueKind.Object && TextOf(result.Property("error")) is { } named)
            return ErrorLine.Last(named).Trim();
        var output = ToolResultText.Find(result);
        var text = output.AsString() ?? "";
        if (string.IsNullOrWhiteSpace(text) && result.Kind == JsonValueKind.Object)
            text = Others.Select(name => TextOf(result.Property(name))).OfType<string>().FirstOrDefault() ?? "";
        if (use.Outcome.Reason is "the call was rejected" or "begins with \"Error\"")
            return FirstOf(text);
        if (use.Outcome.Reason == "output shows failed tests" && VerdictLine.Last(text) is var (start, end))
            return text[start..end].Trim(' ', '=', '\r', '\t');
        if (text.Length == 0 && output.Kind is JsonValueKind.Object or JsonValueKind.Array)
            return output.ToString();
        return (ErrorLine.OfException(text) ?? LastWords(text)).Trim(' ', '=', '\r', '\t');
    }

    /// <summary>The last line that has a letter or a digit: a program may underline the place of an error.</summary>
    private static string LastWords(string text)
    {
        var end = text.Length;
        while (end > 0 && !char.IsLetterOrDigit(text[end - 1]))
            end--;
        return end == 0 ? "" : ErrorLine.Last(text.AsSpan(end).IndexOfAny('\n', '\r') is >= 0 and var rest ? text[..(end + rest)] : text);
    }

    private static string? TextOf(RawJson value) => value.AsString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>The first line; of an edit that was rejected also the first item of the list after it, which says why.</summary>
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
        rest = rest[(item + 1)..];
        return $"{line} {rest[..(rest.IndexOfAny('\n', '\r') is >= 0 and var itemEnd ? itemEnd : rest.Length)]}";
    }
}

/// <summary>A failed call, and what followed it.</summary>
public sealed record FailedCall(ToolUse Use, Aftermath Then);
