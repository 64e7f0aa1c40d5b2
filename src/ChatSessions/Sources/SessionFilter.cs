using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>Which sessions to list; a null field does not restrict.</summary>
/// <param name="TitleContains">Text in the title, ignoring case.</param>
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
    /// <summary>Every session.</summary>
    public static SessionFilter All { get; } = new();

    /// <summary>Whether to list a session. A session without a date matches no date range.</summary>
    public bool Matches(SessionSummary summary) =>
        (
            TitleContains is null
            || (summary.GeneratedTitle is { } title && Fold(title).Contains(Fold(TitleContains), StringComparison.Ordinal))
        )
        && (IndexId is null || summary.IndexIds.Contains(IndexId))
        && (Outcome is null || summary.Outcome == Outcome)
        && (UpdatedAfter is null || summary.LastUpdated > UpdatedAfter)
        && (UpdatedBefore is null || summary.LastUpdated < UpdatedBefore);

    /// <summary>A title with its case removed, for comparison.</summary>
    internal static string Fold(string title) => title.ToUpperInvariant();
}
