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
        filter = filter.For(query);
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
                _ => await WithLeftOutAsync(
                    await OfFilesAsync(filter, texts => RunAsync(texts, start.In(SearchCursor.WithoutArchive))),
                    unmet => OfFilesAsync(filter.Widest, texts => CountAsync(texts, unmet))
                ),
            };
        ChatSessionException? unread = null;
        try
        {
            return await OfAllAsync();
        }
        catch (ChatSessionException) when (unread is not null)
        {
            var unreadable = files;
            files = UnsavedTexts.Failed(unread, begun, files.Ids);
            start = start with { Files = files.State };
            var page = await OfAllAsync();
            await unsaved.DropAsync(unreadable, cancellationToken);
            return page;
        }

        async Task<SearchPage> OfAllAsync()
        {
            var page = await OfArchiveAsync(
                filter,
                archived => OfBothAsync(archived, filter, texts => RunAsync(texts, start.In(archived.Archive)))
            );
            return await WithLeftOutAsync(
                page with
                {
                    FilesNotSearched = files.Failure?.Message,
                },
                unmet => OfArchiveAsync(filter.Widest, archived => OfBothAsync(archived, filter.Widest, texts => CountAsync(texts, unmet)))
            );
        }

        async ValueTask<T> OfBothAsync<T>(ITextIndex archived, SearchFilter wanted, Func<ITextIndex, ValueTask<T>> read)
        {
            if (files.Archive is null)
                return await read(archived);
            try
            {
                return await OfFilesAsync(wanted, texts => read(new JoinedTexts(archived, texts, start.Below)));
            }
            catch (ChatSessionException failure)
            {
                unread = failure;
                throw;
            }
        }

        // Files come first where both have a session, as they do when it is read.
        Task<T> OfArchiveAsync<T>(SearchFilter wanted, Func<ITextIndex, ValueTask<T>> read) =>
            archive.ReadTextsAsync(
                new TextScope(allowed, wanted, start.Below) { Elsewhere = files.Ids.Count > 0 ? files.Ids : null },
                read,
                cancellationToken
            );

        Task<T> OfFilesAsync<T>(SearchFilter wanted, Func<ITextIndex, ValueTask<T>> read) =>
            files.Archive!.ReadTextsAsync(new TextScope([ArchiveOwners.Local], wanted, Before: files.State.Below), read, cancellationToken);

        ValueTask<SearchPage> RunAsync(ITextIndex texts, SearchCursor from) =>
            ArchiveSearch.RunAsync(texts, query, catalog.Door, from, bySession, limit, cancellationToken);

        ValueTask<IReadOnlyList<UnmetTerm>> CountAsync(ITextIndex texts, IReadOnlyList<UnmetTerm> unmet) =>
            LeftOutTerms.CountAsync(texts, query, unmet, filter.Tool is null ? null : catalog.Door, cancellationToken);

        async Task<SearchPage> WithLeftOutAsync(SearchPage page, Func<IReadOnlyList<UnmetTerm>, Task<IReadOnlyList<UnmetTerm>>> count)
        {
            var isAll = filter == filter.Widest && !page.IsWithoutWords;
            return page with
            {
                IsFiltered = filter.IsNarrow,
                Unmet = page.Unmet.Count == 0 || isAll ? page.Unmet : await count(page.Unmet),
            };
        }
    }
}
