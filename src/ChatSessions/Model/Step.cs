using System.Collections.Immutable;
using System.Text;

namespace ChatSessions.Model;

/// <summary>
/// What one or several events mean to a reader: a user's message, a passage, a tool use, the end of a run. Steps are ordered by
/// <see cref="Position"/>, and every event belongs to exactly one.
/// </summary>
public abstract record Step
{
    private protected Step() { }

    /// <summary>The position of the step's first event.</summary>
    public abstract int Position { get; }

    /// <summary>The position of the step's last event. With parallel calls, other steps' events may lie between.</summary>
    public virtual int LastPosition => Position;

    /// <summary>The same step made from other events, which have the same positions and types.</summary>
    internal abstract Step Of(ImmutableArray<SessionEvent> events);

    /// <summary>Makes the steps of a session: joins deltas, and pairs calls with their results.</summary>
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

/// <summary>A question of the user.</summary>
public sealed record UserMessage(UserInputEvent Event) : Step
{
    /// <inheritdoc/>
    public override int Position => Event.Position;

    internal override Step Of(ImmutableArray<SessionEvent> events) => new UserMessage((UserInputEvent)events[Position]);
}

/// <summary>Whether a passage is text for the user or thinking.</summary>
public enum PassageKind
{
    /// <summary>Text for the user.</summary>
    Text,

    /// <summary>The agent's thinking.</summary>
    Thinking,
}

/// <summary>
/// What the agent wrote or thought at a stretch. Consecutive deltas of one kind are a single passage. A full event after them replaces them
/// if it repeats their text; otherwise it is a passage of its own.
/// </summary>
public sealed record Passage : Step
{
    private readonly ContentEvent? only;
    private readonly string? joined;

    /// <summary>Makes a passage from several events.</summary>
    public Passage(PassageKind kind, int first, int last, string text) => (Kind, First, Last, joined) = (kind, first, last, text);

    internal Passage(PassageKind kind, ContentEvent only)
    {
        (Kind, First, Last) = (kind, only.Position, only.Position);
        this.only = only;
    }

    /// <summary>Whether it is text or thinking.</summary>
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

    // Equal passages may keep their text in different ways.
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
