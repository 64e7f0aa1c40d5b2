using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>What the agent did after a failure.</summary>
public enum AftermathKind
{
    /// <summary>It made the same call again, at once or after other calls.</summary>
    RetriedSame,

    /// <summary>It made the call again with other arguments.</summary>
    RetriedChanged,

    /// <summary>It went on with other calls.</summary>
    WorkedAround,

    /// <summary>It made no further call before the user's next message.</summary>
    Abandoned,
}

/// <summary>What followed a failed call.</summary>
/// <param name="Position">The next try, or the first call that was made instead, or null.</param>
/// <param name="Worked">Whether the next try worked; null without a next try, or without its result.</param>
/// <param name="CallsBetween">How many other calls were made before the next try.</param>
/// <param name="WorkedAt">
/// The first try that worked, if the next one failed too and further tries followed it; null if none worked, or the next one did.
/// </param>
public sealed record Aftermath(AftermathKind Kind, int? Position, bool? Worked, int CallsBetween, int? WorkedAt = null)
{
    internal static readonly Aftermath Nothing = new(AftermathKind.Abandoned, null, null, 0);

    /// <summary>Whether no later try worked, and the agent found no other way, or what it wanted to do was never done.</summary>
    public bool IsOpen =>
        Worked != true && WorkedAt is null && (IsNeverDone || (Kind != AftermathKind.WorkedAround && !IsWorkedAroundLater));

    /// <summary>Whether the tool does something, such as <c>book_flight</c>, and no later call of it worked.</summary>
    internal bool IsNeverDone { get; init; }

    /// <summary>Whether the next tries failed, too, and the agent then went on with other calls.</summary>
    internal bool IsWorkedAroundLater { get; init; }
}

/// <summary>Finds what followed the failed calls of a session.</summary>
internal sealed class Aftermaths(Session session, IReadOnlyList<ToolUse> uses, int[] keys)
{
    /// <summary>A later call is no longer an answer to the failure.</summary>
    private const int MostCallsLater = 12;

    /// <summary>What followed each failed call, by its position.</summary>
    public Dictionary<int, Aftermath> Find(CancellationToken cancellationToken)
    {
        var found = new Dictionary<int, Aftermath>();
        var done = new HashSet<string>();
        // From the last one, so that what followed the next try is known.
        foreach (var use in uses.Reverse())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (use.Outcome.Kind == ToolOutcomeKind.Ok)
                done.Add(use.Name);
            if (!use.Outcome.IsFailure)
                continue;
            var then = After(use) with { IsNeverDone = IsDoing(use) && !done.Contains(use.Name) };
            if (then is { Worked: false, Position: { } next } && found.TryGetValue(next, out var later))
                then = then with
                {
                    WorkedAt = later.Worked == true ? later.Position : later.WorkedAt,
                    IsWorkedAroundLater = later.Kind == AftermathKind.WorkedAround || later.IsWorkedAroundLater,
                };
            found[use.Position] = then;
        }
        return found;
    }

    /// <summary>Through a shell, other commands do what one did not.</summary>
    private static bool IsDoing(ToolUse use) => use.Call is not null && DoingTool.Is(use) && ShellCommand.Find(use.Call) is null;

    private Aftermath After(ToolUse failed)
    {
        // Calls that were made before the result came do not answer it.
        var first = FirstAfter(failed.LastPosition);
        var key = keys[FirstAfter(failed.Position) - 1];
        var between = 0;
        for (var index = first; failed.Call is not null && index < uses.Count && between < MostCallsLater; index++)
        {
            var next = uses[index];
            if (next.Call is null || ThoughtTool.Is(next))
                continue;
            var isSame = keys[index] == key;
            // A try of which nothing is known is no evidence: the next one may be.
            if ((isSame || RetriedCall.IsLike(failed, next, between)) && !ToolOutcome.IsUnproven(next) && !HiddenError.Is(failed, next))
                return new(
                    isSame ? AftermathKind.RetriedSame : AftermathKind.RetriedChanged,
                    next.Position,
                    next.Outcome.Kind switch
                    {
                        ToolOutcomeKind.Ok => true,
                        ToolOutcomeKind.Failed => false,
                        _ => null,
                    },
                    between
                );
            between++;
        }
        while (first < uses.Count && ThoughtTool.Is(uses[first]))
            first++;
        return first < uses.Count && uses[first].Position <= session.TurnAt(failed.Position).Last
            ? new(AftermathKind.WorkedAround, uses[first].Position, null, 0)
            : Aftermath.Nothing;
    }

    private int FirstAfter(int position)
    {
        var (first, end) = (0, uses.Count);
        while (first < end)
        {
            var middle = (first + end) / 2;
            (first, end) = uses[middle].Position > position ? (first, middle) : (middle + 1, end);
        }
        return first;
    }
}
