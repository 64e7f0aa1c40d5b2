using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>Which sessions to list; what is null does not restrict.</summary>
/// <param name="TitleContains">Words of the title, in any letter case.</param>
/// <param name="IndexId">An index that the session is bound to.</param>
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

    /// <summary>True when a session is to be listed. One whose date is unknown is in no range of dates.</summary>
    public bool Matches(SessionSummary summary) =>
        (
            TitleContains is null
            || (summary.GeneratedTitle is { } title && Fold(title).Contains(Fold(TitleContains), StringComparison.Ordinal))
        )
        && (IndexId is null || summary.IndexIds.Contains(IndexId))
        && (Outcome is null || summary.Outcome == Outcome)
        && (UpdatedAfter is null || summary.LastUpdated > UpdatedAfter)
        && (UpdatedBefore is null || summary.LastUpdated < UpdatedBefore);

    /// <summary>A title without letter case: titles that are equal so are equal in a filter.</summary>
    internal static string Fold(string title) => title.ToUpperInvariant();
}
