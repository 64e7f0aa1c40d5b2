using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.ToolCalls;

/// <summary>In which order calls are listed.</summary>
public enum CallOrder
{
    /// <summary>As they were recorded.</summary>
    Recorded,

    /// <summary>Those with the longest results first.</summary>
    Size,

    /// <summary>Those that took longest first; then those of which no duration was recorded.</summary>
    Duration,
}

/// <summary>Which tool calls of a session are asked for. A call must pass every filter that is set.</summary>
public sealed record CallQuery
{
    /// <summary>The tool's name. Letter case counts only if it makes a difference.</summary>
    public string? Tool { get; init; }

    /// <summary>How the call ended.</summary>
    public ToolOutcomeKind? Outcome { get; init; }

    /// <summary>What the tool's name, the arguments and the result must contain.</summary>
    public CallPattern? Matching { get; init; }

    /// <summary>The call or its result must be among these events.</summary>
    public EventRange? Events { get; init; }

    /// <summary>The call must be in one of these turns.</summary>
    public TurnRange? Turns { get; init; }

    public CallOrder Order { get; init; }

    /// <summary>The filters and the order in words; null if all calls are asked for in recorded order.</summary>
    public string? Description
    {
        get
        {
            var order = Order switch
            {
                CallOrder.Size => "longest results first",
                CallOrder.Duration => "longest durations first",
                _ => null,
            };
            var parts = Filters().Select(filter => filter.Name).Append(order).OfType<string>().ToList();
            return parts.Count == 0 ? null : string.Join(", ", parts);
        }
    }

    /// <summary>The filters that are set, each in a few words.</summary>
    internal IEnumerable<(string Name, CallQuery Alone)> Filters()
    {
        if (Tool is not null)
            yield return ($"tool '{Shorten(Tool)}'", new() { Tool = Tool });
        if (Outcome is { } outcome)
            yield return ($"outcome {SnakeCase.Of(outcome)}", new() { Outcome = outcome });
        if (Events is not null)
            yield return ($"events {Shorten(Events.ToString())}", new() { Events = Events });
        if (Turns is not null)
            yield return ($"turns {Shorten(Turns.ToString())}", new() { Turns = Turns });
        if (Matching is not null)
            yield return ($"matching {Matching}", new() { Matching = Matching });
    }

    internal static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..60]}…";
}
