using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ChatSessions.Recorded;
using ChatSessions.Reviewing;

namespace ChatMcpServer.Answers;

/// <summary>How two sessions differ, as an answer.</summary>
public sealed record ComparedSessions : IRows
{
    public required ComparedSide First { get; init; }

    public required ComparedSide Second { get; init; }

    public required TaskRow Task { get; init; }

    /// <summary>The first messages of the users that differ.</summary>
    public MessageRow? OtherMessage { get; init; }

    /// <summary>The first place at which calls or results differ.</summary>
    public DivergenceRow? Divergence { get; init; }

    public required CallCounts Counts { get; init; }

    /// <summary>The calls of both in order.</summary>
    public required ImmutableArray<AlignedRow> Calls { get; init; }

    public ImmutableArray<LeftOutRows>? LeftOut { get; init; }

    public string? Notes { get; init; }

    /// <summary>Makes the answer with as many rows of a comparison as fit.</summary>
    public static ComparedSessions Within(int maxTokens, SessionComparison comparison, string? notes) =>
        new ComparisonWriter(comparison, notes).Within(maxTokens);

    /// <summary>The answer as text: what the two have side by side, then their calls in order.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var more = LeftOut?.Sum(one => one.Rows) ?? 0;
        Line("A", Quoted.Name(First.SessionId), First.Title);
        Line("B", Quoted.Name(Second.SessionId), Second.Title);
        Line("Task", $"{Task.Match}, {Task.SharedWords} of {Task.AllWords} words shared{At(Task.Event, Task.OtherEvent)}");
        if (OtherMessage is { } said)
            Line("First other message", $"{Said(said.Event, said.Text)} | {Said(said.OtherEvent, said.OtherText)}");
        Line(
            "First divergence",
            Divergence?.ToString() ?? (Calls.Length + more == 0 ? "none: neither has calls" : "none: all calls and results are the same")
        );
        Line("Calls", Counts.ToString());
        foreach (var (name, side) in new[] { ("A", First), ("B", Second) })
        {
            text.Append('\n').Append(name).Append('\n');
            Line("Outcome", side.Outcome);
            Line("Ending", side.Ending.ToString());
            Line("Holds", side.Counts.ToString());
            Line("Last run", side.Usage?.ToString());
            Line("Last text", side.Answer is null ? null : $"#{side.AnswerEvent} {side.Answer}");
            Line("Only this one calls", string.Join(", ", side.OnlyTools));
            Line("Only this one changes", string.Join(", ", side.OnlyFiles));
        }
        if (Notes is not null)
            text.Append('\n').Append("Notes: ").Append(Notes).Append('\n');
        if (Calls.Length + more > 0)
            text.Append("\nCalls of A | B in order; = same, ~ differs, - only A, + only B")
                .Append(more == 0 ? ":\n" : $" ({Calls.Length} of {Calls.Length + more} rows; a larger max_tokens shows more):\n");
        foreach (var row in Calls)
            text.Append(row).Append('\n');
        return text.ToString();

        void Line(string label, params string?[] values)
        {
            var value = string.Join(" · ", values.Where(one => !string.IsNullOrEmpty(one)));
            if (value.Length > 0)
                text.Append(label).Append(": ").Append(value).Append('\n');
        }

        static string At(int? one, int? other) => one is null || other is null ? "" : $" (#{one} | #{other})";

        static string Said(int? at, string? text) =>
            at is null ? "nothing more" : $"#{at} {(text is null ? "" : Quoted.Between(text, " | "))}".TrimEnd();
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJson.Unescaped.ComparedSessions);
}
