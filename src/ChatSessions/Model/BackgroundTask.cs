using System.Buffers.Text;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>
/// What Claude Code answers to a question after a task that runs in the background: its state in elements, such as
/// <c>&lt;status&gt;failed&lt;/status&gt;</c> and <c>&lt;exit_code&gt;1&lt;/exit_code&gt;</c>, and below them its output.
/// </summary>
internal static class BackgroundTask
{
    /// <summary>The sign of failure, and the exit code if one was recorded. Both are null if the task did not fail, or if the text is not about a task.</summary>
    public static (string? Sign, long? ExitCode) Read(ToolUse use, RawJson text)
    {
        if (!IsAsked(use) || text.Kind != JsonValueKind.String)
            return default;
        var (isFailed, isKilled, exitCode) = (false, false, default(long?));
        var rest = text.Utf8.Span[1..^1];
        while (NextElement(ref rest, out var name, out var value))
        {
            if (name.SequenceEqual("status"u8))
                (isFailed, isKilled) = (value.SequenceEqual("failed"u8), value.SequenceEqual("killed"u8));
            else if (
                name.SequenceEqual("exit_code"u8)
                && Utf8Parser.TryParse(value, out long code, out var length)
                && length == value.Length
            )
                exitCode = code;
            else if (!name.SequenceEqual("retrieval_status"u8) && !name.StartsWith("task_"u8))
                break;
        }
        // The agent ended what was killed.
        return isKilled ? default
            : exitCode is { } known and not 0 ? ($"exit_code {known}", exitCode)
            : isFailed ? ("status is failed", exitCode)
            : (null, exitCode);
    }

    /// <summary>What a task printed, and what it wrote to its standard error. Each is null if it is missing.</summary>
    public static (string? Output, string? Errors) OutputIn(ToolUse use, string text) =>
        IsAsked(use) ? (Section(text, "output") ?? Section(text, "stdout") ?? Section(text, "error"), Section(text, "stderr")) : default;

    private static bool IsAsked(ToolUse use) => use.Name is "BashOutput" or "TaskOutput" or "AgentOutputTool";

    /// <summary>Reads an element that is whole on the first line.</summary>
    private static bool NextElement(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        while (rest.StartsWith("\\n"u8))
            rest = rest[2..];
        var line = rest.IndexOf("\\n"u8) is >= 0 and var end ? rest[..end] : rest;
        if (!line.StartsWith("<"u8) || line.IndexOf((byte)'>') is not (> 1 and var close))
            return false;
        name = line[1..close];
        value = line[(close + 1)..];
        if (!value.EndsWith(">"u8) || value.LastIndexOf("</"u8) is not (>= 0 and var last) || !value[(last + 2)..^1].SequenceEqual(name))
            return false;
        value = value[..last];
        rest = rest[line.Length..];
        return true;
    }

    private static string? Section(string text, string name)
    {
        var start = text.IndexOf($"\n<{name}>", StringComparison.Ordinal);
        if (start < 0)
            return null;
        start += name.Length + 3;
        var end = text.LastIndexOf($"</{name}>", StringComparison.Ordinal);
        var section = end < start ? text[start..] : text[start..end];
        return string.IsNullOrWhiteSpace(section) ? null : section;
    }
}
