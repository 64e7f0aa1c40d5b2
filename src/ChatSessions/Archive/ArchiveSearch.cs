using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatSessions.Archive;

/// <summary>Search in an archive, independent of the storage engine.</summary>
public static class ArchiveSearch
{
    /// <summary>
    /// Searches the sessions of several owners together. Only the newest matches are ranked, since they matter most: a search has about a
    /// hundred hits at most.
    /// </summary>
    /// <param name="door">Every hit passes through it before it is returned.</param>
    /// <param name="owners">If several owners have the same session, the first one's copy counts.</param>
    /// <param name="limit">The most hits of a page, at least 1.</param>
    /// <param name="cursor">The cursor of the previous page; null for the first. Later pages leave out what was saved in the meantime.</param>
    /// <exception cref="ChatSessionException">The cursor belongs to another search, or the archive cannot be read.</exception>
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
