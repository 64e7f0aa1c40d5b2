using System.Runtime.CompilerServices;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// The sessions of a LlamaCloud project, or of your own installation, through its chat API. Created by
/// <see cref="LlamaCloudServices.AddLlamaCloud"/>; makes no request until it is used.
/// </summary>
public sealed class LlamaCloudSource : ISessionSource, IAttachmentSource, IDisposable
{
    private const string Chat = "/api/v1/chat";
    private const string Attachments = "/api/v1/beta/attachments/";

    /// <summary>The API has no search, so reading the list costs all of its pages. A fetched list is reused for this long.</summary>
    private static readonly TimeSpan ListAge = TimeSpan.FromSeconds(10);

    private const int MostLists = 64;

    private const int MostKeys = 1_000;

    private const int MostOutcomes = 4_096;

    private readonly LastUsed<Caller, FetchedList> lists = new(MostLists);
    private readonly LastUsed<(Caller, string SessionId), (string Updated, RunOutcome Outcome)> outcomes = new(MostOutcomes);
    private readonly SingleFlight<Caller, SessionListing> flights = new();
    private readonly LlamaCloudApi api;
    private readonly AttachmentStore store;
    private readonly LlamaCloudOptions options;
    private readonly TimeProvider time;

    /// <summary>LlamaCloud counts the requests of each key.</summary>
    private readonly LastUsed<string, PollLimit> polls = new(MostKeys);

    internal LlamaCloudSource(LlamaCloudApi api, AttachmentStore store, LlamaCloudOptions options, TimeProvider time)
    {
        this.time = time;
        this.api = api;
        this.store = store;
        this.options = options;
    }

    /// <inheritdoc/>
    public string Name => api.Failure.Peer;

    /// <inheritdoc/>
    public bool IsFor(Caller caller) => options.KeyOf(caller) is not null;

