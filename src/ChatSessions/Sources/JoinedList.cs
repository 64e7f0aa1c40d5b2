using System.Runtime.CompilerServices;
using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>Merges the sorted lists of several sources. The next session is always the first one of some source.</summary>
internal sealed class JoinedList(IReadOnlyList<ISessionSource> sources, Caller caller, SessionFilter filter, SessionPlace? after)
{
    public async IAsyncEnumerable<SessionSummary> ReadAsync(
        Action<ChatSessionException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var lists = new List<Reading>();
        ChatSessionException? firstFailure = null;
        try
        {
            foreach (var source in sources)
            {
                var pages = source.ListAsync(caller, filter, after, Fail, cancellationToken).GetAsyncEnumerator(cancellationToken);
                var list = new Reading(source, pages);
                lists.Add(list);
                await MoveNextAsync(list);
            }
            if (after is null && firstFailure is not null && lists.All(list => list.Head is null))
                throw firstFailure;
            while (
                lists.Where(list => list.Head is not null).MinBy(list => SessionPlace.From(list.Head!), SessionPlace.NewestFirst)
                    is { } nearest
            )
            {
                yield return nearest.Head!;
                await MoveNextAsync(nearest);
            }
        }
        finally
        {
            foreach (var list in lists)
                await list.Pages.DisposeAsync();
        }

        void Fail(ChatSessionException exception)
        {
            firstFailure ??= exception;
            failed(exception);
        }

        async Task MoveNextAsync(Reading list)
        {
            while (++list.At >= list.Page.Count)
            {
                if (await NextPageAsync(list) is not { } page)
                {
                    (list.Page, list.At) = ([], 0);
                    return;
                }
                (list.Page, list.At) = (await WithoutKnownAsync(list, page), -1);
            }
        }

        async Task<IReadOnlyList<SessionSummary>?> NextPageAsync(Reading list)
        {
            try
            {
                return await list.Pages.MoveNextAsync() ? list.Pages.Current : null;
            }
            catch (ChatSessionException exception) when (exception.IsSourceFailure)
            {
                list.HasFailed = true;
                Fail(exception);
                return null;
            }
        }

        async Task<IReadOnlyList<SessionSummary>> WithoutKnownAsync(Reading list, IReadOnlyList<SessionSummary> page)
        {
            foreach (var earlier in lists.TakeWhile(other => other != list))
            {
                if (page.Count == 0 || earlier.HasFailed)
                    continue;
                try
                {
                    var ids = page.Select(summary => summary.SessionId).ToList();
                    var known = await earlier.Source.FindListedAsync(ids, caller, cancellationToken);
                    if (known.Count > 0)
                        page = [.. page.Where(summary => !known.Contains(summary.SessionId))];
                }
                catch (ChatSessionException exception) when (exception.IsSourceFailure)
                {
                    // Keep listing its own sessions; we only cannot tell which of this page it has too.
                    earlier.HasFailed = true;
                    Fail(exception);
                }
            }
            return page;
        }
    }

    private sealed class Reading(ISessionSource source, IAsyncEnumerator<IReadOnlyList<SessionSummary>> pages)
    {
        public ISessionSource Source => source;

        public IAsyncEnumerator<IReadOnlyList<SessionSummary>> Pages => pages;

        public IReadOnlyList<SessionSummary> Page { get; set; } = [];

        public int At { get; set; }

        /// <summary>Whether the source failed; it is not asked again for this list.</summary>
        public bool HasFailed { get; set; }

        public SessionSummary? Head => At < Page.Count ? Page[At] : null;
    }
}
