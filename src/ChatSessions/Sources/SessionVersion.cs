using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>A token that changes when a session or a list changes. Made from summaries, for sources that have nothing better.</summary>
internal static class SessionVersion
{
    /// <summary>Does not depend on the events, which not every summary of a session knows.</summary>
    public static string From(SessionSummary summary) =>
        $"{summary.LastUpdatedAt}\t{SessionSummary.OutcomeOf(summary.JobMetadata)}\t{summary.GeneratedTitle}\t{summary.JobMetadata?.Usage}";

    /// <param name="sessions">The sessions of several sources, in source order; the first of each id counts.</param>
    /// <param name="count">How many of the newest sessions count.</param>
    public static string OfList(IEnumerable<SessionSummary> sessions, int count) =>
        string.Join(
            '\n',
            sessions
                .DistinctBy(summary => summary.SessionId)
                .OrderBy(SessionPlace.From, SessionPlace.NewestFirst)
                .Take(count)
                .Select(summary => $"{summary.SessionId}\t{From(summary)}")
        );
}
