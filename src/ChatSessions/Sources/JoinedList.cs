using System.Runtime.CompilerServices;
using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>The lists of several sources as one. Each is in order, so the next session is the nearest of those that stand first in theirs.</summary>
internal sealed class JoinedList(IReadOnlyList<ISessionSource> sources, Caller caller, SessionFilter filter, SessionPlace? after)
{
    public async IAsyncEnumerable<SessionSummary> ReadAsync(
        Action<ChatSessionException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var lists = new List<Reading>();
        try
        {
            foreach (var source in sources)
            {
                var list = new Reading(
                    source,
                    source.ListAsync(caller, filter, after, cancellationToken).GetAsyncEnumerator(cancellationToken)
                );
                lists.Add(list);
                await MoveNextAsync(list);
            }
            if (after is null && lists.All(list => list.Head is null) && lists.Find(list => list.Failure is not null) is { } broken)
                throw broken.Failure!;
            while (
                lists.Where(list => list.Head is not null).MinBy(list => SessionPlace.Of(list.Head!), SessionPlace.NewestFirst)
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

        async Task MoveNextAsync(Reading list)
        {
            try
            {
                while (++list.At >= list.Page.Count)
                {
                    if (!await list.Pages.MoveNextAsync())
                    {
                        (list.Page, list.At) = ([], 0);
                        return;
                    }
                    (list.Page, list.At) = (await WithoutKnownAsync(list), -1);
                }
            }
            catch (ChatSessionException exception) when (SessionCatalog.IsOfSource(exception))
            {
                (list.Page, list.At, list.Failure) = ([], 0, exception);
                failed(exception);
            }
        }

        async Task<IReadOnlyList<SessionSummary>> WithoutKnownAsync(Reading list)
        {
            IReadOnlyList<SessionSummary> page = list.Pages.Current;
            foreach (var earlier in lists.TakeWhile(other => other != list))
            {
                if (page.Count == 0 || earlier.Failure is not null)
                    continue;
                var known = await earlier.Source.FindListedAsync([.. page.Select(summary => summary.SessionId)], caller, cancellationToken);
                if (known.Count > 0)
                    page = [.. page.Where(summary => !known.Contains(summary.SessionId))];
            }
            return page;
        }
    }

    /// <summary>How far a source's list was read.</summary>
    private sealed class Reading(ISessionSource source, IAsyncEnumerator<IReadOnlyList<SessionSummary>> pages)
    {
        public ISessionSource Source => source;

        public IAsyncEnumerator<IReadOnlyList<SessionSummary>> Pages => pages;

        public IReadOnlyList<SessionSummary> Page { get; set; } = [];

        public int At { get; set; }

        public ChatSessionException? Failure { get; set; }

        public SessionSummary? Head => At < Page.Count ? Page[At] : null;
    }
}
