using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>Searches what is on this machine: the archive, and the sessions of files, or of the samples while there is nothing else.</summary>
/// <param name="archive">Null if the archive is turned off.</param>
public sealed class SessionSearch(SessionCatalog catalog, ArchiveOwners owners, UnsavedSessions unsaved, ISessionArchive? archive = null)
{
    private static readonly IReadOnlySet<string> NoIds = new HashSet<string>();

    /// <inheritdoc cref="ArchiveSearch.SearchAsync(ISessionArchive, Recorded.OutgoingDoor, IReadOnlyList{string}, SearchQuery, SearchFilter, bool, int, string?, CancellationToken)"/>
    /// <remarks>
    /// If files cannot be indexed, the archive is searched alone, and <see cref="SearchPage.FilesNotSearched"/> says why. Without an archive
    /// that is a failure.
    /// </remarks>
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
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var isSamplesOnly = await catalog.IsSamplesOnlyAsync(caller, cancellationToken);
        var allowed = owners.Of(caller);
        var start = SearchCursor.Read(cursor, query, filter, allowed, bySession);
        IndexState? begun = cursor is null ? null : start.Files;
        var files = caller.ReadsLocal
            ? await unsaved.ReadAsync(isSamplesOnly, begun, cancellationToken)
            : new UnsavedTexts(Archive: null, begun ?? default, NoIds);
        start = start with { Files = files.State };
        if (archive is null)
            return files switch
            {
                { Failure: { } failure } => throw failure,
                { Archive: null } => new([], null, 0, HasAll: false),
                _ => await OfFilesAsync(texts => RunAsync(texts, start.In(SearchCursor.WithoutArchive))),
            };
        ChatSessionException? unread = null;
        try
        {
            return await OfArchiveAsync(OfBothAsync);
        }
        catch (ChatSessionException) when (unread is not null)
        {
            var unreadable = files;
            files = UnsavedTexts.Failed(unread, begun, files.Ids);
            start = start with { Files = files.State };
            var page = await OfArchiveAsync(OfBothAsync);
            await unsaved.DropAsync(unreadable, cancellationToken);
            return page;
        }

        async ValueTask<SearchPage> OfBothAsync(ITextIndex archived)
        {
            var here = start.In(archived.Archive);
            if (files.Archive is null)
                return await RunAsync(archived, here) with { FilesNotSearched = files.Failure?.Message };
            try
            {
                return await OfFilesAsync(texts => RunAsync(new JoinedTexts(archived, texts, start.Below), here));
            }
            catch (ChatSessionException failure)
            {
                unread = failure;
                throw;
            }
        }

        // Files come first where both have a session, as they do when it is read.
        Task<SearchPage> OfArchiveAsync(Func<ITextIndex, ValueTask<SearchPage>> read) =>
            archive.ReadTextsAsync(
                new TextScope(allowed, filter, start.Below) { Elsewhere = files.Ids.Count > 0 ? files.Ids : null },
                read,
                cancellationToken
            );

        Task<SearchPage> OfFilesAsync(Func<ITextIndex, ValueTask<SearchPage>> read) =>
            files.Archive!.ReadTextsAsync(new TextScope([ArchiveOwners.Local], filter, Before: files.State.Below), read, cancellationToken);

        ValueTask<SearchPage> RunAsync(ITextIndex texts, SearchCursor from) =>
            ArchiveSearch.RunAsync(texts, query, catalog.Door, from, bySession, limit, cancellationToken);
    }
}
