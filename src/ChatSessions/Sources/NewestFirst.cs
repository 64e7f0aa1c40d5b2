namespace ChatSessions.Sources;

/// <summary>The order of every list of sessions: those updated last first, those of unknown time at the end, equal ones by id.</summary>
internal sealed class NewestFirst : IComparer<SessionSummary>
{
    public static readonly NewestFirst Instance = new();

    public int Compare(SessionSummary? one, SessionSummary? other)
    {
        var byUpdate = Nullable.Compare(other?.LastUpdated, one?.LastUpdated);
        return byUpdate != 0 ? byUpdate : string.CompareOrdinal(one?.SessionId, other?.SessionId);
    }
}
