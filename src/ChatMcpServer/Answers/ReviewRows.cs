using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using ChatSessions.Condensing;

namespace ChatMcpServer.Answers;

/// <summary>How a session ended.</summary>
public sealed record ReviewedEnding(
    [property: Description("ended_well, ended_after_failure, error, cut_off, gave_up, handed_over, question_open, never_run")] string Kind,
    string Basis,
    int? Event,
    string? Text
)
{
    public override string ToString() =>
        $"{Kind.Replace('_', ' ')} ({Basis}){(Text is null ? "" : $": {Text}")}{(Text is not null && Event is { } at ? $" (#{at})" : "")}";
}

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
    public override string ToString() =>
        $"{Tool}{(Calls > 1 ? $" ×{Calls}" : "")}{(Open ? ", open" : "")}: {Error}\n  {string.Join("; ", Then)}{(More is { } more ? $"; and {more} more" : "")}";
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
    public override string ToString()
    {
        var result = Worked switch
        {
            true => " worked",
            false when WorkedAt is { } later => $" failed, #{later} worked",
            false => " failed",
            null => " has no result",
        };
        var between = CallsBetween is { } calls ? $" after {calls} other{(calls == 1 ? "" : "s")}" : "";
        return $"#{Event} ({Reason}) → "
            + Next switch
            {
                "retried_same" => $"same call #{At}{between}{result}",
                "retried_changed" => $"changed call #{At}{between}{result}",
                "worked_around" => $"went on with #{At}",
                _ => "nothing more tried",
            };
    }
}

/// <summary>The same calls again and again.</summary>
public sealed record LoopRow(int First, int Last, int Rounds, ImmutableArray<string> Calls)
{
    public override string ToString() => $"#{First}–#{Last} {Rounds} times: {string.Join(" | ", Calls)}";
}

/// <summary>A call without a result.</summary>
public sealed record UnansweredRow(int Event, string Call, [property: Description("nothing follows in its run")] bool Last)
{
    public override string ToString() => $"#{Event} {Call}{(Last ? " (the last of its run)" : "")}";
}

/// <summary>A message in which the user corrects the agent, or a call that the user refused.</summary>
public sealed record CorrectionRow(int Event, [property: Description("event")] int About, string Text)
{
    public override string ToString() => $"#{Event} (about #{About}): {Text}";
}

/// <summary>A message that the user repeated.</summary>
public sealed record QuestionRow(int Event, ImmutableArray<int> Again, string Text)
{
    public override string ToString() => $"#{Event}, again {string.Join(", ", Again.Select(at => $"#{at}"))}: {Text}";
}

/// <summary>A result of which nothing was used later.</summary>
public sealed record UnusedRow(int Event, int Bytes, string Call)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Event} ({Bytes:N0} bytes) of {Call}");
}

/// <summary>A program that shell commands run.</summary>
public sealed record CommandRow(
    string Program,
    int Runs,
    int Failed,
    int Last,
    [property: Description("of the last: answered, failed, unanswered")] string State,
    string? Verdict
)
{
    public override string ToString() =>
        $"{Program}{(Runs > 1 ? $" ×{Runs}" : "")}{(Failed > 0 ? $", {Failed} failed" : "")}, last #{Last} {State}{(Verdict is null ? "" : $": {Verdict}")}";
}

/// <summary>A file that was written or edited.</summary>
public sealed record FileRow(string File, string State, int Calls, int Added, int Removed, int Last)
{
    public override string ToString() =>
        $"{File} {State}{(Calls > 1 ? $" ×{Calls}" : "")}{(Added + Removed > 0 ? $", +{Added} -{Removed}" : "")}, last #{Last}";
}

/// <summary>A run of the agent.</summary>
public sealed record RunRow(int First, int Stop, bool Error, SessionUsage? Usage)
{
    public override string ToString() => $"#{First}–#{Stop}{(Error ? " error" : "")}: {Usage?.ToString() ?? "nothing recorded"}";
}

/// <summary>The calls of a tool.</summary>
public sealed record ToolRow(
    string Tool,
    int Calls,
    int Failed,
    int Unanswered,
    [property: Description("of results")] long Bytes,
    double? Seconds,
    [property: Description("calls with times")] int? Timed
)
{
    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Tool} ×{Calls}");
        if (Failed > 0)
            text.Append(CultureInfo.InvariantCulture, $", {Failed} failed");
        if (Unanswered > 0)
            text.Append(CultureInfo.InvariantCulture, $", {Unanswered} unanswered");
        text.Append(CultureInfo.InvariantCulture, $", {Bytes:N0} bytes of results");
        if (Seconds is { } seconds)
            text.Append(CultureInfo.InvariantCulture, $", {seconds:0.#} s in {Timed} timed call{(Timed == 1 ? "" : "s")}");
        return text.ToString();
    }
}

/// <summary>Rows that a larger budget would show.</summary>
public sealed record LeftOutRows(string List, int Rows);
