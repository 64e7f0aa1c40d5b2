using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>
/// Copies new and updated sessions from a source into an archive. Each session is saved as it arrives, so an interrupted sync continues
/// where it stopped. A session that the source fails to deliver is tried again at the end.
/// </summary>
/// <param name="source">The source; it gets one request at a time.</param>
/// <param name="owner">The owner of the copies.</param>
public sealed class ArchiveSync(ISessionSource source, ISessionArchive archive, string owner, TimeProvider time)
{
    /// <summary>Rate limits are counted per minute, so a request refused now will be accepted in the next minute.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMinutes(1);

    /// <summary>A source that answers at all usually does so sooner.</summary>
    public static TimeSpan LongSilence { get; } = TimeSpan.FromSeconds(10);

    /// <summary>After this many failures in a row, the list is read to check that the source answers at all.</summary>
    private const int MostInARow = 3;

    /// <summary>Copies what changed, oldest update first, so that the archive has no gaps if the sync stops early.</summary>
    /// <param name="broken">Called for each session that cannot be read or saved; the sync continues with the others.</param>
    /// <param name="waiting">Called with what failed before a minute's wait, after which it is tried again.</param>
    /// <param name="silent">Called when the source has not answered a request for <see cref="LongSilence"/>, and is waited for.</param>
    /// <returns>The progress, once before the first session and then after each.</returns>
    /// <exception cref="ChatSessionException">
    /// The source or the archive cannot be reached, even after waiting a minute. Sessions copied so far stay in the archive.
    /// </exception>
    public async IAsyncEnumerable<SyncProgress> RunAsync(
        Caller caller,
        Action<ChatSessionException> broken,
        Action<ChatSessionException> waiting,
        Action silent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var listed = await ListPatientlyAsync(caller, waiting, silent, cancellationToken);
        var copies = archive.PagesAsync(owner, SessionFilter.All, after: null, cancellationToken);
        var had = (await ListAsync(copies, cancellationToken)).ToDictionary(summary => summary.SessionId);
        var deleted = await archive.FindDeletedAsync(owner, listed, cancellationToken);
        var changed = listed
            .Where(summary =>
                !deleted.Contains(summary.SessionId) && (!had.TryGetValue(summary.SessionId, out var copy) || !IsSame(copy, summary))
            )
            .Select(summary => summary.SessionId)
            .Reverse()
            .ToList();

        var progress = new SyncProgress(listed.Count, changed.Count);
        yield return progress;
        var (failed, inARow, last) = (new List<string>(), 0, default(ChatSessionException));
        foreach (var sessionId in changed)
        {
            var (session, failure) = await FetchAsync(sessionId, caller, silent, cancellationToken);
            if (failure is { IsSourceFailure: true })
            {
                failed.Add(sessionId);
                last = failure;
                // If the source answers the list, only these sessions fail, and the next may work.
                if (++inARow % MostInARow == 0)
                    await ListPatientlyAsync(caller, waiting, silent, cancellationToken);
                continue;
            }
            inARow = 0;
            progress = await SaveAsync(session, failure, progress, broken, cancellationToken);
            yield return progress;
        }

        if (inARow > 0)
        {
            waiting(last!);
            await Task.Delay(Breath, time, cancellationToken);
        }
        foreach (var sessionId in failed)
        {
            var (session, failure) = await FetchAsync(sessionId, caller, silent, cancellationToken);
            progress = await SaveAsync(session, failure, progress, broken, cancellationToken);
            yield return progress;
        }
    }

    private async Task<(ArchivedSession? Session, ChatSessionException? Failure)> FetchAsync(
        string sessionId,
        Caller caller,
        Action silent,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var at = time.GetUtcNow();
            var session = await AnswerAsync(source.FindAsync(sessionId, caller, cancellationToken), silent, cancellationToken);
            return (session is null ? null : new ArchivedSession(session, SessionOrigin.LlamaCloud, at), null);
        }
        catch (ChatSessionException exception)
        {
            return (null, exception);
        }
    }

    /// <param name="session">The fetched session; null if it was deleted since it was listed, or could not be fetched.</param>
    private async Task<SyncProgress> SaveAsync(
        ArchivedSession? session,
        ChatSessionException? failure,
        SyncProgress progress,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (failure is null && session is null)
                return progress with { Gone = progress.Gone + 1 };
            if (failure is null)
                return await archive.SaveAsync(owner, session!, cancellationToken) switch
                {
                    SaveOutcome.Added => progress with { Added = progress.Added + 1 },
                    SaveOutcome.Replaced => progress with { Replaced = progress.Replaced + 1 },
                    _ => progress with { Unchanged = progress.Unchanged + 1 },
                };
        }
        catch (ChatSessionException exception) when (!exception.IsSourceFailure)
        {
            failure = exception;
        }
        broken(failure);
        return progress with { Broken = progress.Broken + 1 };
    }

    private async Task<List<SessionSummary>> ListPatientlyAsync(
        Caller caller,
        Action<ChatSessionException> waiting,
        Action silent,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await ListAsync();
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.Unavailable)
        {
            waiting(exception);
            await Task.Delay(Breath, time, cancellationToken);
            return await ListAsync();
        }

        async Task<List<SessionSummary>> ListAsync()
        {
            var all = new List<SessionSummary>();
            await using var pages = source
                .ListAsync(caller, SessionFilter.All, after: null, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await AnswerAsync(pages.MoveNextAsync().AsTask(), silent, cancellationToken))
                all.AddRange(pages.Current);
            return all;
        }
    }

    private async Task<T> AnswerAsync<T>(Task<T> answer, Action silent, CancellationToken cancellationToken)
    {
        if (!answer.IsCompleted)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var silence = Task.Delay(LongSilence, time, end.Token);
            if (await Task.WhenAny(answer, silence) == silence && silence.IsCompletedSuccessfully)
                silent();
            await end.CancelAsync();
        }
        return await answer;
    }

    private static async Task<List<SessionSummary>> ListAsync(
        IAsyncEnumerable<IReadOnlyList<SessionSummary>> pages,
        CancellationToken cancellationToken
    )
    {
        var all = new List<SessionSummary>();
        await foreach (var page in pages.WithCancellation(cancellationToken))
            all.AddRange(page);
        return all;
    }

    /// <summary>Without a known update time the answer is no: only the bytes show whether the session changed.</summary>
    private static bool IsSame(SessionSummary copy, SessionSummary listed) =>
        copy.LastUpdated is { } updated
            ? updated == listed.LastUpdated
            : copy.LastUpdatedAt.Length > 0 && copy.LastUpdatedAt == listed.LastUpdatedAt;
}

/// <summary>The progress of a sync, in numbers of sessions.</summary>
/// <param name="Listed">Sessions that the source lists.</param>
/// <param name="Changed">Listed sessions that are new or were updated.</param>
/// <param name="Added">Sessions that the archive did not have.</param>
/// <param name="Replaced">Sessions that replaced an earlier state.</param>
/// <param name="Unchanged">Sessions that turned out to be the same as the archive's copy.</param>
/// <param name="Gone">Sessions that the source no longer had when they were fetched.</param>
/// <param name="Broken">Sessions that could not be read or saved.</param>
public sealed record SyncProgress(int Listed, int Changed, int Added = 0, int Replaced = 0, int Unchanged = 0, int Gone = 0, int Broken = 0)
{
    /// <summary>How many of the changed sessions are finished.</summary>
    public int Done => Added + Replaced + Unchanged + Gone + Broken;
}
