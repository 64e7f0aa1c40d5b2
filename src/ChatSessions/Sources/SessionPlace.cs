using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>A session's place in every list: newest first, without a time at the end, equal times by id.</summary>
/// <param name="LastUpdated">When it was updated; null if unknown.</param>
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

    public static SessionPlace From(SessionSummary summary) => new(summary.LastUpdated, summary.SessionId);
}
