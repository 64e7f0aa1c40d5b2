using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatSessions.Archive;

/// <summary>Search in an archive, independent of the storage engine.</summary>
public static class ArchiveSearch
{
    /// <summary>
    /// Searches the sessions of several owners together. All hits are counted, up to 5,000 (2,000 for words in a row), and pages go on to the last; only the newest
    /// are ranked, since they matter most.
    /// </summary>
    /// <param name="door">Every hit passes through it before it is returned.</param>
    /// <param name="owners">If several owners have the same session, the first one's copy counts.</param>
    /// <param name="limit">The most hits of a page, at least 1.</param>
    /// <param name="cursor">The cursor of the previous page; null for the first. Later pages leave out what was saved in the meantime.</param>
    /// <exception cref="ChatSessionException">The cursor belongs to another search, or the archive cannot be read.</exception>
    public static Task<SearchPage> SearchAsync(
        this ISessionArchive archive,
        OutgoingDoor door,
        IReadOnlyList<string> owners,
        SearchQuery query,
        SearchFilter filter,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) => archive.SearchAsync(door, owners, query, filter, bySession: false, limit, cursor, cancellationToken);

    /// <inheritdoc cref="SearchAsync(ISessionArchive, OutgoingDoor, IReadOnlyList{string}, SearchQuery, SearchFilter, int, string?, CancellationToken)"/>
    /// <param name="bySession">Whether to return sessions with their hits counted, instead of hits.</param>
    public static async Task<SearchPage> SearchAsync(
        this ISessionArchive archive,
        OutgoingDoor door,
        IReadOnlyList<string> owners,
        SearchQuery query,
        SearchFilter filter,
        bool bySession,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        filter = filter.For(query);
        var start = SearchCursor.Read(cursor, query, filter, owners, bySession);
        return await archive.ReadTextsAsync(
            new TextScope(owners, filter, start.Below),
            index => RunAsync(index, query, door, start.In(index.Archive), bySession, limit, cancellationToken),
            cancellationToken
        );
    }

    internal static ValueTask<SearchPage> RunAsync(
        ITextIndex index,
        SearchQuery query,
        OutgoingDoor door,
        SearchCursor start,
        bool bySession,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var search = new TextSearch(index, query, door, cancellationToken);
        return bySession ? search.RunBySessionAsync(start, limit) : search.RunAsync(start, limit);
    }
}
