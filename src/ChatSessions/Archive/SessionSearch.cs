using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>Searches what is on this machine: the archive, and the sessions of files, or of the samples while there is nothing else.</summary>
/// <param name="archive">Null if the archive is turned off.</param>
public sealed class SessionSearch(SessionCatalog catalog, ArchiveOwners owners, UnsavedSessions unsaved, ISessionArchive? archive = null)
{
    /// <inheritdoc cref="ArchiveSearch.SearchAsync(ISessionArchive, Recorded.OutgoingDoor, IReadOnlyList{string}, SearchQuery, SearchFilter, bool, int, string?, CancellationToken)"/>
    public async Task<SearchPage> SearchAsync(
        Caller caller,
        SearchQuery query,
        SearchFilter filter,
        bool bySession,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        var isSamplesOnly = await catalog.IsSamplesOnlyAsync(caller, cancellationToken);
        var allowed = owners.Of(caller);
        if (await unsaved.ReadAsync(isSamplesOnly, cancellationToken) is not var (files, ids))
            return archive is null
                ? new([], null, 0, HasAll: false)
                : await archive.SearchAsync(catalog.Door, allowed, query, filter, bySession, limit, cursor, cancellationToken);
        if (archive is null)
            return await files.SearchAsync(catalog.Door, [ArchiveOwners.Local], query, filter, bySession, limit, cursor, cancellationToken);

        var start = SearchCursor.Read(cursor, query, filter, allowed, bySession);
        // Files come first where both have a session, as they do when it is read.
        return await archive.ReadTextsAsync<SearchPage>(
            new TextScope(allowed, filter, start.Below) { Elsewhere = ids },
            archived =>
                new(
                    files.ReadTextsAsync(
                        new TextScope([ArchiveOwners.Local], filter, Before: null),
                        unarchived =>
                            ArchiveSearch.RunAsync(
                                new JoinedTexts(archived, unarchived, start.Below ?? archived.Next),
                                query,
                                catalog.Door,
                                start,
                                bySession,
                                limit,
                                cancellationToken
                            ),
                        cancellationToken
                    )
                ),
            cancellationToken
        );
    }
}
