using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Search;

/// <summary>The place of a hit, in the form that may be shown.</summary>
internal static class ShownHit
{
    /// <summary>Finds the offset of a hit in the event's shown JSON, and the text around it. The offset is 0 for a joined text.</summary>
    /// <param name="event">The recorded JSON of the event in which the text begins.</param>
    /// <param name="text">The text as recorded.</param>
    /// <param name="start">Where the text begins in the event's JSON, in bytes.</param>
    /// <param name="at">Where the hit is in the text, in bytes.</param>
    public static (int Offset, Snippet Snippet) Find(
        OutgoingDoor door,
        RawJson @event,
        SearchText text,
        int start,
        int at,
        IReadOnlyList<SearchClause> clauses
    )
    {
        if (!text.IsJson)
        {
            var joined = door.Replace(text.Utf8, "content");
            return (0, Snippet.Around(new(joined.Utf8, IsJson: false), joined.Shown(at), clauses));
        }
        var shown = new ShownEvent(0, door.Replace(@event));
        var (from, place, end) = (shown.ShownByte(start), shown.ShownByte(start + at), shown.ShownByte(start + text.Utf8.Length));
        return (shown.OffsetOf(place), Snippet.Around(new(shown.Json.Utf8[from..end], IsJson: true), place - from, clauses));
    }
}
