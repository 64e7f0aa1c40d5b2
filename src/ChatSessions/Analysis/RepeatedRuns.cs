using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// Finds the runs of repeated calls in a session. Only neighbours are compared, so the time is proportional to the session.
/// </summary>
internal static class RepeatedRuns
{
    private const int LongestPeriod = 2;

    /// <summary>A run needs at least this many tool uses that say nothing new, and at least one in this many of its uses.</summary>
    private const int FewestLikes = 2;
    private const int UsesPerLike = 4;

    /// <summary>A passage between two polls, up to this many characters, says nothing new either.</summary>
    private const int LongestPassage = 240;

    /// <summary>
    /// The steps of each run, by position: its tool uses, and the short passages after those that say nothing new or belong to the first
    /// round.
    /// </summary>
    public static Dictionary<int, RepeatedRun> Find(Session session, Failures failures)
    {
        var runOf = new Dictionary<int, RepeatedRun>();
        foreach (var run in Stretches(session).SelectMany(stretch => FindIn(stretch, failures)))
        foreach (var use in run.Uses)
            runOf.Add(use.Position, run);
        if (runOf.Count == 0)
            return runOf;
        RepeatedRun? current = null;
        foreach (var step in session.Steps)
        {
            if (step is not Passage passage)
                current =
                    step is ToolUse use
                    && runOf.GetValueOrDefault(use.Position) is { } run
                    && (run.IsLike(use) || run.FirstRound.Contains(use))
                        ? run
                        : null;
            else if (current is not null && passage.Length <= LongestPassage)
                runOf.Add(step.Position, current);
        }
        return runOf;
    }

    /// <summary>Groups of calls that may repeat each other: with only passages between them.</summary>
    private static IEnumerable<List<ToolUse>> Stretches(Session session)
    {
        var stretch = new List<ToolUse>();
        foreach (var step in session.Steps)
        {
            if (step is ToolUse { Call: not null } use)
                stretch.Add(use);
            else if (step is not Passage)
            {
                yield return stretch;
                stretch = [];
            }
        }
        yield return stretch;
    }

    private static IEnumerable<RepeatedRun> FindIn(List<ToolUse> stretch, Failures failures)
    {
        for (var start = 0; start < stretch.Count; )
        {
            var next = start + 1;
            for (var period = 1; period <= LongestPeriod; period++)
            {
                var end = EndOfRun(stretch, start, period);
                if (end - start < 2 * period + FewestLikes)
                    continue;
                var run = new RepeatedRun(stretch[start..end], period, failures);
                if (run.LikeCount >= Math.Max(FewestLikes, (end - start) / UsesPerLike))
                    yield return run;
                next = end;
                break;
            }
            start = next;
        }
    }

    private static int EndOfRun(List<ToolUse> stretch, int start, int period)
    {
        var end = start + 1;
        while (end < stretch.Count && (end < start + period || IsSameCall(stretch[end - period].Call!, stretch[end].Call!)))
            end++;
        return end;
    }

    private static bool IsSameCall(ToolCallEvent one, ToolCallEvent other) =>
        one.Name == other.Name && Likeness.IsSameButForNumbers(one.Arguments, other.Arguments);
}
