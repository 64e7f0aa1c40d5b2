using System.Runtime.CompilerServices;
using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>
/// Copies everything from one archive into another, of either kind: the sessions of all owners with their originals, earlier states, the marks of
/// those that were deleted, and the files that were imported. What the other has already is passed, so that a copy that was stopped goes on where it was.
/// Where each has a state of a session that has something that the other has not, both are kept.
/// </summary>
public sealed class ArchiveCopy(ISessionArchive from, ISessionArchive to, TimeProvider time)
{
    /// <summary>How much JSON is saved at a time.</summary>
    private const long BatchBytes = 16 << 20;

    /// <summary>Originals of sessions are in memory with them.</summary>
    private const int MostInBatch = 200;

    /// <summary>Copies in the order in which the sessions were saved: a search finds the newest first.</summary>
    /// <param name="broken">Called for each session that cannot be read; the copy goes on with the others.</param>
    /// <returns>The progress after each batch.</returns>
    public async IAsyncEnumerable<CopyProgress> RunAsync(
        Action<ChatSessionException> broken,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (progress, left) = (new CopyProgress(0, 0, 0), new List<(string Owner, List<string> Ids, IReadOnlyList<ImportedFile> Files)>());
        foreach (var owner in await from.Maintenance.ListOwnersAsync(cancellationToken))
        {
            // Before the sessions, so that no file is marked whose sessions were saved after these were listed.
            var files = await from.Maintenance.ListImportedAsync(owner, cancellationToken);
            var had = (await to.Maintenance.ListSavedAsync(owner, cancellationToken)).ToHashSet();
            var saved = await from.Maintenance.ListSavedAsync(owner, cancellationToken);
            var ids = saved.Where(session => !had.Contains(session)).Select(session => session.SessionId).ToList();
            progress = progress with { All = progress.All + saved.Count, Had = progress.Had + saved.Count - ids.Count };
            left.Add((owner, ids, files));
        }
        yield return progress;
        foreach (var (owner, ids, files) in left)
        {
            var isWhole = true;
            await foreach (var batch in BatchesAsync(owner, ids, Leave, cancellationToken))
            {
                var copied = await SaveAsync(owner, batch, cancellationToken);
                yield return progress = progress with { Had = progress.Had + batch.Count - copied, Copied = progress.Copied + copied };
            }
            var originals = (await from.ListOriginalsAsync(owner, cancellationToken)).Originals;
            var marks = originals
                .SelectMany(use => use.SessionIds.SelectMany(id => use.Unwanted.Select(unwanted => (id, unwanted))))
                .ToList();
            if (marks.Count > 0)
                await to.Maintenance.AddUnwantedAsync(owner, marks, cancellationToken);
            var there = (await to.Maintenance.ListSavedAsync(owner, cancellationToken))
                .Select(one => DeletedSession.KeyOf(one.SessionId))
                .ToHashSet();
            var deleted = await from.Maintenance.ListDeletedAsync(owner, cancellationToken);
            if (deleted.Any(one => !there.Contains(one.Key)))
                await to.Maintenance.AddDeletedAsync(owner, [.. deleted.Where(one => !there.Contains(one.Key))], cancellationToken);
            // After the sessions, and only if all were copied, so that a file whose sessions are missing is imported again.
            for (var at = 0; isWhole && at < files.Count; )
                at += (
                    await to.SaveImportedAsync(
                        owner,
                        files.Skip(at).Select(file => ((ArchivedSession?)null, (ImportedFile?)file)),
                        time,
                        cancellationToken
                    )
                ).Count;

            void Leave(ChatSessionException reason)
            {
                isWhole = false;
                broken(reason);
            }
        }
        if (await from.Maintenance.KeepsEncodedDataAsync(cancellationToken))
            await to.Maintenance.KeepEncodedDataAsync(keep: true, cancellationToken);
    }

    /// <summary>Saves sessions in their order, and returns how many of them the other archive did not have.</summary>
    private async Task<int> SaveAsync(string owner, List<ArchivedSession> batch, CancellationToken cancellationToken)
    {
        await to.PrepareAsync(owner, batch, cancellationToken);
        var copied = 0;
        for (var at = 0; at < batch.Count; )
        {
            // What LlamaCloud returned last is all that it has. Of other sessions each archive may have something that the other has not.
            var isOfCloud = batch[at].Origin == SessionOrigin.LlamaCloud;
            var some = batch.Skip(at).TakeWhile(one => one.Origin == SessionOrigin.LlamaCloud == isOfCloud).ToList();
            List<SaveOutcome?> outcomes = isOfCloud
                ? [.. await to.SaveAllAsync(owner, some, cancellationToken)]
                : await to.SaveImportedAsync(
                    owner,
                    some.Select(session => ((ArchivedSession?)session, (ImportedFile?)null)),
                    time,
                    cancellationToken
                );
            copied += outcomes.Count(outcome => outcome is SaveOutcome.Added or SaveOutcome.Replaced or SaveOutcome.KeptBoth);
            at += outcomes.Count;
        }
        return copied;
    }

    private async IAsyncEnumerable<List<ArchivedSession>> BatchesAsync(
        string owner,
        List<string> ids,
        Action<ChatSessionException> broken,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (batch, bytes) = (new List<ArchivedSession>(), 0L);
        foreach (var id in ids)
        {
            try
            {
                // Null if it was deleted since.
                if (await from.FindAsync(owner, id, cancellationToken) is not { } session)
                    continue;
                var original = await from.FindOriginalAsync(owner, id, cancellationToken);
                batch.Add(session with { Original = original });
                bytes += session.Session.Json.Utf8.Length + (original?.StoredBytes ?? 0);
            }
            catch (ChatSessionException exception) when (exception.Error == ChatSessionError.InvalidSession)
            {
                broken(exception);
            }
            if (bytes < BatchBytes && batch.Count < MostInBatch)
                continue;
            yield return batch;
            (batch, bytes) = ([], 0);
        }
        if (batch.Count > 0)
            yield return batch;
    }
}

/// <summary>How far a copy is.</summary>
/// <param name="All">How many sessions there are.</param>
/// <param name="Had">How many of them the other archive had already, or had more of.</param>
/// <param name="Copied">How many were copied.</param>
public sealed record CopyProgress(long All, long Had, long Copied);
