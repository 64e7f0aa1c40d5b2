using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// One call made again and again, or a round of several, such as <c>wait</c> and <c>get_status</c>, each time with the same arguments except
/// for a few numbers. In a round, a call may be made several times in a row.
/// </summary>
internal sealed class RepeatedRun
{
    /// <summary>A run remembers at most this many results of a call that look different.</summary>
    private const int MostLooks = 8;

    private readonly ToolUse[] firstRound;
    private readonly Dictionary<int, (ToolUse Use, int IndexInRound)> likes = [];
    private IReadOnlyList<RunDifference>? differences;

    /// <param name="rows">The tool uses in order, each with a call. A row is the same call made once or more.</param>
    /// <param name="length">The number of rows after which the first call comes again.</param>
    /// <param name="failures">The failures of the session.</param>
    public RepeatedRun(List<List<ToolUse>> rows, int length, Failures failures)
    {
        Uses = [.. rows.SelectMany(row => row)];
        firstRound = [.. rows.Take(length).Select(row => row[0])];
        var looks = Array.ConvertAll(firstRound, _ => new List<RawJson>());
        foreach (var (index, row) in rows.Index())
        foreach (var use in row)
        {
            var indexInRound = index % length;
            var saysNews = !HasSeen(looks[indexInRound], use) || (use.Outcome.IsFailure && !failures.IsRepeated(use));
            var isAtEnds =
                (index < length && ReferenceEquals(use, row[0])) || (index >= rows.Count - length && ReferenceEquals(use, row[^1]));
            if (!saysNews && !isAtEnds)
                likes.Add(use.Position, (use, indexInRound));
        }
    }

    /// <summary>All tool uses of the run, in order.</summary>
    public IReadOnlyList<ToolUse> Uses { get; }

    /// <summary>The calls of the first round, each of which the later ones are compared with.</summary>
    public IReadOnlyList<ToolUse> FirstRound => firstRound;

    /// <summary>How many of the tool uses say nothing new.</summary>
    public int LikeCount => likes.Count;

    /// <summary>How the uses that say nothing new differ from the first round.</summary>
    public IReadOnlyList<RunDifference> Differences =>
        differences ??= RunDifference.Find([.. likes.Values.Select(like => (like.Use, firstRound[like.IndexInRound], like.IndexInRound))]);

    /// <summary>
    /// Whether a tool use says nothing new: it is between the first round and the last, its result looks like an earlier one of the run,
    /// and it has no error that the session has not seen.
    /// </summary>
    public bool IsLike(ToolUse use) => likes.ContainsKey(use.Position);

    /// <summary>Which call of a round this use repeats, from 0.</summary>
    public int IndexInRound(ToolUse like) => likes[like.Position].IndexInRound;

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
