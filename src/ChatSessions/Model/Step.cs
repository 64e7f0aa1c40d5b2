using System.Collections.Immutable;
using System.Text;

namespace ChatSessions.Model;

/// <summary>
/// What one or several events amount to for a reader: a user's message, a passage, a tool use, the end of a run. Steps are in the order
/// of their <see cref="Position"/>s, and every event belongs to exactly one.
/// </summary>
public abstract record Step
{
    private protected Step() { }

    /// <summary>The position of the first event of the step.</summary>
    public abstract int Position { get; }

    /// <summary>The position of the last event of the step; another step's events may lie between (parallel calls).</summary>
    public virtual int LastPosition => Position;

    /// <summary>The same step of other events, in the same places and of the same types.</summary>
    internal abstract Step Of(ImmutableArray<SessionEvent> events);

    /// <summary>Makes the steps of a session: deltas joined, calls paired with their results.</summary>
    public static ImmutableArray<Step> Derive(ImmutableArray<SessionEvent> events)
    {
        var partners = ToolUse.Pair(events);
        var steps = ImmutableArray.CreateBuilder<Step>(events.Length);
        for (var index = 0; index < events.Length; index++)
        {
            switch (events[index])
            {
                case UserInputEvent input:
                    steps.Add(new UserMessage(input));
                    break;
                case TextEvent text:
                    steps.Add(new Passage(PassageKind.Text, text));
                    break;
                case ThinkingEvent thought:
                    steps.Add(new Passage(PassageKind.Thinking, thought));
                    break;
                case TextDeltaEvent or ThinkingDeltaEvent:
                    steps.Add(Passage.JoinDeltas(events, index));
                    index = steps[^1].LastPosition;
                    break;
                case ToolCallEvent call:
                    steps.Add(new ToolUse(call, partners[index] as ToolResultEvent));
                    break;
                case ToolResultEvent result:
                    if (partners[index] is null)
                        steps.Add(new ToolUse(null, result));
                    break;
                case StopEvent stop:
                    steps.Add(new RunEnd(stop));
                    break;
                case UnknownEvent unknown:
                    steps.Add(new Unrecognized(unknown));
                    break;
            }
        }
        return steps.DrainToImmutable();
    }
}

/// <summary>What the user asked.</summary>
public sealed record UserMessage(UserInputEvent Event) : Step
{
    /// <inheritdoc/>
    public override int Position => Event.Position;

    internal override Step Of(ImmutableArray<SessionEvent> events) => new UserMessage((UserInputEvent)events[Position]);
}

/// <summary>Whether a passage was written to the user or thought.</summary>
public enum PassageKind
{
    /// <summary>Written to the user.</summary>
    Text,

    /// <summary>Thought by the agent.</summary>
    Thinking,
}

/// <summary>
/// What the agent wrote or thought in one go. A run of like deltas is one passage; the full event that follows takes their place when
/// it repeats them, and is a passage of its own when it does not.
/// </summary>
public sealed record Passage : Step
{
    private readonly ContentEvent? only;
    private readonly string? joined;

    /// <summary>Makes a passage of several events.</summary>
    public Passage(PassageKind kind, int first, int last, string text) => (Kind, First, Last, joined) = (kind, first, last, text);

    internal Passage(PassageKind kind, ContentEvent only)
    {
        (Kind, First, Last) = (kind, only.Position, only.Position);
        this.only = only;
    }

    /// <summary>Whether it was written or thought.</summary>
    public PassageKind Kind { get; }

    /// <summary>The position of its first event.</summary>
    public int First { get; }

    /// <summary>The position of its last event.</summary>
    public int Last { get; }

    /// <summary>The whole text.</summary>
    public string Text => joined ?? only!.Content;

    /// <summary>The text's length in characters.</summary>
    internal int Length => joined?.Length ?? only!.ContentLength;

    /// <inheritdoc/>
    public override int Position => First;

    /// <inheritdoc/>
    public override int LastPosition => Last;

    internal override Step Of(ImmutableArray<SessionEvent> events)
    {
        if (joined is null)
            return new Passage(Kind, (ContentEvent)events[First]);
        var deltas = events[First..(Last + 1)].Where(one => one is TextDeltaEvent or ThinkingDeltaEvent).Cast<ContentEvent>();
        return new Passage(Kind, First, Last, string.Concat(deltas.Select(delta => delta.Content)));
    }

    // Where the text is kept is no part of what is equal.
    public bool Equals(Passage? other) =>
        other is not null && (Kind, First, Last) == (other.Kind, other.First, other.Last) && Text == other.Text;

    public override int GetHashCode() => First;

    internal static Passage JoinDeltas(ImmutableArray<SessionEvent> events, int first)
    {
        var kind = events[first] is TextDeltaEvent ? PassageKind.Text : PassageKind.Thinking;
        var text = new StringBuilder();
        var next = first;
        for (; next < events.Length && DeltaOf(events[next], kind) is { } piece; next++)
            text.Append(piece);
        var joined = text.ToString();
        var isRepeated =
            next < events.Length
            && (kind, events[next]) switch
            {
                (PassageKind.Text, TextEvent whole) => whole.Content == joined,
                (PassageKind.Thinking, ThinkingEvent whole) => whole.Content == joined,
                _ => false,
            };
        return new Passage(kind, first, isRepeated ? next : next - 1, joined);
    }

    private static string? DeltaOf(SessionEvent @event, PassageKind kind) =>
        (kind, @event) switch
        {
            (PassageKind.Text, TextDeltaEvent delta) => delta.Content,
            (PassageKind.Thinking, ThinkingDeltaEvent delta) => delta.Content,
            _ => null,
        };
}

/// <summary>A run of the agent ended.</summary>
public sealed record RunEnd(StopEvent Event) : Step
{
    /// <inheritdoc/>
    public override int Position => Event.Position;

    internal override Step Of(ImmutableArray<SessionEvent> events) => new RunEnd((StopEvent)events[Position]);
}

/// <summary>An event of a type that this version does not know.</summary>
public sealed record Unrecognized(UnknownEvent Event) : Step
{
    /// <inheritdoc/>
    public override int Position => Event.Position;

    internal override Step Of(ImmutableArray<SessionEvent> events) => new Unrecognized((UnknownEvent)events[Position]);
}
