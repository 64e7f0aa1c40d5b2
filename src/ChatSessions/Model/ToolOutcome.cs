using System.Text;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>What came of a tool use.</summary>
public enum ToolOutcomeKind
{
    /// <summary>It was answered, and nothing in the answer says that it failed.</summary>
    Answered,

    /// <summary>The answer says, by one of the signs of <see cref="ToolOutcome.Infer"/>, that it failed.</summary>
    Failed,

    /// <summary>No result was recorded.</summary>
    Unanswered,
}

/// <summary>What came of a tool use, with the sign by which a failure was told.</summary>
/// <param name="Kind">What came of it.</param>
/// <param name="Reason">Why it is thought to have failed, such as <c>returncode 1</c>; null when it did not.</param>
public sealed record ToolOutcome(ToolOutcomeKind Kind, string? Reason)
{
    private static readonly ToolOutcome Answered = new(ToolOutcomeKind.Answered, null);
    private static readonly ToolOutcome Unanswered = new(ToolOutcomeKind.Unanswered, null);

    private static readonly (string, byte[])[] Names =
    [
        .. ((string[])["is_error", "isError", "success", "ok", "error", "returncode", "return_code", "exit_code", "exitCode"]).Select(
            name => (name, Encoding.UTF8.GetBytes(name))
        ),
    ];

    /// <summary>True when the result says that the call failed.</summary>
    public bool IsFailure => Kind == ToolOutcomeKind.Failed;

    /// <summary>
    /// Infers what came of a tool use. The wire format has no error flag for a result, so this one place knows the signs: an object
    /// with a true <c>is_error</c> or <c>isError</c>, a false <c>success</c> or <c>ok</c>, a non-empty <c>error</c>, or an exit code
    /// other than 0; a text that begins with "Error" or a Python traceback.
    /// </summary>
    public static ToolOutcome Infer(ToolUse use) =>
        use.Result is not { } result ? Unanswered
        : SignOfFailure(result.Result) is { } sign ? new ToolOutcome(ToolOutcomeKind.Failed, sign)
        : Answered;

    private static string? SignOfFailure(RawJson result)
    {
        switch (result.Kind)
        {
            case JsonValueKind.String:
                // Only the beginning matters: a result may be megabytes long.
                var start = result.Utf8.Span[1..];
                return start.StartsWith("Error"u8) ? "begins with \"Error\""
                    : start.StartsWith("Traceback (most recent call last)"u8) ? "begins with a traceback"
                    : null;
            case JsonValueKind.Object:
                // Read where it lies, nothing allocated: this is asked of every result of a session.
                var walk = new JsonWalk(result);
                string? sign = null;
                while (sign is null && walk.NextProperty())
                    sign = KnownName(walk.Name) is { } name ? SignOfFailure(name, walk.Value) : null;
                return sign;
            default:
                return null;
        }
    }

    private static string? KnownName(ReadOnlySpan<byte> recorded)
    {
        foreach (var (name, utf8) in Names)
            if (RawJson.NameIs(recorded, utf8))
                return name;
        return null;
    }

    private static string? SignOfFailure(string name, RawJson value) =>
        name switch
        {
            "is_error" or "isError" when value.Kind == JsonValueKind.True => $"{name} is true",
            "success" or "ok" when value.Kind == JsonValueKind.False => $"{name} is false",
            "error" when !IsEmpty(value) => "error is set",
            "returncode" or "return_code" or "exit_code" or "exitCode" when value.Kind == JsonValueKind.Number && value.AsInt64() != 0 =>
                value.Utf8.Length <= 20 ? $"{name} {value}" : $"{name} is not 0",
            _ => null,
        };

    private static bool IsEmpty(RawJson value) =>
        value.Kind switch
        {
            JsonValueKind.Null or JsonValueKind.False => true,
            JsonValueKind.String => value.Utf8.Length == 2,
            JsonValueKind.Number => value.AsInt64() == 0,
            JsonValueKind.Object or JsonValueKind.Array => value.Properties().Count == 0 && value.Items().Count == 0,
            _ => false,
        };
}
