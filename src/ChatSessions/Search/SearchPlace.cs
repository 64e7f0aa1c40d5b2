namespace ChatSessions.Search;

/// <summary>The place of a text, or of a session, among those that a search shows after the best.</summary>
/// <param name="Moment">When its session was last updated, if hits come by time; otherwise 0.</param>
/// <param name="Number">Its number. Of one session, and of all sessions if hits do not come by time, the highest comes first.</param>
internal readonly record struct SearchPlace(long Moment, long Number)
{
    /// <summary>Whether this comes after another place.</summary>
    public bool IsAfter(SearchPlace other) => (Moment, Number).CompareTo((other.Moment, other.Number)) < 0;
}
