using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace Fidelity;

/// <summary>What is read from the result of a tool, without any of the code that is measured.</summary>
internal static partial class RecordedResult
{
    /// <summary>The text of a result: its <c>output</c> or <c>content</c> if that is a text, else the string itself, or the JSON.</summary>
    public static string Text(RawJson result) =>
        result.Property("output").AsString()
        ?? result.Property("content").AsString()
        ?? result.AsString()
        ?? RecordedJson.Compact(result.ToString());

    /// <summary>The last line that is not blank.</summary>
    public static string? LastLine(string text) => Lines(text).LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim();

    public static string[] Lines(string text) => text.Split(LineEnds);

    /// <summary>The failures that no server may miss; ours may tell of more.</summary>
    public static bool IsFailure(ToolCallEvent? call, ToolResultEvent one)
    {
        var result = one.Result;
        if (result.Kind != JsonValueKind.Object)
            return result.AsString()?.StartsWith("Error", StringComparison.Ordinal) == true;
        if (result.Property("is_error").Kind == JsonValueKind.True || IsFilled(result.Property("error")))
            return true;
        return result.Property("returncode") is { Kind: JsonValueKind.Number } code
            && code.ToString() != "0"
            && !(code.ToString() == "1" && call is not null && IsAnswer(call, Text(result)));
    }

    /// <summary>Whether exit code 1 only says "no": nothing was found, or two things differ.</summary>
    private static bool IsAnswer(ToolCallEvent call, string output) =>
        Shell.Command(call) is { } command
        && Shell.LastProgram(command) is { } program
        && Askers.Contains(program)
        && !ErrorPattern().IsMatch(output);

    private static bool IsFilled(RawJson value) =>
        !value.IsMissing && value.ToString() is not ("null" or "false" or "0" or "\"\"" or "{}" or "[]");

    private static readonly string[] Askers = ["grep", "rg", "diff", "cmp", "test", "[", "which"];

    private static readonly char[] LineEnds = ['\n', '\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'];

    [GeneratedRegex(
        @"^(Traceback \(|usage:|\S+: .*\b(no such file|not found|permission denied|is a directory|invalid|unrecognized|unmatched|syntax error|missing|error))",
        RegexOptions.IgnoreCase | RegexOptions.Multiline
    )]
    private static partial Regex ErrorPattern();
}
