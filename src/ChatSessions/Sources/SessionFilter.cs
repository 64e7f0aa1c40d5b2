using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatSessions.Sources;

/// <summary>Which sessions to list; a null field does not restrict.</summary>
/// <param name="TitleContains">Text in the title, ignoring case and accents.</param>
/// <param name="IndexId">An index that the session uses.</param>
/// <param name="Outcome">How the last run ended.</param>
/// <param name="UpdatedAfter">Only sessions updated later than this.</param>
/// <param name="UpdatedBefore">Only sessions updated earlier than this.</param>
public sealed record SessionFilter(
    string? TitleContains = null,
    string? IndexId = null,
    RunOutcome? Outcome = null,
    DateTimeOffset? UpdatedAfter = null,
    DateTimeOffset? UpdatedBefore = null
)
{
    /// <summary>Which sessions, by what their programs say of them.</summary>
    public RecordingFilter Recorded { get; init; } = new();

    /// <summary>Only the subagents of these sessions; null for any session.</summary>
    public IReadOnlySet<string>? SubagentsOf { get; init; }

    /// <summary>Whether only imported sessions can match, so that LlamaCloud need not be asked.</summary>
    internal bool IsOfImports => SubagentsOf is not null || Recorded.IsOfImports;

    /// <summary>Every session, also those of subagents.</summary>
    public static SessionFilter All { get; } = new() { Recorded = new(IncludeSubagents: true) };

    /// <summary>The list as it is shown if nobody asks for a part of it: every session except subagents'.</summary>
    public static SessionFilter Usual { get; } = new();

    /// <summary>Whether to list a session. A session without a date matches no date range.</summary>
    public bool Matches(SessionSummary summary) =>
        HasTitle(summary.GeneratedTitle)
        && (IndexId is null || summary.IndexIds.Contains(IndexId))
        && (Outcome is null || summary.Outcome == Outcome)
        && (UpdatedAfter is null || summary.LastUpdated > UpdatedAfter)
        && (UpdatedBefore is null || summary.LastUpdated < UpdatedBefore)
        && (SubagentsOf is null || (summary.Recording?.Parent is { SessionId: var parent } && SubagentsOf.Contains(parent)))
        && Recorded.Matches(summary);

    /// <summary>Whether a title has the text that is asked for.</summary>
    internal bool HasTitle(string? title) =>
        TitleContains is null || (title is not null && Fold(title).Contains(Fold(TitleContains), StringComparison.Ordinal));

    /// <summary>A title without case and accents, for comparison.</summary>
    internal static string Fold(string title) => Folding.Fold(title).ToUpperInvariant();
}
