namespace ChatSessions.Analysis;

/// <summary>Finds the runs of repeated calls in a session. Only neighbours are compared: time is proportional to the session.</summary>
internal static class RepeatedRuns
{
    private const int LongestPeriod = 2;

    /// <summary>Of fewer tool uses that say nothing new it is not worth saying so.</summary>
    private const int FewestLikes = 2;

    /// <summary>What is said between two polls in up to so many characters says nothing new either.</summary>
    private const int LongestPassage = 240;

    /// <summary>
    /// The steps that say nothing new, by their positions, each with its run: the tool uses that are like the first of the run, and the
    /// short passages that follow these and the first.
    /// </summary>
    public static Dictionary<int, RepeatedRun> Find(Session session, Failures failures)
    {
        var runs = Stretches(session).SelectMany(stretch => FindIn(stretch, failures)).ToList();
        var found = new Dictionary<int, RepeatedRun>();
        if (runs.Count == 0)
            return found;
        var firsts = new Dictionary<int, RepeatedRun>();
        foreach (var run in runs)
        {
            foreach (var use in run.FirstRound)
                firsts.Add(use.Position, run);
            foreach (var position in run.Likes)
                found.Add(position, run);
        }
        RepeatedRun? current = null;
        foreach (var step in session.Steps)
        {
            if (step is not Passage passage)
                current = found.GetValueOrDefault(step.Position) ?? firsts.GetValueOrDefault(step.Position);
            else if (current is not null && passage.Length <= LongestPassage)
                found.Add(step.Position, current);
        }
        return found;
    }

    /// <summary>Calls that may repeat each other: nothing but passages is between them.</summary>
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
                if (run.Likes.Count >= FewestLikes)
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
