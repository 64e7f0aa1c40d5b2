using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>Where a session stands in every list: those updated last first, those of unknown time at the end, equal ones by id.</summary>
/// <param name="LastUpdated">When it was updated; null when that is unknown.</param>
/// <param name="SessionId">Its id.</param>
public readonly record struct SessionPlace(DateTimeOffset? LastUpdated, string SessionId)
{
    /// <summary>The order of every list.</summary>
    public static IComparer<SessionPlace> NewestFirst { get; } =
        Comparer<SessionPlace>.Create(
            (one, other) =>
            {
                var byUpdate = Nullable.Compare(other.LastUpdated, one.LastUpdated);
                return byUpdate != 0 ? byUpdate : string.CompareOrdinal(one.SessionId, other.SessionId);
            }
        );

    /// <summary>The place of a session.</summary>
    public static SessionPlace From(SessionSummary summary) => new(summary.LastUpdated, summary.SessionId);
}
