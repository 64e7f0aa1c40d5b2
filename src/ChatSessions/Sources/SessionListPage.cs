using System.Buffers.Text;
using System.Text;

namespace ChatSessions.Sources;

/// <summary>A page of a list, newest first.</summary>
/// <param name="Sessions">The summaries.</param>
/// <param name="Total">How many sessions match, on all pages.</param>
/// <param name="NextCursor">What asks for the next page; null on the last one.</param>
public sealed record SessionListPage(IReadOnlyList<SessionSummary> Sessions, int Total, string? NextCursor)
{
    /// <summary>Takes a page from a catalog's list. The cursor names the last session told, so pages stay in step while sessions come and go.</summary>
    /// <exception cref="ChatSessionException">The cursor is none that an earlier page gave, or the catalog cannot list.</exception>
    public static async Task<SessionListPage> ReadAsync(
        SessionCatalog catalog,
        SessionFilter filter,
        SessionScope scope,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        var after = cursor is null ? null : Decode(cursor);
        var page = new List<SessionSummary>();
        var (total, more) = (0, false);
        await foreach (var summary in catalog.ListAsync(scope, cancellationToken))
        {
            if (!filter.Matches(summary))
                continue;
            total++;
            if (after is not null && NewestFirst.Instance.Compare(summary, after) <= 0)
                continue;
            if (page.Count < limit)
                page.Add(summary);
            else
                more = true;
        }
        return new SessionListPage(page, total, more ? Encode(page[^1]) : null);
    }

    internal static string Encode(SessionSummary last) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{last.LastUpdated:O}\n{last.SessionId}"));

    internal static SessionSummary Decode(string cursor)
    {
        try
        {
            if (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n', 2) is [var updated, { Length: > 0 } id])
                return new SessionSummary(id, updated, null, [], null);
        }
        catch (FormatException)
        {
            // Told below.
        }
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            "The cursor is none that a list of sessions gave: pass next_cursor of the page before unchanged, or leave it out to begin anew."
        );
    }
}
