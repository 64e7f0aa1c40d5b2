using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>What differs whenever a session does, or a list: made from summaries, for sources that know nothing better.</summary>
internal static class SessionVersion
{
    public static string From(SessionSummary summary) =>
        $"{summary.LastUpdatedAt}\t{summary.Outcome}\t{summary.GeneratedTitle}\t{summary.JobMetadata?.Usage}";

    /// <param name="sessions">What several sources have, in their order: of one id the first counts.</param>
    /// <param name="count">How many of the newest count.</param>
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
