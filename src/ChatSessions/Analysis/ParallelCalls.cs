using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// Tells which calls ran at the same time, from the order of events: a call joins the group before it if one of the group was not answered
/// yet, or if there are only calls between them. A call that was never answered does not keep its group open.
/// </summary>
internal sealed class ParallelCalls(ImmutableArray<SessionEvent> events)
{
    private int start = -1;
    private int last = -1;
    private int answered = -1;
    private int turn;

    /// <summary>The position of the first call of the group that the next call joins; null if it begins a group.</summary>
    /// <param name="use">The next tool use of the session, with its call.</param>
    public int? StartOfGroup(ToolUse use, int inTurn)
    {
        var joins = start >= 0 && inTurn == turn && (use.Position < answered || OnlyCallsBetween(last, use.Position));
        if (!joins)
            (start, answered, turn) = (use.Position, -1, inTurn);
        last = use.Position;
        answered = Math.Max(answered, use.Result?.Position ?? -1);
        return joins ? start : null;
    }

    private bool OnlyCallsBetween(int first, int end)
    {
        for (var position = first + 1; position < end; position++)
            if (events[position] is not ToolCallEvent)
                return false;
        return true;
    }
}
