namespace ChatSessions.Model;

/// <summary>
/// What Gemini CLI and Qwen Code write of a command: <c>Command: …</c>, <c>Directory: …</c>, <c>Output: …</c>, <c>Error: (none)</c>,
/// <c>Exit Code: 1</c>, <c>Signal: …</c> and more, each on a line.
/// </summary>
internal static class ShellReport
{
    /// <summary>The lines below the exit code, or above the output, are not longer.</summary>
    private const int LongestEnd = 600;

    private const string Code = "\nExit Code: ";

    /// <summary>The exit code; null if it is no such report, or if the program had none.</summary>
    public static int? ExitCodeIn(string text)
    {
        if (!IsReport(text) || CodeIn(text) is not (>= 0 and var at))
            return null;
        var rest = text.AsSpan(at + Code.Length);
        var end = rest.IndexOfAny('\n', '\r');
        return int.TryParse(end < 0 ? rest : rest[..end], System.Globalization.CultureInfo.InvariantCulture, out var code) ? code : null;
    }

    /// <summary>What the command printed; null if it is no such report.</summary>
    public static string? OutputIn(string text)
    {
        const string output = "\nOutput: ";
        if (!IsReport(text) || text.IndexOf(output, StringComparison.Ordinal) is not (>= 0 and var label))
            return null;
        var (start, end) = (label + output.Length, CodeIn(text));
        if (end < start)
            return null;
        var printed = text[start..end];
        const string noError = "\nError: (none)";
        return printed.EndsWith(noError, StringComparison.Ordinal) ? printed[..^noError.Length] : printed;
    }

    /// <summary>What a command printed, without the lines that Codex writes above it: <c>Chunk ID: …</c>, <c>Wall time: …</c>, <c>Output:</c>.</summary>
    public static string BelowHead(string text)
    {
        const string output = "\nOutput:\n";
        return
            (text.StartsWith("Chunk ID: ", StringComparison.Ordinal) || text.StartsWith("Wall time: ", StringComparison.Ordinal))
            && text.AsSpan(0, Math.Min(text.Length, LongestEnd)).IndexOf(output) is >= 0 and var at
            ? text[(at + output.Length)..]
            : text;
    }

    private static bool IsReport(string text) => text.StartsWith("Command: ", StringComparison.Ordinal);

    /// <summary>The place of the last exit code, near the end.</summary>
    private static int CodeIn(string text)
    {
        var from = Math.Max(0, text.Length - LongestEnd);
        return text.AsSpan(from).LastIndexOf(Code) is >= 0 and var at ? from + at : -1;
    }
}
