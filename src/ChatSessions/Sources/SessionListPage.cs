using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>A page of a list, newest first.</summary>
/// <param name="Sessions">The summaries, cleaned for showing.</param>
/// <param name="Total">How many sessions match on all pages, as counted for the first page; counting stops at <see cref="MostCounted"/>.</param>
/// <param name="NextCursor">The cursor of the next page; null on the last one.</param>
/// <param name="Problems">What could not be read, one sentence each; sessions may be missing because of it.</param>
public sealed record SessionListPage(IReadOnlyList<SessionSummary> Sessions, int Total, string? NextCursor, IReadOnlyList<string> Problems)
{
    /// <summary>The subagents of these sessions by the id of their parent, newest first, unless they are listed themselves.</summary>
    public ILookup<string, SessionSummary> Subagents { get; init; } = Array.Empty<SessionSummary>().ToLookup(_ => "");

    /// <summary>Identifies the filter of the list.</summary>
    private uint Filter { get; init; }

    /// <summary>An archive may hold any number of sessions, and counting reads each of them.</summary>
    public const int MostCounted = 500;

    /// <summary>
    /// Reads a page of a catalog's list. The cursor names the last session of the page, so paging works while sessions are added or
    /// removed. It is valid for the same filter alone.
    /// </summary>
    /// <param name="isBrief">Whether only the summaries are wanted, without facts of the events and without subagents.</param>
    /// <exception cref="ChatSessionException">The cursor is invalid or of another filter, or the catalog cannot list.</exception>
    public static async Task<SessionListPage> ReadAsync(
        SessionCatalog catalog,
        SessionFilter filter,
        Caller caller,
        int limit,
        string? cursor,
        CancellationToken cancellationToken,
        bool isBrief = false
    )
    {
        var after = cursor is null ? null : Cursor.Decode(cursor, filter);
        var failures = new List<string>();
        var page = new List<SessionSummary>();
        var (counted, hasMore) = (0, false);
        var list = catalog.ListAsync(
            caller,
            filter,
            Start(filter, after?.Place),
            failure => failures.Add(failure.Message),
            cancellationToken
        );
        await foreach (var summary in list)
        {
            counted++;
            if (page.Count < limit)
                page.Add(summary);
            else
                hasMore = true;
            // Only the first page counts all matches.
            if (hasMore && (after is not null || counted >= MostCounted))
                break;
        }
        var total = after?.Total ?? Math.Min(counted, Math.Max(MostCounted, page.Count));
        var next = hasMore ? new Cursor(SessionPlace.From(page[^1]), total, NumberOf(filter)).Encode() : null;
        var problems = failures.Concat(catalog.ProblemsOf(caller)).ToList();
        if (isBrief)
            return new SessionListPage(page.ConvertAll(catalog.Door.Show), total, next, problems) { Filter = NumberOf(filter) };
        var shown = (await catalog.WithFactsAsync(page, cancellationToken)).ConvertAll(catalog.Door.Show);
        return new SessionListPage(shown, total, next, problems)
        {
            Filter = NumberOf(filter),
            Subagents = await SubagentsAsync(catalog, filter, page, caller, cancellationToken),
        };
    }

    private static async Task<ILookup<string, SessionSummary>> SubagentsAsync(
        SessionCatalog catalog,
        SessionFilter filter,
        List<SessionSummary> page,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var parents = page.Where(summary => summary.Recording is not null).Select(summary => summary.SessionId).ToHashSet();
        IReadOnlyList<SessionSummary> found =
            parents.Count == 0 || filter.Recorded.IncludeSubagents
                ? []
                : await catalog.FindImportedAsync(
                    new SessionFilter { SubagentsOf = parents, Recorded = new(IncludeSubagents: true) },
                    caller,
                    MostCounted,
                    cancellationToken
                );
        return found.Select(catalog.Door.Show).ToLookup(summary => summary.Recording!.Parent!.SessionId);
    }

    /// <summary>The page cut to its first sessions; the cursor continues after the last of them.</summary>
    public SessionListPage First(int count) =>
        count >= Sessions.Count
            ? this
            : this with
            {
                Sessions = [.. Sessions.Take(count)],
                NextCursor = new Cursor(SessionPlace.From(Sessions[count - 1]), Total, Filter).Encode(),
            };

    /// <summary>Skips sessions newer than the filter allows; they come first in the list.</summary>
    private static SessionPlace? Start(SessionFilter filter, SessionPlace? after)
    {
        SessionPlace? latest = filter.UpdatedBefore is { } before ? new SessionPlace(before, "") : null;
        return (latest, after) is ({ } one, { } other) && SessionPlace.NewestFirst.Compare(other, one) > 0 ? after : latest ?? after;
    }

    /// <summary>Identifies a filter: another one gives another number.</summary>
    private static uint NumberOf(SessionFilter filter)
    {
        object?[] parts =
        [
            filter.TitleContains,
            filter.IndexId,
            filter.Outcome,
            filter.UpdatedAfter?.UtcTicks,
            filter.UpdatedBefore?.UtcTicks,
            // The session that does not count may change between two pages.
            filter.Recorded with
            {
                Without = null,
            },
            .. (filter.SubagentsOf ?? Enumerable.Empty<string>()).Order(StringComparer.Ordinal),
        ];
        return Checksum.Compute(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
    }

    private sealed record Cursor(SessionPlace Place, int Total, uint Filter)
    {
        public string Encode() =>
            Base64Url.EncodeToString(
                Encoding.UTF8.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"{Place.LastUpdated:O}\n{Total}\n{Filter}\n{Place.SessionId}")
                )
            );

        public static Cursor Decode(string cursor, SessionFilter filter)
        {
            if (TryDecode(cursor) is not { } read)
                throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    "Invalid cursor. Pass next_cursor of the previous page unchanged, or omit it to start over."
                );
            if (read.Filter != NumberOf(filter))
                throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    "The cursor belongs to another list of sessions. Pass it with the same filters, or omit it to start over."
                );
            return read;
        }

        private static Cursor? TryDecode(string cursor)
        {
            try
            {
                return
                    Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n', 4)
                        is [var updated, var total, var filter, { Length: > 0 } id]
                    && int.TryParse(total, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    && uint.TryParse(filter, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? new Cursor(SessionPlace.From(new SessionSummary(id, updated, null, [], null)), count, number)
                    : null;
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }
}
