using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Archive;

/// <summary>
/// LlamaCloud together with what the archive has of it. It decides whether a session comes from memory, is fetched, or is the archive's
/// copy. What is fetched is saved. A copy is served where LlamaCloud does not have the session any more, refuses, fails, or takes too long;
/// the copy says which. A fetch that takes too long goes on, and what it brings is saved and kept for the next question.
/// </summary>
/// <param name="owner">Who owns what a caller reads.</param>
public sealed class CloudWithArchive(
    ISessionSource cloud,
    ISessionArchive archive,
    Func<Caller, string> owner,
    SessionCache memory,
    TimeProvider time,
    ILogger<CloudWithArchive> logger
) : ISessionSource, IAsyncDisposable, IDisposable
{
    /// <summary>How long to wait for an answer where the archive has one.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(4);

    /// <summary>How long after a failure not to ask again where the archive has an answer.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    private const int MostCallers = 16;

    private static readonly IReadOnlySet<string> NoIds = new HashSet<string>();

    private readonly LastUsed<Caller, Failure> failures = new(MostCallers);
    private readonly SaveQueue saves = new(archive, time, logger);
    private readonly CancellationTokenSource stop = new();

    /// <inheritdoc/>
    public string Name => cloud.Name;

    /// <inheritdoc/>
    public TimeSpan PollInterval => cloud.PollInterval;

    /// <summary>Waits until all that was read so far is saved, or could not be.</summary>
    public Task SavedAsync() => saves.SavedAsync();

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken)
    {
        var (session, failure) = await AskAsync(
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
        var (listed, failure) = await AskAsync(
            async until => await cloud.ListAsync(caller, filter, after, until).ToListAsync(until),
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
            yield return merged;
        }
        yield return [.. current];

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
        var (listed, _) = await AskAsync(
            async until => await cloud.FindListedAsync(sessionIds, caller, until),
            () => HasCopyAsync(sessionId: null, caller, cancellationToken),
            caller,
            cancellationToken
        );
        var copied = await archive.FindKnownAsync(owner(caller), sessionIds, cancellationToken);
        return copied.Concat(listed ?? NoIds).ToHashSet();
    }

    /// <summary>A copy's version is what LlamaCloud says of it, so that it is the same from either.</summary>
    public async Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken)
    {
        var (version, failure) = isPoll
            ? (await cloud.FindVersionAsync(sessionId, isPoll, caller, cancellationToken), null)
            : await AskAsync(
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
            : await AskAsync(
                async until => await cloud.FindNewestAsync(count, isPoll, caller, until),
                () => HasCopyAsync(sessionId: null, caller, cancellationToken),
                caller,
                cancellationToken
            );
        var copies = await archive.ListAsync(owner(caller), SessionFilter.All, after: null, count, cancellationToken);
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

    /// <summary>Waits a moment for what is still to be saved.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await saves.DisposeAsync();
    }

    /// <summary>Gives up what is still to be saved.</summary>
    public void Dispose()
    {
        stop.Cancel();
        saves.Dispose();
    }

    /// <summary>
    /// Asks LlamaCloud. Where the archive can answer instead, LlamaCloud has <see cref="Silence"/> to do so, and is not asked at all for
    /// some time after it failed.
    /// </summary>
    /// <param name="ask">Its token is cancelled when the caller gives up. It is not when the archive answers: what comes late is not lost.</param>
    /// <returns>The answer, or why there is none.</returns>
    private async Task<(T? Answer, ChatSessionException? Failure)> AskAsync<T>(
        Func<CancellationToken, Task<T?>> ask,
        Func<Task<bool>> hasCopy,
        Caller caller,
        CancellationToken cancellationToken
    )
        where T : class
    {
        if (failures.TryGet(caller, out var last) && time.GetElapsedTime(last.At) < Rest && await hasCopy())
            return (null, last.Reason);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var silence = Task.Delay(Silence, time, over.Token);
        var giveUp = new CancellationTokenSource();
        var isAwaited = true;
        var answer = AnswerAsync();
        try
        {
            await Task.WhenAny(answer, silence);
            if (silence.IsCompletedSuccessfully && await hasCopy() && !answer.IsCompleted)
            {
                isAwaited = false;
                _ = StayAsync(answer, giveUp);
                return (null, Fail($"has not answered within {Silence.TotalSeconds:0} s", "does not answer"));
            }
            return await answer.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            isAwaited = false;
            _ = StayAsync(answer, giveUp);
            await giveUp.CancelAsync();
            Fail("had not answered when the previous request was cancelled");
            throw;
        }
        finally
        {
            await over.CancelAsync();
        }

        async Task<(T?, ChatSessionException?)> AnswerAsync()
        {
            try
            {
                var answered = await ask(giveUp.Token);
                failures.Remove(caller);
                return (answered, null);
            }
            catch (ChatSessionException exception) when (exception.IsSourceFailure)
            {
                // What is not awaited any more was counted as a failure then; LlamaCloud may have answered others since.
                if (isAwaited && exception.Error == ChatSessionError.Unavailable)
                    failures.Set(caller, new Failure(time.GetTimestamp(), exception));
                return (null, exception);
            }
        }

        ChatSessionException Fail(string what, string? cause = null)
        {
            var failure = new ChatSessionException(
                ChatSessionError.Unavailable,
                $"{Name} {what}. Try again in a minute, and check the network."
            )
            {
                Cause = $"{Name} {cause ?? what}",
            };
            failures.Set(caller, new Failure(time.GetTimestamp(), failure));
            return failure;
        }
    }

    /// <summary>Sees a question to its end that nobody waits for, unless the process ends first.</summary>
    private async Task StayAsync(Task answer, CancellationTokenSource giveUp)
    {
        try
        {
            await using var end = stop.Token.Register(giveUp.Cancel);
            await answer;
        }
        catch (OperationCanceledException)
        {
            // Given up, by its caller or at the end of the process.
        }
        catch (Exception exception)
        {
            logger.LateAnswerFailed(Name, exception.Message);
        }
    }

    private async Task<Session?> FetchAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken)
    {
        var session = await cloud.FindAsync(sessionId, kept, caller, cancellationToken);
        if (session is not null && session != kept)
        {
            saves.Add(owner(caller), new ArchivedSession(session, SessionOrigin.LlamaCloud, time.GetUtcNow()));
            // Whoever asked may have been answered by a copy meanwhile.
            memory.Keep(this, caller, session);
        }
        return session;
    }

    /// <param name="failure">Why LlamaCloud does not answer; null where it does not have the session.</param>
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
            // What is wrong with the copy is not what the caller should put right first.
            return null;
        }
    }

    private string ReasonOf(ChatSessionException? failure) =>
        failure switch
        {
            null => $"{Name} no longer has this session",
            { Cause: { } cause } => cause,
            { Error: ChatSessionError.Unauthorized } => $"{Name} refused the API key",
            _ => $"{Name} does not answer",
        };

    /// <summary>Whether the archive can answer. One that cannot be read keeps nobody from waiting for LlamaCloud.</summary>
    /// <param name="sessionId">The session that is asked for; null for the list.</param>
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
        var (listed, failure) = await AskAsync(
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

    private sealed record Failure(long At, ChatSessionException Reason);
}
