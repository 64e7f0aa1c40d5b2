using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>
/// Brings into an archive what changed at a source: what the archive does not have, and what was updated since. Each session is saved as it
/// comes, so a sync that was interrupted continues where it was. A session that the source fails to give is tried again at the end.
/// </summary>
/// <param name="source">Where the sessions are; it is asked one question at a time.</param>
/// <param name="owner">Who owns what is brought.</param>
public sealed class ArchiveSync(ISessionSource source, ISessionArchive archive, string owner, TimeProvider time)
{
    /// <summary>Limits of requests are counted by the minute: who was refused in one is answered in the next.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMinutes(1);

    /// <summary>After so many failures in a row it is asked whether the source answers at all.</summary>
    private const int MostInARow = 3;

    /// <summary>Brings what changed, what was updated longest ago first, so that what the archive has is without gaps wherever it ends.</summary>
    /// <param name="broken">Called for each session that cannot be read, or saved; the others are brought.</param>
    /// <returns>After each session how far the sync is; once before the first.</returns>
    /// <exception cref="ChatSessionException">
    /// The source or the archive cannot be reached, not even a minute later. What was brought stays.
    /// </exception>
    public async IAsyncEnumerable<SyncProgress> RunAsync(
        Caller caller,
        Action<ChatSessionException> broken,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var listed = await ListPatientlyAsync(caller, cancellationToken);
        var copies = archive.PagesAsync(owner, SessionFilter.All, after: null, cancellationToken);
        var had = (await ListAsync(copies, cancellationToken)).ToDictionary(summary => summary.SessionId);
        var changed = listed
            .Where(summary => !had.TryGetValue(summary.SessionId, out var copy) || !IsSame(copy, summary))
            .Select(summary => summary.SessionId)
            .Reverse()
            .ToList();

        var progress = new SyncProgress(listed.Count, changed.Count);
        yield return progress;
        var (failed, inARow) = (new List<string>(), 0);
        foreach (var sessionId in changed)
        {
            var (session, failure) = await FetchAsync(sessionId, caller, cancellationToken);
            if (failure is { IsSourceFailure: true })
            {
                failed.Add(sessionId);
                // Where the list is answered, it is these sessions that cannot be had, and the next may be.
                if (++inARow % MostInARow == 0)
                    await ListPatientlyAsync(caller, cancellationToken);
                continue;
            }
            inARow = 0;
            progress = await SaveAsync(session, failure, progress, broken, cancellationToken);
            yield return progress;
        }

        if (inARow > 0)
            await Task.Delay(Breath, time, cancellationToken);
        foreach (var sessionId in failed)
        {
            var (session, failure) = await FetchAsync(sessionId, caller, cancellationToken);
            progress = await SaveAsync(session, failure, progress, broken, cancellationToken);
            yield return progress;
        }
    }

    private async Task<(ArchivedSession? Session, ChatSessionException? Failure)> FetchAsync(
        string sessionId,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var at = time.GetUtcNow();
            var session = await source.FindAsync(sessionId, caller, cancellationToken);
            return (session is null ? null : new ArchivedSession(session, SessionOrigin.LlamaCloud, at), null);
        }
        catch (ChatSessionException exception)
        {
            return (null, exception);
        }
    }

    /// <param name="session">What was fetched; null where it was deleted since it was listed, or could not be fetched.</param>
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

    private async Task<List<SessionSummary>> ListPatientlyAsync(Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync();
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.Unavailable)
        {
            await Task.Delay(Breath, time, cancellationToken);
            return await ListAsync();
        }

        Task<List<SessionSummary>> ListAsync() =>
            ArchiveSync.ListAsync(source.ListAsync(caller, SessionFilter.All, after: null, cancellationToken), cancellationToken);
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

    /// <summary>Where nothing tells when a session was updated, only its bytes tell whether it was.</summary>
    private static bool IsSame(SessionSummary copy, SessionSummary listed) =>
        copy.LastUpdated is { } updated
            ? updated == listed.LastUpdated
            : copy.LastUpdatedAt.Length > 0 && copy.LastUpdatedAt == listed.LastUpdatedAt;
}

/// <summary>How far a sync is.</summary>
/// <param name="Listed">How many sessions the source lists.</param>
/// <param name="Changed">How many of them the archive did not have so.</param>
/// <param name="Added">How many the archive did not have at all.</param>
/// <param name="Replaced">How many take the place of an earlier state.</param>
/// <param name="Unchanged">How many turned out to be what the archive had.</param>
/// <param name="Gone">How many the source had no more when they were asked for.</param>
/// <param name="Broken">How many could not be read or saved.</param>
public sealed record SyncProgress(int Listed, int Changed, int Added = 0, int Replaced = 0, int Unchanged = 0, int Gone = 0, int Broken = 0)
{
    /// <summary>How many of those that changed are done with.</summary>
    public int Done => Added + Replaced + Unchanged + Gone + Broken;
}