    /// <summary>Finds a session's summary without its events; null if there is no such session.</summary>
    public async Task<SessionSummary?> FindSummaryAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        var path = $"{Chat}/{RequestPath.Segment("session id", sessionId)}/summary{RequestPath.Query(Project(caller))}";
        var what = $"the summary of session '{sessionId}'";
        return await api.FindAsync(path, KeyOf(caller), what, utf8 => SessionJson.ReadSummary(utf8, Origin(what)), cancellationToken);
    }

    /// <summary>Finds a whole session. If it is in memory with an update time, a small request checks whether it has changed.</summary>
    public async Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken)
    {
        if (
            kept is { Summary.LastUpdatedAt: { Length: > 0 } updated }
            && await FindSummaryAsync(sessionId, caller, cancellationToken) is { } summary
            && summary.LastUpdatedAt == updated
        )
            return kept;
        var path = $"{Chat}/{RequestPath.Segment("session id", sessionId)}{RequestPath.Query(Project(caller))}";
        var what = $"session '{sessionId}'";
        var session = await api.FindAsync(path, KeyOf(caller), what, utf8 => SessionJson.Read(utf8, Origin(what)), cancellationToken);
        if (session is not null)
            outcomes.Set((caller, sessionId), (session.Summary.LastUpdatedAt, session.Outcome));
        return session;
    }

    /// <summary>
    /// Lists the sessions, at most ten seconds old, on one page. The API promises no order, so all pages must be read first. If a session was
    /// read and has not changed since, its outcome is that of its events; the API's list has only the job metadata.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (filter.IsOfImports)
            yield break;
        var listed = (await ListAsync(caller, cancellationToken)).After(after, filter with { Outcome = null });
        yield return [.. listed.Select(summary => WithOutcome(summary, caller)).Where(filter.Matches)];
    }

    private SessionSummary WithOutcome(SessionSummary summary, Caller caller) =>
        outcomes.TryGet((caller, summary.SessionId), out var read) && read.Updated.Length > 0 && read.Updated == summary.LastUpdatedAt
            ? summary with
            {
                OutcomeOfEvents = read.Outcome,
            }
            : summary;

    /// <inheritdoc/>
    public async Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    ) => (await ListAsync(caller, cancellationToken)).Known(sessionIds);

    /// <inheritdoc/>
    public bool IsLocal => false;

    /// <inheritdoc/>
    public TimeSpan PollInterval => TimeSpan.FromSeconds(30);

    /// <summary>Taken from the summary. A poll may be delayed to stay within the rate limit.</summary>
    public async Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken)
    {
        if (isPoll)
            await PollsOf(caller).WaitAsync(requests: 1, cancellationToken);
        return await FindSummaryAsync(sessionId, caller, cancellationToken) is { } summary ? SessionVersion.From(summary) : null;
    }

    /// <summary>Reads the whole list. A poll may be delayed to stay within the rate limit.</summary>
    public async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        int count,
        bool isPoll,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (isPoll && FreshList(caller) is null)
            await PollsOf(caller).WaitAsync(lists.TryGet(caller, out var last) ? last.Requests : 1, cancellationToken);
        return [.. (await ListAsync(caller, cancellationToken)).After(null, SessionFilter.Usual).Take(count)];
    }

    private SessionListing? FreshList(Caller caller) =>
        lists.TryGet(caller, out var last) && time.GetElapsedTime(last.At) < ListAge ? last.List : null;

    private Task<SessionListing> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        FreshList(caller) is { } list
            ? Task.FromResult(list)
            : flights.RunAsync(caller, cancelled => FetchListAsync(caller, cancelled), cancellationToken);

    private async Task<SessionListing> FetchListAsync(Caller caller, CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        var requests = 0;
        var byId = new Dictionary<string, SessionSummary>();
        await foreach (var page in PagesAsync(caller, cancellationToken))
        {
            requests++;
            foreach (var summary in page)
                byId.TryAdd(summary.SessionId, summary);
        }
        var list = new SessionListing(byId.Values);
        lists.Set(caller, new FetchedList(at, list, Math.Max(1, requests)));
        return list;
    }

    private async IAsyncEnumerable<IReadOnlyList<SessionSummary>> PagesAsync(
        Caller caller,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        const string what = "the list of sessions";
        var project = Project(caller);
        var seen = new HashSet<string>();
        string? token = null;
        do
        {
            // No page_size: the sizes the API accepts are not documented. The token is escaped, since it may contain anything.
            var path = Chat + RequestPath.Query(project, token is null ? "" : "&page_token=" + Uri.EscapeDataString(token));
            var page =
                await PageAsync(path, KeyOf(caller), what, cancellationToken) ?? throw api.Failure.Unexpected(what, "it has no 'items'");
            if (page.Sessions.Count == 0)
                yield break;
            yield return page.Sessions;
            token = page.NextToken;
            if (token is not null && !seen.Add(token))
                throw api.Failure.Unexpected(what, "it names the same next page twice, so the list would never end");
        } while (token is not null);
    }

    private async Task<SessionPage?> PageAsync(string path, CloudKey key, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync(path, key, what, utf8 => SessionPage.Read(utf8, Origin(what)), cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.InvalidSession)
        {
            // The list is no input of the caller's. As a failure of the source it does not keep other sources from being listed.
            throw api.Failure.Unexpected(what, "one of its 'items' is not a session");
        }
    }

    /// <inheritdoc/>
    public async Task<Attachment?> FindAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken)
    {
        var query = RequestPath.Query(RequestPath.Parameter("source_id", image.SourceId), Project(caller));
        var path = Attachments + RequestPath.Segment("attachment name", image.AttachmentName) + query;
        var what = $"attachment '{image.AttachmentName}' of source '{image.SourceId}'";
        var address = await api.FindAsync(
            path,
            KeyOf(caller),
            what,
            utf8 => PresignedAddress.Read(utf8) ?? throw api.Failure.Unexpected(what, "it has no 'url'"),
            cancellationToken
        );
        return address is null ? null : await store.FindAsync(address.Url, what, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var limit in polls.Values)
            limit.Dispose();
    }

    private string Origin(string what) => $"The answer from {Name} for {what}";

    private string Project(Caller caller) =>
        RequestPath.UuidParameter("project_id", caller.Scope.ProjectId ?? KeyOf(caller).ProjectId)
        + RequestPath.UuidParameter("organization_id", caller.Scope.OrganizationId ?? KeyOf(caller).OrganizationId);

    /// <exception cref="ChatSessionException">The caller has no key.</exception>
    private CloudKey KeyOf(Caller caller) =>
        options.KeyOf(caller)
        ?? throw new ChatSessionException(
            ChatSessionError.Unauthorized,
            $"You have no key for {Name}. Send one in the header X-LlamaCloud-Api-Key, or ask the operator of this server to add one."
        );

    private PollLimit PollsOf(Caller caller)
    {
        var key = KeyOf(caller).ApiKey;
        lock (polls)
        {
            if (!polls.TryGet(key, out var limit))
                polls.Set(key, limit = new PollLimit(time));
            return limit;
        }
    }

    /// <summary>A list, the time it was fetched, and how many requests it took.</summary>
    private sealed record FetchedList(long At, SessionListing List, int Requests);
}
