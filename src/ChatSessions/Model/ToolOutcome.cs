using System.Text;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>The outcome of a tool use.</summary>
public enum ToolOutcomeKind
{
    /// <summary>There is a result, and it has no sign of failure.</summary>
    Answered,

    /// <summary>The result has one of the signs of failure listed at <see cref="ToolOutcome.Infer"/>.</summary>
    Failed,

    /// <summary>No result was recorded.</summary>
    Unanswered,
}

/// <summary>The outcome of a tool use, with the sign of its failure.</summary>
/// <param name="Kind">The outcome.</param>
/// <param name="Reason">The sign of failure, such as <c>returncode 1</c>; null if it did not fail.</param>
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

    /// <summary>Whether the result says that the call failed.</summary>
    public bool IsFailure => Kind == ToolOutcomeKind.Failed;

    /// <summary>
    /// Infers the outcome of a tool use. The wire format has no error flag for results, so this is the only place that knows the signs of
    /// failure: an object with a true <c>is_error</c> or <c>isError</c>, a false <c>success</c> or <c>ok</c>, a non-empty <c>error</c>, or
    /// an exit code other than 0; a text that begins with "Error" or a Python traceback.
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
                // Looks only at the beginning, because a result can be megabytes long.
                var start = result.Utf8.Span[1..];
                return start.StartsWith("Error"u8) ? "begins with \"Error\""
                    : start.StartsWith("Traceback (most recent call last)"u8) ? "begins with a traceback"
                    : null;
            case JsonValueKind.Object:
                // Reads without allocating, because this runs for every result of a session.
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
