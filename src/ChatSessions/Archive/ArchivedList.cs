using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

internal static class ArchivedList
{
    private const int PageSize = 200;

    /// <summary>Lists an owner's sessions page by page. A page is read only when it is needed.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<SessionSummary>> PagesAsync(
        this ISessionArchive archive,
        string owner,
        SessionFilter filter,
        SessionPlace? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        IReadOnlyList<SessionSummary> page;
        do
        {
            page = await archive.ListAsync(owner, filter, after, PageSize, cancellationToken);
            if (page.Count == 0)
                yield break;
            yield return page;
            after = SessionPlace.From(page[^1]);
        } while (page.Count == PageSize);
    }
}
