namespace ChatSessions.Search;

/// <summary>The texts that a search found, before the best of them are chosen.</summary>
/// <param name="Clauses">What was searched in the end; it is ranked and marked.</param>
/// <param name="Weights">How much each clause says: a rare one more.</param>
/// <param name="All">All of them, those with the highest numbers first, or by time.</param>
/// <param name="Candidates">Those that may be among the best, in any order.</param>
internal sealed record Collected(
    IReadOnlyList<SearchClause> Clauses,
    IReadOnlyList<double> Weights,
    IReadOnlyList<TextAddress> All,
    IReadOnlyCollection<TextAddress> Candidates
)
{
    /// <summary>At most this many hits are counted, because an index reads a row for each. A query with more should be narrower.</summary>
    public const int MostCounted = 5_000;

    /// <summary>The query with its small words, which do not have to match but say which hit comes first; null if it has none.</summary>
    public IReadOnlyList<SearchClause>? Typed { get; init; }

    public static Collected Nothing { get; } = new([], [], [], []);

    /// <summary>Whether there are more than are counted.</summary>
    public bool IsMore { get; init; }

    /// <summary>Whether some of them match only a part of the query.</summary>
    public bool IsPartial { get; init; }

    /// <summary>How many match everything; null if all do.</summary>
    public int? Whole { get; init; }

    /// <summary>What is found nowhere.</summary>
    public IReadOnlyList<UnmetTerm> Unmet { get; init; } = [];

    /// <summary>If other forms of words were looked for too: those of the candidates that have everything as typed.</summary>
    public IReadOnlySet<TextAddress> AsTyped { get; init; } = new HashSet<TextAddress>();

    public IReadOnlyList<string> CutPrefixes { get; init; } = [];

    /// <summary>When the sessions were last updated, if <see cref="All"/> are in this order; null if they are in that of their numbers.</summary>
    public IReadOnlyDictionary<long, long>? Updated { get; init; }

    /// <summary>The share of the clauses that a session has in any of its texts, by weight; empty if all have all.</summary>
    public IReadOnlyDictionary<long, double> ShareOfSession { get; init; } = new Dictionary<long, double>();

    /// <summary>The text with the lowest number. If there are more, these have lower ones.</summary>
    public TextAddress Lowest => Updated is null ? All[^1] : All.MinBy(text => text.Number);

    /// <summary>Where a text comes. Those that are not among <see cref="All"/> come after them.</summary>
    public SearchPlace PlaceOf(TextAddress text) => new(MomentOf(text.Session), text.Number);

    /// <summary>Where a session comes.</summary>
    public SearchPlace PlaceOf(long session) => new(MomentOf(session), session);

    private long MomentOf(long session) => Updated is null ? 0 : Updated.GetValueOrDefault(session, long.MinValue);

    public FoundCount Count => new(Math.Min(All.Count, MostCounted), CountSessions(), IsMore);

    /// <summary>Texts of a session have numbers in a row.</summary>
    private int CountSessions()
    {
        var (sessions, last) = (0, -1L);
        foreach (var text in All)
            (sessions, last) = (text.Session == last ? sessions : sessions + 1, text.Session);
        return sessions;
    }
}
