using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// Finds the runs of repeated calls in a session. Only neighbours are compared, so the time is proportional to the session.
/// </summary>
internal static class RepeatedRuns
{
    /// <summary>The longest round of calls that is recognized. A call made several times in a row counts as one.</summary>
    private const int LongestRound = 8;

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
        var rows = Rows(stretch);
        for (var start = 0; start < rows.Count; )
        {
            var (end, length) = LongestRun(stretch, rows, start);
            if (RunOf(start, end, length) is { } run)
                yield return run;
            else if (length > 1)
                for (var row = start; row < end; row++)
                    if (RunOf(row, row + 1, 1) is { } alone)
                        yield return alone;
            start = end;
        }

        RepeatedRun? RunOf(int first, int end, int length)
        {
            var count = rows[end - 1].End - rows[first].Start;
            if (count < 2 * length + FewestLikes)
                return null;
            var run = new RepeatedRun(rows[first..end].ConvertAll(row => stretch[row.Start..row.End]), length, failures);
            return run.LikeCount >= Math.Max(FewestLikes, count / UsesPerLike) ? run : null;
        }
    }

    /// <summary>The same call made again and again is a row. In a round, a call may be repeated more often one time than another.</summary>
    private static List<(int Start, int End)> Rows(List<ToolUse> stretch)
    {
        var rows = new List<(int Start, int End)>();
        for (var index = 0; index < stretch.Count; index++)
        {
            if (index > 0 && IsSameCall(stretch[index - 1], stretch[index]))
                rows[^1] = (rows[^1].Start, index + 1);
            else
                rows.Add((index, index + 1));
        }
        return rows;
    }

    /// <summary>Where the rounds of rows that begin at a row end, and how many rows a round has. A row alone is a round of one.</summary>
    private static (int End, int Length) LongestRun(List<ToolUse> stretch, List<(int Start, int End)> rows, int start)
    {
        var (most, longest) = (FewestLikes - 1, (End: start + 1, Length: 1));
        for (var length = 2; length <= LongestRound; length++)
        {
            var end = Math.Min(start + length, rows.Count);
            while (end < rows.Count && IsSameCall(stretch[rows[end - length].Start], stretch[rows[end].Start]))
                end++;
            // The first round and the last are shown, and the shortest of equally good rounds takes the fewest words.
            if (end - start - 2 * length > most)
                (most, longest) = (end - start - 2 * length, (end, length));
        }
        return longest;
    }

    private static bool IsSameCall(ToolUse one, ToolUse other) =>
        one.Name == other.Name && Likeness.IsSameButForNumbers(one.Call!.Arguments, other.Call!.Arguments);
}
