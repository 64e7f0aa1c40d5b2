using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>A whole list in memory, for sources that cannot list a part of their sessions.</summary>
internal sealed class SessionListing
{
    private readonly SessionPlace[] places;
    private readonly ImmutableArray<SessionSummary> newest;
    private readonly HashSet<string> ids;

    /// <param name="sessions">Each session once, in any order.</param>
    public SessionListing(IEnumerable<SessionSummary> sessions)
    {
        var sorted = sessions
            .Select(summary => (Place: SessionPlace.From(summary), Summary: summary))
            .OrderBy(one => one.Place, SessionPlace.NewestFirst)
            .ToList();
        places = [.. sorted.Select(one => one.Place)];
        newest = [.. sorted.Select(one => one.Summary)];
        ids = [.. places.Select(place => place.SessionId)];
    }

    /// <summary>The sessions after a place that match a filter; all of them from the beginning if the place is null.</summary>
    public IReadOnlyList<SessionSummary> After(SessionPlace? place, SessionFilter filter)
    {
        var first = 0;
        if (place is { } last)
            first = Array.BinarySearch(places, last, SessionPlace.NewestFirst) is var at && at >= 0 ? at + 1 : ~at;
        return [.. newest.Skip(first).Where(filter.Matches)];
    }

    /// <summary>The given ids that are in the list.</summary>
    public IReadOnlySet<string> Known(IEnumerable<string> among) => among.Where(ids.Contains).ToHashSet();
}
