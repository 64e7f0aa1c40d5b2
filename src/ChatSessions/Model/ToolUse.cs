using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ChatSessions.Model;

/// <summary>A tool call with its result. One of the two may be missing, but not both.</summary>
/// <param name="Call">The call; null for a result without a call.</param>
/// <param name="Result">The result; null for a call without a result.</param>
public sealed record ToolUse(ToolCallEvent? Call, ToolResultEvent? Result) : Step
{
    private ToolOutcome? outcome;

    /// <inheritdoc/>
    public override int Position => Call?.Position ?? Result!.Position;

    /// <inheritdoc/>
    public override int LastPosition => Result?.Position ?? Call!.Position;

    /// <summary>The tool's name; empty if none was recorded.</summary>
    public string Name => Call is { Name.Length: > 0 } ? Call.Name : Result?.Name ?? "";

    /// <summary>From the call to its result; null if one of the two has no time.</summary>
    public TimeSpan? Duration =>
        Call?.Timestamp is { } called && Result?.Timestamp is { } answered && answered >= called ? answered - called : null;

    /// <summary>The outcome. A failure is inferred from the result.</summary>
    public ToolOutcome Outcome => outcome ??= ToolOutcome.Infer(this);

    internal override Step Of(ImmutableArray<SessionEvent> events) =>
        new ToolUse(
            Call is null ? null : (ToolCallEvent)events[Call.Position],
            Result is null ? null : (ToolResultEvent)events[Result.Position]
        )
        {
            outcome = Outcome,
        };

    // The cached outcome must not affect equality.
    public bool Equals(ToolUse? other) => other is not null && Call == other.Call && Result == other.Result;

    public override int GetHashCode() => Position;

    /// <summary>
    /// Finds the result of each call. The returned array has, at the position of a call or result, the other of the pair, and null
    /// elsewhere. Neither ids (agents reuse them) nor order (calls run in parallel) are enough. A result belongs to the first open call
    /// before it with the same id, preferably one of the same turn and the same name.
    /// </summary>
    internal static SessionEvent?[] Pair(ImmutableArray<SessionEvent> events)
    {
        var turn = 0;
        var turns = new int[events.Length];
        // The events with one id form a chain: each position leads to the next one, and the last to 0.
        var next = new int[events.Length];
        var lastOfId = new Dictionary<string, int>();
        var firsts = new List<int>();
        foreach (var @event in events)
        {
            if (@event is UserInputEvent)
                turn++;
            if (((@event as ToolCallEvent)?.CallId ?? (@event as ToolResultEvent)?.CallId) is not { } id)
                continue;
            turns[@event.Position] = turn;
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(lastOfId, id, out var isKnown);
            if (isKnown)
                next[last] = @event.Position;
            else
                firsts.Add(@event.Position);
            last = @event.Position;
        }

        var partners = new SessionEvent?[events.Length];
        foreach (var first in firsts)
        {
            var second = next[first];
            if (second > 0 && next[second] == 0 && (events[first], events[second]) is (ToolCallEvent, ToolResultEvent))
                (partners[first], partners[second]) = (events[second], events[first]); // The usual case.
            else if (second > 0)
                PairSameId(Chain(first).Select(position => (events[position], turns[position])), partners);
        }
        return partners;

        IEnumerable<int> Chain(int first)
        {
            var position = first;
            do yield return position;
            while ((position = next[position]) > 0);
        }
    }

    private static void PairSameId(IEnumerable<(SessionEvent Event, int Turn)> sameId, SessionEvent?[] partners)
    {
        // A call waits in one queue for each kind of preference. Once it has a result, the other queues skip it. So the time is
        // proportional to the number of events, even if all of them have the same id.
        var queues = new Dictionary<(int? Turn, string? Name), Queue<ToolCallEvent>>();
        foreach (var (@event, turn) in sameId)
        {
            if (@event is ToolCallEvent waiting)
            {
                foreach (var key in Preferences(turn, waiting.Name))
                {
                    if (!queues.TryGetValue(key, out var queue))
                        queues[key] = queue = new();
                    queue.Enqueue(waiting);
                }
            }
            else if (@event is ToolResultEvent result)
            {
                var call = Preferences(turn, result.Name).Select(FirstOpen).FirstOrDefault(open => open is not null);
                if (call is not null)
                    (partners[call.Position], partners[result.Position]) = (result, call);
            }
        }

        static (int? Turn, string? Name)[] Preferences(int turn, string name) => [(turn, name), (turn, null), (null, name), (null, null)];

        ToolCallEvent? FirstOpen((int? Turn, string? Name) key)
        {
            if (!queues.TryGetValue(key, out var queue))
                return null;
            while (queue.TryPeek(out var first) && partners[first.Position] is not null)
                queue.Dequeue();
            return queue.TryPeek(out var open) ? open : null;
        }
    }
}
