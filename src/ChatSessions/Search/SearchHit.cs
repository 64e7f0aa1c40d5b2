using ChatSessions.Analysis;

namespace ChatSessions.Search;

/// <summary>A text that was found.</summary>
/// <param name="Session">The session that it is in.</param>
/// <param name="Position">The position of its event, <c>#n</c>.</param>
/// <param name="Kind">What kind of text it is.</param>
/// <param name="Tool">The tool's name; null for what is no call and no result.</param>
/// <param name="Outcome">What came of the call; null for what is no call and no result.</param>
/// <param name="Snippet">The text around what was found.</param>
/// <param name="Score">How well it answers the query, to be compared with others of the same search only.</param>
public sealed record SearchHit(
    SessionSummary Session,
    int Position,
    SearchKind Kind,
    string? Tool,
    ToolOutcomeKind? Outcome,
    Snippet Snippet,
    double Score
);

/// <summary>A page of what was found, the best first; of one session at most two before the next one's.</summary>
/// <param name="Hits">The hits.</param>
/// <param name="NextOffset">How many hits to pass over for the next page; null on the last one.</param>
public sealed record SearchPage(IReadOnlyList<SearchHit> Hits, int? NextOffset);

/// <summary>Which texts to search; what is null does not restrict.</summary>
/// <param name="Kind">The kind of text.</param>
/// <param name="Tool">The tool's name, exactly.</param>
/// <param name="Outcome">What came of the call.</param>
/// <param name="SessionId">The one session to search.</param>
/// <param name="UpdatedAfter">Only sessions updated later than this.</param>
/// <param name="UpdatedBefore">Only sessions updated earlier than this.</param>
public sealed record SearchFilter(
    SearchKind? Kind = null,
    string? Tool = null,
    ToolOutcomeKind? Outcome = null,
    string? SessionId = null,
    DateTimeOffset? UpdatedAfter = null,
    DateTimeOffset? UpdatedBefore = null
)
{
    /// <summary>Every text.</summary>
    public static SearchFilter All { get; } = new();
}
