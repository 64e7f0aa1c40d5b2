using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>A text that a search found.</summary>
/// <param name="Position">The position of its event, <c>#n</c>, or of the first if several were joined.</param>
/// <param name="LastPosition">The position of its last event.</param>
/// <param name="Offset">
/// Where the hit is in the event's JSON, in characters as <see cref="Condensing.EventPages"/> counts them; 0 if several were joined.
/// </param>
/// <param name="Tool">The tool's name; null if the text is not from a tool call or its result.</param>
/// <param name="Outcome">The outcome of the tool call; null if the text is not from a tool call or its result.</param>
/// <param name="Snippet">The text around the hit.</param>
/// <param name="Score">How well it matches the query; compare it only within the same search.</param>
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
)
{
    /// <summary>How many more sessions have a hit with the same text around it. They are not on a later page.</summary>
    public int MoreSessions { get; init; }

    /// <summary>How many more hits these are.</summary>
    public int MoreHits { get; init; }
}

/// <summary>Which texts to search; a null value does not restrict.</summary>
/// <param name="Tool">The exact name of the tool.</param>
/// <param name="Outcome">The outcome of the tool call.</param>
/// <param name="SessionId">The one session to search.</param>
/// <param name="UpdatedAfter">Only sessions updated after this.</param>
/// <param name="UpdatedBefore">Only sessions updated before this.</param>
public sealed record SearchFilter(
    SearchKind? Kind = null,
    string? Tool = null,
    ToolOutcomeKind? Outcome = null,
    string? SessionId = null,
    DateTimeOffset? UpdatedAfter = null,
    DateTimeOffset? UpdatedBefore = null
)
{
    /// <summary>Which sessions, by what their programs say of them. A subagent's session that is named by its id is searched anyway.</summary>
    public RecordingFilter Recorded { get; init; } = new();

    /// <summary>Every text, except those of subagents' sessions.</summary>
    public static SearchFilter All { get; } = new();

    /// <summary>Whether some texts are left out on purpose: subagents' sessions and the caller's own do not count.</summary>
    public bool IsNarrow => this with { Recorded = Recorded with { IncludeSubagents = false, Without = null } } != All;

    /// <summary>
    /// The filter for a query. Without words, one text of a call says enough of it: what went wrong if it failed, and what it was called with
    /// if not. Of sessions, what their users asked for.
    /// </summary>
    internal SearchFilter For(SearchQuery query) =>
        query.IsNewest && Kind is null
            ? this with
            {
                Kind =
                    Outcome == ToolOutcomeKind.Failed ? SearchKind.Error
                    : (Tool, Outcome) == (null, null) ? SearchKind.User
                    : SearchKind.Arguments,
            }
            : this;

    /// <summary>
    /// How the tool may be spelled: as given, in lower case, or with a capital letter. Agents call the same tool <c>Bash</c> and <c>bash</c>.
    /// </summary>
    internal IReadOnlyList<string> ToolSpellings =>
        Tool switch
        {
            null => [],
            "" => [Tool],
            _ => [.. new[] { Tool, Tool.ToLowerInvariant(), Capital + Tool[1..], Capital + Tool[1..].ToLowerInvariant() }.Distinct()],
        };

    private string Capital => Tool![..1].ToUpperInvariant();

    /// <summary>Every text, those of subagents too, except those of the caller's own session.</summary>
    internal SearchFilter Widest => new() { Recorded = new(IncludeSubagents: true, Without: Recorded.Without) };
}
