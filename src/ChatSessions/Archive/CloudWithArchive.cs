using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Archive;

/// <summary>
/// LlamaCloud backed by the archive. It decides whether a session comes from memory, from LlamaCloud, or from the archive's copy. Fetched
/// sessions are saved. The copy is served if LlamaCloud no longer has the session, refuses, fails, or takes too long, and it says which. A
/// fetch that takes too long continues, and its session is saved and kept for the next request.
/// </summary>
/// <param name="owner">The owner of the sessions that a caller reads.</param>
public sealed class CloudWithArchive(
    ISessionSource cloud,
    ISessionArchive archive,
    Func<Caller, string> owner,
    SessionCache memory,
    TimeProvider time,
    ILogger<CloudWithArchive> logger
) : ISessionSource, IAsyncDisposable, IDisposable
{
    private const int PageSize = 200;

    private static readonly IReadOnlySet<string> NoIds = new HashSet<string>();

    private readonly CloudPatience patience = new(cloud.Name, time, logger);
    private readonly SaveQueue saves = new(archive, time, logger);

    /// <inheritdoc/>
    public string Name => cloud.Name;

    /// <inheritdoc/>
    public bool IsLocal => false;

    /// <inheritdoc/>
    public bool IsFor(Caller caller) => cloud.IsFor(caller);

    /// <inheritdoc/>
    public TimeSpan PollInterval => cloud.PollInterval;

    /// <summary>Waits until every session read so far is saved, or has failed to save.</summary>
    public Task SavedAsync() => saves.SavedAsync();

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken)
    {
        var (session, failure) = await patience.AskAsync(
            until => FetchAsync(sessionId, kept, caller, until),
            () => HasCopyAsync(sessionId, caller, cancellationToken),
            caller,
            cancellationToken
        );
        if (session is not null)
            return session;
        return await FindCopyAsync(sessionId, failure, caller, cancellationToken) ?? (failure is null ? null : throw failure);
    }

    /// <inheritdoc/>
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
        var atCloud = filter with { Outcome = null };
        var (listed, failure) = await patience.AskAsync(
            async until => await cloud.ListAsync(caller, atCloud, after, until).ToListAsync(until),
            () => HasCopyAsync(sessionId: null, caller, cancellationToken),
            caller,
            cancellationToken
        );
        if (failure is not null)
            failed(failure);
        var current = new Queue<SessionSummary>((listed ?? []).SelectMany(page => page));
        await using var copies = archive.PagesAsync(owner(caller), filter, after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextCopiesAsync() is { } page)
        {
            var known = listed is null ? NoIds : await FindListedAtCloudAsync(page, caller, failed, cancellationToken);
            var merged = new List<SessionSummary>();
            foreach (var copy in page.Where(summary => !known.Contains(summary.SessionId)))
            {
                while (current.TryPeek(out var next) && IsBefore(next, copy))
                    merged.Add(current.Dequeue());
                merged.Add(copy);
            }
            yield return await WithEventsAsync(merged);
        }
        foreach (var rest in current.Chunk(PageSize))
            yield return await WithEventsAsync(rest);

        // The list of LlamaCloud knows only the job metadata and the recorded title; a current copy knows the events.
        async Task<IReadOnlyList<SessionSummary>> WithEventsAsync(IReadOnlyList<SessionSummary> page)
        {
            IReadOnlyDictionary<string, SessionSummary> known = new Dictionary<string, SessionSummary>();
            try
            {
                known = await archive.FindCurrentAsync(
                    owner(caller),
                    [.. page.Where(summary => summary.OutcomeOfEvents is null)],
                    cancellationToken
                );
            }
            catch (ChatSessionException exception) when (exception.IsSourceFailure)
            {
                // Reported where the copies are read.
            }
            return
            [
                .. page.Select(summary =>
                        known.TryGetValue(summary.SessionId, out var saved)
                            ? summary with
                            {
                                GeneratedTitle = saved.GeneratedTitle,
                                OutcomeOfEvents = saved.OutcomeOfEvents,
                                Facts = saved.Facts,
                            }
                            : summary
                    )
                    .Where(filter.Matches),
            ];
        }

        async Task<IReadOnlyList<SessionSummary>?> NextCopiesAsync()
        {
            try
            {
                return await copies.MoveNextAsync() ? copies.Current : null;
            }
            catch (ChatSessionException exception) when (exception.IsSourceFailure)
            {
                failed(exception);
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var (listed, _) = await patience.AskAsync(
            async until => await cloud.FindListedAsync(sessionIds, caller, until),
            () => HasCopyAsync(sessionId: null, caller, cancellationToken),
            caller,
            cancellationToken
        );
        try
        {
            var copied = await archive.FindKnownAsync(owner(caller), sessionIds, cancellationToken);
            return copied.Concat(listed ?? NoIds).ToHashSet();
        }
        catch (ChatSessionException exception) when (exception.IsSourceFailure && listed is not null)
        {
            return listed;
        }
    }

    /// <summary>A copy's version comes from LlamaCloud's summary, so it is the same whether LlamaCloud or the archive answers.</summary>
    public async Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken)
    {
        var (version, failure) = isPoll
            ? (await cloud.FindVersionAsync(sessionId, isPoll, caller, cancellationToken), null)
            : await patience.AskAsync(
                until => cloud.FindVersionAsync(sessionId, isPoll, caller, until),
                () => HasCopyAsync(sessionId, caller, cancellationToken),
                caller,
                cancellationToken
            );
        if (version is not null)
            return version;
        return await archive.FindSummaryAsync(owner(caller), sessionId, cancellationToken) is { } copy ? SessionVersion.From(copy)
            : failure is null ? null
            : throw failure;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        int count,
        bool isPoll,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var (newest, failure) = isPoll
            ? (await cloud.FindNewestAsync(count, isPoll, caller, cancellationToken), null)
            : await patience.AskAsync(
                async until => await cloud.FindNewestAsync(count, isPoll, caller, until),
                () => HasCopyAsync(sessionId: null, caller, cancellationToken),
                caller,
                cancellationToken
            );
        IReadOnlyList<SessionSummary> copies = [];
        try
        {
            copies = await archive.ListAsync(owner(caller), SessionFilter.Usual, after: null, count, cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.IsSourceFailure && newest is not null)
        {
            // What LlamaCloud has is the newest, except for what it no longer has.
        }
        if (copies.Count == 0 && failure is not null)
            throw failure;
        return
        [
            .. (newest ?? [])
                .Concat(copies)
                .DistinctBy(summary => summary.SessionId)
                .OrderBy(SessionPlace.From, SessionPlace.NewestFirst)
                .Take(count),
        ];
    }

    /// <summary>Waits briefly for pending saves.</summary>
    public async ValueTask DisposeAsync()
    {
        await patience.DisposeAsync();
        await saves.DisposeAsync();
    }

    /// <summary>Abandons pending saves.</summary>
    public void Dispose()
    {
        patience.Dispose();
        saves.Dispose();
    }

    private async Task<Session?> FetchAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken)
    {
        var session = await cloud.FindAsync(sessionId, kept, caller, cancellationToken);
        if (session is not null && (session != kept || saves.IsUnsaved(owner(caller), session)))
            saves.Add(owner(caller), new ArchivedSession(session, SessionOrigin.LlamaCloud, time.GetUtcNow()));
        if (session is not null && session != kept)
            // The caller may already have been answered with the copy; then nothing else would put this session into memory.
            memory.Keep(this, caller, session);
        return session;
    }

    /// <param name="failure">Why LlamaCloud does not answer; null if it does not have the session.</param>
    private async Task<Session?> FindCopyAsync(
        string sessionId,
        ChatSessionException? failure,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (await archive.FindAsync(owner(caller), sessionId, cancellationToken) is not { } copy)
                return null;
            var (session, reason) = (copy.Session, ReasonOf(failure));
            return new Session(session.Summary, session.Events, session.Json) { Copy = new Copy(copy.FetchedAt, reason) };
        }
        catch (ChatSessionException) when (failure is not null)
        {
            // Report LlamaCloud's failure: the user should fix that before the copy.
            return null;
        }
    }

    private string ReasonOf(ChatSessionException? failure) =>
        failure switch
        {
            null => $"{Name} no longer has this session",
            { Cause: { } cause } => cause,
            { Error: ChatSessionError.Unauthorized } => $"{Name} refused the API key",
            { Error: ChatSessionError.InvalidSession } => $"{Name} sent something that is not a session",
            { Error: ChatSessionError.TooLarge } => $"{Name} sent a session over the size limit",
            _ => $"{Name} does not answer",
        };

    /// <summary>Whether the archive can answer. An unreadable archive counts as no, so that the caller waits for LlamaCloud.</summary>
    /// <param name="sessionId">The requested session; null for the list.</param>
    private async Task<bool> HasCopyAsync(string? sessionId, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return sessionId is null
                ? await archive.ListAsync(owner(caller), SessionFilter.All, after: null, limit: 1, cancellationToken) is [_, ..]
                : await archive.FindSummaryAsync(owner(caller), sessionId, cancellationToken) is not null;
        }
        catch (ChatSessionException)
        {
            return false;
        }
    }

    private async Task<IReadOnlySet<string>> FindListedAtCloudAsync(
        IReadOnlyList<SessionSummary> page,
        Caller caller,
        Action<ChatSessionException> failed,
        CancellationToken cancellationToken
    )
    {
        var ids = page.Select(summary => summary.SessionId).ToList();
        var (listed, failure) = await patience.AskAsync(
            async until => await cloud.FindListedAsync(ids, caller, until),
            () => Task.FromResult(true),
            caller,
            cancellationToken
        );
        if (failure is not null)
            failed(failure);
        return listed ?? NoIds;
    }

    private static bool IsBefore(SessionSummary one, SessionSummary other) =>
        SessionPlace.NewestFirst.Compare(SessionPlace.From(one), SessionPlace.From(other)) < 0;
}
