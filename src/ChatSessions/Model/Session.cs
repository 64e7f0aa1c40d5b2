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

    private Session(SessionSummary summary, ImmutableArray<SessionEvent> events, Lazy<RawJson> json) =>
        (Summary, Events, this.json) = (summary, events, json);

    /// <summary>What is known about the session without its events.</summary>
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

    /// <summary>The last recorded end of a run; null if there is none.</summary>
    public StopEvent? LastStop => Events.LastOrDefault(one => one is StopEvent) as StopEvent;

    /// <summary>How the last run ended, according to the events. The summary is used only if no run ended in them.</summary>
    public RunOutcome Outcome =>
        Events.IsEmpty ? Summary.Outcome
        : LastStop is not { } stop ? (HasBegun && Summary.JobMetadata is null ? RunOutcome.Unfinished : Summary.Outcome)
        : Events.Skip(stop.Position + 1).Any(one => !IsContext(one)) ? RunOutcome.Unfinished
        : stop.IsError ? RunOutcome.Error
        : RunOutcome.Ok;

    /// <summary>
    /// The session with other texts. Every new event must have the type of the old one, so that steps, pairs and outcomes stay the same.
    /// </summary>
    internal Session With(SessionSummary summary, ImmutableArray<SessionEvent> events, Func<RawJson> json) =>
        new(summary, events, new Lazy<RawJson>(json)) { Copy = Copy, steps = [.. Steps.Select(step => step.Of(events))] };

    /// <summary>Whether the agent did anything yet. A session may contain only questions that it never got to.</summary>
    private bool HasBegun => Events.Any(one => one is not UserInputEvent && !IsContext(one));

    /// <summary>Context of an imported session, such as a system prompt, neither begins nor continues a run.</summary>
    private static bool IsContext(SessionEvent one) => one is UnknownEvent { IsContext: true };
}

/// <summary>How old an archived copy is, and why it is served.</summary>
/// <param name="At">When the source was read.</param>
/// <param name="Reason">Such as "LlamaCloud refused the API key (401)".</param>
public sealed record Copy(DateTimeOffset At, string Reason);
