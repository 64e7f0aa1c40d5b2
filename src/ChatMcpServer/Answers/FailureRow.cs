using System.Collections.Immutable;
using System.ComponentModel;
using ChatSessions.Recorded;
using ChatSessions.Reviewing;

namespace ChatMcpServer.Answers;

/// <summary>Failed calls of one cause.</summary>
/// <param name="More">How many of the calls are not listed.</param>
public sealed record FailureRow(
    string Tool,
    string Error,
    int Calls,
    [property: Description("no later try worked")] bool Open,
    ImmutableArray<AftermathRow> Then,
    int? More
)
{
    /// <summary>Of one cause, at most this many calls at its beginning and its end are listed.</summary>
    private const int CallsAtEnds = 3;

    public static FailureRow From(FailureCause cause, int length)
    {
        var shown = cause.Calls.Length <= 2 * CallsAtEnds ? cause.Calls : cause.Calls[..CallsAtEnds].AddRange(cause.Calls[^CallsAtEnds..]);
        return new(
            RecordedLine.Tool(cause.Tool, length),
            cause.Line.Length > 0 ? RecordedLine.Ends(cause.Line, length, cause.Calls[^1].Use.LastPosition) : "no error line",
            cause.Calls.Length,
            cause.IsOpen,
            [.. shown.Select(AftermathRow.From)],
            cause.Calls.Length > shown.Length ? cause.Calls.Length - shown.Length : null
        );
    }

    public override string ToString() =>
        $"{Quoted.Tool(Tool)}{(Calls > 1 ? $" ×{Calls}" : "")}{(Open ? ", open" : "")}: {Error}\n  {string.Join("; ", Then)}{(More is { } more ? $"; and {more} more" : "")}";
}

/// <summary>What followed a failed call.</summary>
public sealed record AftermathRow(
    int Event,
    string Reason,
    [property: Description("retried_same, retried_changed, worked_around, abandoned")] string Next,
    int? At,
    bool? Worked,
    int? CallsBetween,
    int? WorkedAt
)
{
    public static AftermathRow From(FailedCall call) =>
        new(
            call.Use.Position,
            OutgoingText.ShowName(call.Use.Outcome.Reason!),
            SnakeCase.Of(call.Then.Kind),
            call.Then.Position,
            call.Then.Worked,
            call.Then.CallsBetween > 0 ? call.Then.CallsBetween : null,
            call.Then.WorkedAt
        );

    public override string ToString()
    {
        var result = Worked switch
        {
            true => " worked",
            false when WorkedAt is { } later => $" failed, #{later} worked",
            false => " failed",
            null => " has no result",
        };
        // Before the call: behind it, "after 2 others failed" would say that the others failed.
        var between = CallsBetween is { } calls ? $"{calls} other{(calls == 1 ? "" : "s")}, then " : "";
        return $"#{Event} ({Reason}) → "
            + Next switch
            {
                "retried_same" => $"{between}same call #{At}{result}",
                "retried_changed" => $"{between}changed call #{At}{result}",
                "worked_around" => $"went on with #{At}",
                _ => "nothing more tried",
            };
    }
}
