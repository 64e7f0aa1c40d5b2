using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// One call made again and again, or two made in turn, such as <c>wait</c> and <c>get_status</c>, each time with the same arguments except
/// for a few numbers.
/// </summary>
internal sealed class RepeatedRun
{
    /// <summary>A run remembers at most this many results that look different.</summary>
    private const int MostLooks = 8;

    private readonly List<ToolUse> uses;
    private readonly Dictionary<int, int> likes = [];
    private IReadOnlyList<RunDifference>? differences;

    /// <param name="uses">The tool uses in order, each with a call.</param>
    /// <param name="period">After how many uses the first call comes again: 1 or 2.</param>
    /// <param name="failures">The failures of the session.</param>
    public RepeatedRun(List<ToolUse> uses, int period, Failures failures)
    {
        this.uses = uses;
        Period = period;
        var looks = Enumerable.Range(0, period).Select(_ => new List<RawJson>()).ToArray();
        for (var index = 0; index < uses.Count; index++)
        {
            var saysNews =
                !HasSeen(looks[index % period], uses[index]) || (uses[index].Outcome.IsFailure && !failures.IsRepeated(uses[index]));
            if (!saysNews && index >= period && index < uses.Count - period)
                likes.Add(uses[index].Position, index);
        }
    }

    /// <summary>After how many uses the first call comes again: 1 or 2.</summary>
    public int Period { get; }

    /// <summary>All tool uses of the run, in order.</summary>
    public IReadOnlyList<ToolUse> Uses => uses;

    /// <summary>The first round, which the later uses are compared with.</summary>
    public IEnumerable<ToolUse> FirstRound => uses.Take(Period);

    /// <summary>How many of the tool uses say nothing new.</summary>
    public int LikeCount => likes.Count;

    /// <summary>How the uses that say nothing new differ from the first round.</summary>
    public IReadOnlyList<RunDifference> Differences =>
        differences ??= RunDifference.Find([.. likes.Values.Select(index => (uses[index], uses[index % Period], index % Period))]);

    /// <summary>
    /// Whether a tool use says nothing new: it is between the first round and the last, its result looks like an earlier one of the run,
    /// and it has no error that the session has not seen.
    /// </summary>
    public bool IsLike(ToolUse use) => likes.ContainsKey(use.Position);

    /// <summary>Which call of a round this use repeats, from 0.</summary>
    public int IndexInRound(ToolUse like) => likes[like.Position] % Period;

    /// <summary>Whether a result looks like one already seen. Also remembers it.</summary>
    private static bool HasSeen(List<RawJson> looks, ToolUse use)
    {
        // Screenshots are not compared.
        if (use.Result is { ImageAttachment: not null })
            return false;
        var result = use.Result?.Result ?? default;
        var seen = looks.FindIndex(look => Likeness.IsSameButForNumbers(look, result));
        if (seen >= 0)
            looks[seen] = result;
        else if (looks.Count < MostLooks)
            looks.Add(result);
        return seen >= 0;
    }
}
