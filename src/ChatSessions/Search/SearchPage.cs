using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>
/// A page of hits, best first, or of sessions with hits. At most two hits of one session come before those of the next; the hits of a
/// session stand in the order of their positions. Those that have everything as typed come before those that have another
/// form of a word. After about sixty hits the others follow, the newest first.
/// </summary>
/// <param name="Hits">Empty if sessions were asked for.</param>
/// <param name="NextCursor">The cursor of the next page; null on the last one.</param>
/// <param name="Sessions">How many sessions the owners have in the archive, regardless of the filter.</param>
/// <param name="HasAll">Whether any hit matches the whole query; if not, all hits are partial matches.</param>
public sealed record SearchPage(IReadOnlyList<SearchHit> Hits, string? NextCursor, long Sessions, bool HasAll)
{
    /// <summary>How many of the sessions are left out whatever is asked: those of subagents, unless they are wanted, and the caller's own.</summary>
    public long LeftOut { get; init; }

    /// <summary>How many sessions are searched without a filter.</summary>
    public long Searched => Sessions - LeftOut;

    /// <summary>The sessions with hits, if they were asked for instead of hits.</summary>
    public IReadOnlyList<SessionHits> BySession { get; init; } = [];

    /// <summary>Whether the query has no words, so that the newest hits come first instead of the best.</summary>
    public bool AreNewestFirst { get; init; }

    /// <summary>How much was found in all.</summary>
    public FoundCount Found { get; init; } = new(0, 0, false);

    /// <summary>How many of the hits match everything; null if all do.</summary>
    public int? Whole { get; init; }

    /// <summary>How many terms of the query come after the first 24, and were not searched.</summary>
    public int Passed { get; init; }

    /// <inheritdoc cref="SearchQuery.Misread"/>
    public IReadOnlyList<string> Misread { get; init; } = [];

    /// <summary>Why session files were not searched, in a sentence; null if they were, or there are none.</summary>
    public string? FilesNotSearched { get; init; }

    /// <summary>Whether a filter left some texts out on purpose.</summary>
    public bool IsFiltered { get; init; }

    /// <summary>Whether the query has words to leave out.</summary>
    public bool IsWithoutWords { get; init; }

    /// <summary>What is not found, and whether the filter and the words to leave out are why.</summary>
    public IReadOnlyList<UnmetTerm> Unmet { get; init; } = [];

    /// <summary>How many sessions still have words as an earlier format read them, so that some of their words are not found.</summary>
    public long Outdated { get; init; }

    /// <summary>The typed prefixes that so many words have that only the shortest of these were searched.</summary>
    public IReadOnlyList<string> CutPrefixes { get; init; } = [];
}

/// <summary>How many hits there are, in how many sessions.</summary>
/// <param name="IsMore">Whether there are more; not all were counted.</param>
public sealed record FoundCount(long Hits, long Sessions, bool IsMore);

/// <summary>A typed term that no text has, of those that may be found.</summary>
/// <param name="Instead">What was searched instead; null if nothing.</param>
public sealed record UnmetTerm(string Typed, string? Instead)
{
    /// <summary>Where the term is, in texts that the filter or the words to leave out keep from being found; no hits if it is nowhere.</summary>
    public FoundCount LeftOut { get; init; } = new(0, 0, false);

    /// <summary>If the filter names a tool, the tools whose calls have the term, as the newest of these texts say.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];
}

/// <summary>The hits of one session.</summary>
/// <param name="Outcome">How the session's last run ended.</param>
/// <param name="First">The position of the first.</param>
/// <param name="Last">The position of the last.</param>
public sealed record SessionHits(SessionSummary Session, RunOutcome Outcome, int Hits, int First, int Last);
