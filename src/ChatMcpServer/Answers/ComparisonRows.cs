using System.Collections.Immutable;
using System.ComponentModel;
using System.Text;
using ChatSessions.Condensing;
using ChatSessions.Recorded;

namespace ChatMcpServer.Answers;

/// <summary>One of two sessions that are compared.</summary>
/// <param name="Answer">The agent's last text.</param>
/// <param name="OnlyTools">Tools that only this session calls, with how often.</param>
/// <param name="OnlyFiles">Files that only this session changes.</param>
public sealed record ComparedSide(
    string SessionId,
    string? Title,
    string Outcome,
    ReviewedEnding Ending,
    SessionCounts Counts,
    [property: Description("of the last run")] SessionUsage? Usage,
    int? AnswerEvent,
    string? Answer,
    ImmutableArray<string> OnlyTools,
    ImmutableArray<string> OnlyFiles
);

/// <summary>Whether both were asked the same, by their first messages.</summary>
/// <param name="SharedWords">How many different words both messages have, without words such as "the".</param>
/// <param name="AllWords">How many the two have together.</param>
public sealed record TaskRow(
    [property: Description("same, similar, different, unknown")] string Match,
    int? Event,
    int? OtherEvent,
    int SharedWords,
    int AllWords
);

/// <summary>A pair of messages that differ.</summary>
public sealed record MessageRow(int? Event, string? Text, int? OtherEvent, string? OtherText);

/// <summary>The next call of each after those that are the same in both.</summary>
/// <param name="After">How many calls before it are the same.</param>
/// <param name="Differs">If both call the same tool: in what the calls differ.</param>
public sealed record DivergenceRow(
    [property: Description("same calls before")] int After,
    int? Event,
    string? Call,
    int? OtherEvent,
    string? OtherCall,
    ImmutableArray<DifferenceRow>? Differs
)
{
    public override string ToString() =>
        $"after {After} same call{(After == 1 ? "" : "s")}, {Said(Event, Call)} | {Said(OtherEvent, OtherCall)}"
        + string.Concat((Differs ?? []).Select(one => $"\n  {one}"));

    private static string Said(int? at, string? call) =>
        at is null ? "no further call" : $"#{at} {(call is null ? "" : Quoted.Between(call, " | "))}";
}

/// <summary>How many calls are the same or differ.</summary>
public sealed record CallCounts(int Same, int OtherResult, int OtherArguments, int OnlyFirst, int OnlySecond)
{
    public override string ToString() =>
        $"{Same} the same, {OtherResult} with another result, {OtherArguments} with other arguments, {OnlyFirst} only in A, {OnlySecond} only in B";
}

/// <summary>A value in which two calls differ.</summary>
public sealed record DifferenceRow(string Name, string? Value, string? OtherValue)
{
    public override string ToString() =>
        OtherValue is null && Value is null ? Name : $"{Quoted.Name(Name)}: {Shown(Value)} | {Shown(OtherValue)}";

    private static string Shown(string? value) =>
        value is null ? "none"
        : value == "none" ? Quoted.Text(value)
        : Quoted.Between(value, " | ");
}

/// <summary>A call of one session next to that of the other, or several that are the same.</summary>
/// <param name="Calls">How many calls in a row are the same.</param>
public sealed record AlignedRow(
    [property: Description("same, other_result, other_arguments, only_first, only_second")] string Kind,
    int? Event,
    int? OtherEvent,
    int? Calls,
    string? Call,
    ImmutableArray<DifferenceRow>? Differs,
    [property: Description("of the two: failed, unanswered")] string? Outcome
)
{
    public override string ToString()
    {
        var text = new StringBuilder(
            Kind switch
            {
                "same" => $"= #{Event} | #{OtherEvent} ",
                "only_first" => $"- #{Event} ",
                "only_second" => $"+ #{OtherEvent} ",
                _ => $"~ #{Event} | #{OtherEvent} ",
            }
        );
        if (Outcome is not null)
            text.Append('(').Append(Outcome).Append(") ");
        text.Append(Calls is { } calls ? $"{calls} call{(calls == 1 ? "" : "s")} the same" : Call);
        foreach (var one in Differs ?? [])
            text.Append("\n  ").Append(one);
        return text.ToString();
    }
}
