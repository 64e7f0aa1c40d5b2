using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>
/// Brings into an archive what a source lists and the archive does not have so: what is new, and what was updated since. Each session is
/// saved as it comes, so a sync that was broken off goes on where it was.
/// </summary>
/// <param name="source">Where the sessions are; it is asked one question at a time.</param>
/// <param name="owner">Who owns what is brought.</param>
public sealed class ArchiveSync(ISessionSource source, ISessionArchive archive, string owner, TimeProvider time)
{
    /// <summary>Limits of requests are counted by the minute: who was refused in one is answered in the next.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMinutes(1);

    private const int PageSize = 1_000;

    /// <summary>Brings what changed, what was updated longest ago first, so that what the archive has is without gaps wherever it ends.</summary>
    /// <param name="broken">Told of a session that cannot be read, or saved; the others are brought.</param>
    /// <returns>After each session how far the sync is; once before the first.</returns>
    /// <exception cref="ChatSessionException">
    /// The source or the archive cannot be reached, a minute later neither. What was brought stays.
    /// </exception>
    public async IAsyncEnumerable<SyncProgress> RunAsync(
        Caller caller,
        Action<ChatSessionException> broken,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var listed = await AskPatientlyAsync(
            () => ListAsync(source.ListAsync(caller, SessionFilter.All, after: null, cancellationToken), cancellationToken),
            cancellationToken
        );
        var had = (await ListAsync(ArchivedAsync(cancellationToken), cancellationToken)).ToDictionary(summary => summary.SessionId);
        var changed = listed
            .Where(summary => !had.TryGetValue(summary.SessionId, out var copy) || !IsSame(copy, summary))
            .Reverse()
            .ToList();

        var progress = new SyncProgress(listed.Count, changed.Count);
        yield return progress;
        foreach (var summary in changed)
        {
            progress = await BringAsync(summary.SessionId, caller, progress, broken, cancellationToken);
            yield return progress;
        }
    }

    private async Task<SyncProgress> BringAsync(
        string sessionId,
        Caller caller,
        SyncProgress progress,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var at = time.GetUtcNow();
            var session = await AskPatientlyAsync(() => source.FindAsync(sessionId, caller, cancellationToken), cancellationToken);
            // It was deleted since it was listed.
            if (session is null)
                return progress with { Gone = progress.Gone + 1 };
            var outcome = await archive.SaveAsync(owner, new ArchivedSession(session, SessionOrigin.LlamaCloud, at), cancellationToken);
            return outcome switch
            {
                SaveOutcome.Added => progress with { Added = progress.Added + 1 },
                SaveOutcome.Replaced => progress with { Replaced = progress.Replaced + 1 },
                _ => progress with { Unchanged = progress.Unchanged + 1 },
            };
        }
        catch (ChatSessionException exception) when (!SessionCatalog.IsOfSource(exception))
        {
            broken(exception);
            return progress with { Broken = progress.Broken + 1 };
        }
    }

    private async Task<T> AskPatientlyAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.Unavailable)
        {
            await Task.Delay(Breath, time, cancellationToken);
            return await ask();
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ArchivedAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        SessionPlace? after = null;
        while (await archive.ListAsync(owner, SessionFilter.All, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            yield return page;
            after = SessionPlace.Of(page[^1]);
        }
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
