using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>A text that was found.</summary>
/// <param name="Session">The session that it is in.</param>
/// <param name="Position">The position of its event, <c>#n</c>, or of the first where several were joined.</param>
/// <param name="LastPosition">The position of its last event.</param>
/// <param name="Offset">
/// Where in the event's JSON that was found, in characters as <see cref="Condensing.EventPages"/> counts them; 0 where several were joined.
/// </param>
/// <param name="Kind">What kind of text it is.</param>
/// <param name="Tool">The tool's name; null for what is no call and no result.</param>
/// <param name="Outcome">What came of the call; null for what is no call and no result.</param>
/// <param name="Snippet">The text around what was found.</param>
/// <param name="Score">How well it answers the query, to be compared with others of the same search only.</param>
public sealed record SearchHit(
    SessionSummary Session,
    int Position,
    int LastPosition,
    int Offset,
    SearchKind Kind,
    string? Tool,
    ToolOutcomeKind? Outcome,
    Snippet Snippet,
    double Score
);

/// <summary>A page of what was found, the best first; of one session at most two before the next one's.</summary>
/// <param name="Hits">The hits.</param>
/// <param name="NextCursor">What asks for the next page; null on the last one.</param>
/// <param name="Sessions">How many sessions the archive holds of the owners, whatever the filter.</param>
/// <param name="HasAll">Whether the best of all hits has all that was asked for; else each has a part of it.</param>
public sealed record SearchPage(IReadOnlyList<SearchHit> Hits, string? NextCursor, long Sessions, bool HasAll);

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
