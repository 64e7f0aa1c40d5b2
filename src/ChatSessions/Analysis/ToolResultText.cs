using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>What a person would read in a tool's result. Tools wrap their output in different ways, and nothing says which.</summary>
public static class ToolResultText
{
    /// <summary>
    /// The result's text: its <c>output</c>, <c>content</c> or <c>stdout</c>, if it is an object with one of them; otherwise the result
    /// itself.
    /// </summary>
    public static RawJson Find(RawJson result) => TextField(result) is { } field ? result.Property(field) : result;

    /// <summary>The other fields of a result that say something. Those that only say that all went well are left out.</summary>
    public static IEnumerable<KeyValuePair<string, RawJson>> OtherFields(RawJson result) =>
        TextField(result) is { } field
            ? result.Properties().Where(other => other.Key != field && !IsPlainSuccess(other.Key, other.Value))
            : [];

    private static string? TextField(RawJson result) =>
        !result.Property("output").IsMissing ? "output"
        : !result.Property("content").IsMissing ? "content"
        : !result.Property("stdout").IsMissing ? "stdout"
        : null;

    private static bool IsPlainSuccess(string name, RawJson value) =>
        (name, value.Kind) switch
        {
            (_, JsonValueKind.Null) => true,
            ("is_error" or "isError", _) => true,
            ("success" or "ok", JsonValueKind.True or JsonValueKind.False) => true,
            ("returncode" or "return_code" or "exit_code" or "exitCode", JsonValueKind.Number) => true,
            ("error" or "stderr", JsonValueKind.String) => value.Utf8.Length == 2,
            ("interrupted" or "isImage", JsonValueKind.False) => true,
            _ => false,
        };
}
