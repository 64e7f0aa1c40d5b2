using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using ChatSessions.Condensing;
using ChatSessions.Recorded;
using ChatSessions.Reviewing;

namespace ChatMcpServer.Answers;

/// <summary>How a session ended.</summary>
public sealed record ReviewedEnding(
    [property: Description("ended_well, ended_after_failure, error, cut_off, gave_up, handed_over, question_open, never_run")] string Kind,
    string Basis,
    int? Event,
    string? Text
)
{
    public static ReviewedEnding From(Ending ending, int length) =>
        new(
            SnakeCase.Of(ending.Kind),
            ending.Basis,
            ending.Position,
            ending.Said is { Length: > 0 } said ? RecordedLine.Write(said, length, ending.Position) : null
        );

    public override string ToString() =>
        $"{Kind.Replace('_', ' ')} ({Basis}){(Text is not null && Event is { } at ? $" #{at}" : "")}{(Text is null ? "" : $": {Text}")}";
}

/// <summary>The same calls again and again.</summary>
public sealed record LoopRow(int First, int Last, int Rounds, ImmutableArray<string> Calls)
{
    public override string ToString() =>
        $"#{First}–#{Last} {Rounds} times:{(Calls.Length == 1 ? $" {Calls[0]}" : string.Concat(Calls.Select(call => $"\n  {call}")))}";
}

/// <summary>A call without a result.</summary>
public sealed record UnansweredRow(int Event, string Call, [property: Description("nothing follows in its run")] bool Last)
{
    public override string ToString() => $"#{Event}{(Last ? " (the last of its run)" : "")} {Call}";
}

/// <summary>A message in which the user corrects the agent, or a call that the user refused.</summary>
public sealed record CorrectionRow(int Event, [property: Description("event")] int About, string Text)
{
    public override string ToString() => $"#{Event} (about #{About}): {Text}";
}

/// <summary>A message that the user repeated.</summary>
/// <param name="More">How many repetitions are not listed.</param>
public sealed record QuestionRow(int Event, ImmutableArray<int> Again, int? More, string Text)
{
    public override string ToString() =>
        $"#{Event}, again {string.Join(", ", Again.Select(at => $"#{at}"))}{(More is { } more ? $" and {more} more times" : "")}: {Text}";
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
    [property: Description("last: ok, failed, unanswered")] string State,
    string? Verdict
)
{
    public static CommandRow From(RunCommand command, int length) =>
        new(
            RecordedLine.Write(command.Program, length, command.Last.Position),
            command.Runs,
            command.Failed,
            command.Last.Position,
            SnakeCase.Of(command.Last.Outcome.Kind),
            command.Verdict is { } verdict ? RecordedLine.Write(verdict, length, command.Last.LastPosition) : null
        );

    public override string ToString() =>
        $"{Quoted.Between(Program, ", ", " ×", ": ", "#")}{(Runs > 1 ? $" ×{Runs}" : "")}{(Failed > 0 ? $", {Failed} failed" : "")}, last #{Last} {State}{(Verdict is null ? "" : $": {Verdict}")}";
}

/// <summary>A file that was written, edited or deleted.</summary>
public sealed record FileRow(
    string File,
    [property: Description("edited, written, deleted")] string State,
    int Calls,
    int Added,
    int Removed,
    int Last,
    int? Deleted,
    [property: Description("event")] int? Reverted
)
{
    public override string ToString() =>
        $"{Quoted.Between(File, ", ", " ", "#")} {State}{(Calls == 0 ? $" #{Last}" : Changes)}{After("reverted", Reverted)}";

    private string Changes =>
        $"{(Calls > 1 ? $" ×{Calls}" : "")}{(Added + Removed > 0 ? $", +{Added} -{Removed}" : "")}, last #{Last}{After("deleted", Deleted)}";

    private static string After(string what, int? position) => position is { } at ? $", {what} #{at}" : "";
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
    public static ToolRow From(ToolUsage tool, int length) =>
        new(
            RecordedLine.Tool(tool.Tool, length),
            tool.Calls,
            tool.Failed,
            tool.Unanswered,
            tool.Bytes,
            tool.Time is { } time ? Math.Round(time.TotalSeconds, 1) : null,
            tool.Timed > 0 ? tool.Timed : null
        );

    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Quoted.Tool(Tool)} ×{Calls}");
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
