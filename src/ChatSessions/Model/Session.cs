using System.Collections.Immutable;

namespace ChatSessions.Model;

/// <summary>A recorded chat session. Its JSON is never changed; turns, steps and tool uses are derived from it.</summary>
public sealed class Session
{
    private readonly Lazy<RawJson> json;
    private ImmutableArray<Step> steps;
    private ImmutableArray<Turn> turns;

    public Session(SessionSummary summary, ImmutableArray<SessionEvent> events, RawJson json)
        : this(summary, events, new Lazy<RawJson>(json)) { }

    private Session(SessionSummary summary, ImmutableArray<SessionEvent> events, Lazy<RawJson> json)
    {
        (Events, this.json) = (events, json);
        Summary = summary.OutcomeOfEvents is null ? summary with { OutcomeOfEvents = OutcomeOf(summary, events) } : summary;
    }

    /// <summary>What is known about the session without its events, and its outcome.</summary>
    public SessionSummary Summary { get; }

    /// <summary>Every event in recorded order. An event's index is its <see cref="SessionEvent.Position"/>.</summary>
    public ImmutableArray<SessionEvent> Events { get; }

    /// <summary>The whole session as received, byte for byte.</summary>
    public RawJson Json => json.Value;

    /// <summary>Set if an archive answered instead of the session's source.</summary>
    public Copy? Copy { get; init; }

    /// <summary>What happened, in order: messages, passages, tool uses, ends of runs.</summary>
    public ImmutableArray<Step> Steps => steps.IsDefault ? steps = Step.Derive(Events) : steps;

    /// <summary>The parts of the conversation: each user input with the events up to the next one.</summary>
    public ImmutableArray<Turn> Turns => turns.IsDefault ? turns = Turn.Split(Events) : turns;

    /// <summary>The turn that contains an event.</summary>
    public Turn TurnAt(int position)
    {
        var (first, end) = (0, Turns.Length);
        while (end - first > 1)
        {
            var middle = (first + end) / 2;
            (first, end) = Turns[middle].First <= position ? (middle, end) : (first, middle);
        }
        return Turns[first];
    }

    /// <summary>Each tool call with its result.</summary>
    public IEnumerable<ToolUse> ToolUses => Steps.OfType<ToolUse>();

    /// <summary>The last recorded end of a run, or null.</summary>
    public StopEvent? LastStop => Events.LastOrDefault(one => one is StopEvent) as StopEvent;

    /// <summary>How the last run ended. The job metadata is used only if the events do not say it.</summary>
    public RunOutcome Outcome => Summary.Outcome;

    /// <summary>
    /// The session with other texts. Every new event must have the type of the old one, so that steps, pairs and outcomes stay the same.
    /// </summary>
    internal Session With(SessionSummary summary, ImmutableArray<SessionEvent> events, Func<RawJson> json) =>
        new(summary, events, new Lazy<RawJson>(json)) { Copy = Copy, steps = [.. Steps.Select(step => step.Of(events))] };

    private static RunOutcome OutcomeOf(SessionSummary summary, ImmutableArray<SessionEvent> events)
    {
        var run = new LastRun();
        foreach (var one in events)
            run.Add(one);
        return run.OutcomeOf(summary);
    }
}

/// <summary>How old an archived copy is, and why it is served.</summary>
/// <param name="At">When the source was read.</param>
/// <param name="Reason">Such as "LlamaCloud refused the API key (401)".</param>
public sealed record Copy(DateTimeOffset At, string Reason);
