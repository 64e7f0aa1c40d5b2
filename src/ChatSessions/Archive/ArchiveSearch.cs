using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatSessions.Archive;

/// <summary>Searches an archive, whichever engine keeps it.</summary>
public static class ArchiveSearch
{
    /// <summary>
    /// Searches the sessions of several owners as one, the newest matches first: what was found lately matters most. One search has about a
    /// hundred hits at most.
    /// </summary>
    /// <param name="door">By which what is found leaves.</param>
    /// <param name="owners">Of a session that several of them have, the first one's counts.</param>
    /// <param name="limit">How many hits at most, from 1.</param>
    /// <param name="cursor">The cursor of the page before; null for the first page. What is saved later is on no further page.</param>
    /// <exception cref="ChatSessionException">The cursor is not one of the same search, or the archive cannot be read.</exception>
    public static async Task<SearchPage> SearchAsync(
        this ISessionArchive archive,
        OutgoingDoor door,
        IReadOnlyList<string> owners,
        SearchQuery query,
        SearchFilter filter,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var start = SearchCursor.Read(cursor, query, filter, owners);
        return await archive.ReadTextsAsync(
            new TextScope(owners, filter, start.Below),
            index => new TextSearch(index, query, door, cancellationToken).RunAsync(start, limit),
            cancellationToken
        );
    }
}
