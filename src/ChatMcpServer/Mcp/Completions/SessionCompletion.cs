using System.Collections.Concurrent;
using System.Globalization;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Mcp.Completions;

/// <summary>Completes the variables of the resource templates, and the sessions of prompts, while a user types.</summary>
internal sealed class SessionCompletion(SessionCatalog catalog, TimeProvider time)
{
    /// <summary>The maximum that MCP allows in an answer.</summary>
    internal const int MostValues = 100;

    /// <summary>Each typed letter is a request, so the list of sessions is kept for a while.</summary>
    private static readonly TimeSpan ListAge = TimeSpan.FromSeconds(15);

    /// <summary>Older sessions are not completed; a search finds them.</summary>
    private const int MostListed = 5_000;

    /// <summary>How many callers' lists are kept; the oldest list is dropped first.</summary>
    private const int MostCallers = 16;

    private readonly ConcurrentDictionary<Caller, Known> lists = [];

    public async ValueTask<CompleteResult> CompleteAsync(Caller caller, CompleteRequestParams? request, CancellationToken cancellationToken)
    {
        // The protocol requires an argument, but the SDK accepts null.
        if (request?.Argument is null)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                "Missing argument in completion/complete. Pass one such as {\"name\": \"session_id\", \"value\": \"ses-\"}."
            );
        var typed = request.Argument.Value ?? "";
        var values = request.Argument.Name switch
        {
            "session_id" or "other_session_id" => await SessionIdsAsync(caller, typed, cancellationToken),
            "turns" when await FindSessionAsync(caller, request, cancellationToken) is { } session => Turns(session, typed),
            "events" when await FindSessionAsync(caller, request, cancellationToken) is { } session => Numbers(
                session.Events.Select(one => one.Position),
                typed
            ),
            "event" when await FindSessionAsync(caller, request, cancellationToken) is { } session => Numbers(
                session.ToolUses.Select(use => use.Position),
                typed
            ),
            _ => [],
        };
        return new CompleteResult
        {
            Completion = new Completion
            {
                Values = [.. values.Take(MostValues)],
                Total = values.Count,
                HasMore = values.Count > MostValues,
            },
        };
    }

    /// <summary>Ids that start with the typed text, then sessions whose title contains all its words.</summary>
    private async Task<List<string>> SessionIdsAsync(Caller caller, string typed, CancellationToken cancellationToken)
    {
        var sessions = await ListAsync(caller, cancellationToken);
        var words = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var byId = sessions.Where(session => session.SessionId.StartsWith(typed, StringComparison.OrdinalIgnoreCase));
        var byTitle = sessions.Where(session =>
            session.GeneratedTitle is { } title && words.All(word => title.Contains(word, StringComparison.OrdinalIgnoreCase))
        );
        return [.. byId.Concat(byTitle).Select(session => session.SessionId).Distinct()];
    }

    private async Task<List<SessionSummary>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (lists.TryGetValue(caller, out var known) && time.GetElapsedTime(known.At) < ListAge)
            return known.Sessions;
        var sessions = new List<SessionSummary>();
        var newest = catalog.ListAsync(caller, SessionFilter.Usual, after: null, failed: _ => { }, cancellationToken).Take(MostListed);
        await foreach (var session in newest)
        {
            // An id with replaced parts cannot be offered: no session has the changed id. One with codes for hidden characters is understood.
            if (catalog.Door.Replace(session.SessionId, "session_id") == session.SessionId)
                sessions.Add(session with { SessionId = OutgoingText.ShowName(session.SessionId) });
        }
        while (lists.Count >= MostCallers && lists.MinBy(list => list.Value.At) is { Key: { } oldest })
            lists.TryRemove(oldest, out _);
        lists[caller] = new Known(time.GetTimestamp(), sessions);
        return sessions;
    }

    /// <summary>The session chosen in the template so far; null if none is chosen, or it does not exist.</summary>
    private async Task<Session?> FindSessionAsync(Caller caller, CompleteRequestParams request, CancellationToken cancellationToken)
    {
        if (request.Context?.Arguments?.TryGetValue("session_id", out var id) is not true)
            return null;
        try
        {
            return await catalog.GetAsync(id, caller, cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.Error is ChatSessionError.NotFound or ChatSessionError.InvalidArgument)
        {
            // While the user is typing, an empty list is better than an error.
            return null;
        }
    }

    private static List<string> Turns(Session session, string typed)
    {
        var count = session.Turns.Length;
        IEnumerable<string> values = Enumerable.Range(1, count).Select(turn => turn.ToString(CultureInfo.InvariantCulture));
        if (count > 1)
            values = values.Append("last").Append($"1-{count}");
        if (count > 3)
            values = values.Append("last 3");
        return [.. values.Where(value => value.StartsWith(typed, StringComparison.OrdinalIgnoreCase))];
    }

    private static List<string> Numbers(IEnumerable<int> positions, string typed) =>
        [
            .. positions
                .Select(position => position.ToString(CultureInfo.InvariantCulture))
                .Where(value => value.StartsWith(typed, StringComparison.Ordinal)),
        ];

    /// <summary>A list of sessions and when it was read.</summary>
    private sealed record Known(long At, List<SessionSummary> Sessions);
}
