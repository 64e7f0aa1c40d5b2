using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;

namespace ChatSessions.Archive;

/// <summary>
/// The sessions of files and samples, which are in no archive, in a temporary one, so that they are searched like others. They are read at
/// the first search; later searches read only what has changed.
/// </summary>
/// <param name="sources">The sources to read; samples only if they are asked for.</param>
/// <param name="open">Makes the temporary archive.</param>
public sealed class UnsavedSessions(IEnumerable<ISessionSource> sources, Func<ISessionArchive> open) : IDisposable
{
    /// <summary>Sessions of this much JSON are saved together.</summary>
    private const int BatchBytes = 8 << 20;

    private readonly SemaphoreSlim reading = new(1, 1);

    /// <summary>The sessions in the archive. A source makes a new summary when a session changes.</summary>
    private readonly Dictionary<string, SessionSummary> saved = [];
    private ISessionArchive? archive;

    /// <summary>Reads what has changed. What was read before a cancellation is kept.</summary>
    /// <param name="withSamples">Whether the samples are sessions to search.</param>
    /// <returns>The archive and the ids of its sessions; null without sessions.</returns>
    public async Task<(ISessionArchive Archive, IReadOnlySet<string> Ids)?> ReadAsync(bool withSamples, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var listed = new Dictionary<string, (SessionSummary Summary, ISessionSource Source)>();
            foreach (var source in sources.Where(source => withSamples || source is not SampleSource))
            await foreach (var page in source.ListAsync(Caller.Local, SessionFilter.All, after: null, failed: _ => { }, cancellationToken))
            foreach (var summary in page)
                listed.TryAdd(summary.SessionId, (summary, source));
            if (listed.Count == 0 && saved.Count == 0)
                return null;
            archive ??= open();
            foreach (var gone in saved.Keys.Where(id => !listed.ContainsKey(id)).ToList())
            {
                await archive.DeleteAsync(ArchiveOwners.Local, gone, cancellationToken);
                saved.Remove(gone);
            }
            await SaveAsync(
                archive,
                listed.Values.Where(one => !ReferenceEquals(saved.GetValueOrDefault(one.Summary.SessionId), one.Summary)),
                cancellationToken
            );
            return saved.Count == 0 ? null : (archive, saved.Keys.ToHashSet());
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Closes the archive, which is gone then.</summary>
    public void Dispose()
    {
        archive?.Dispose();
        reading.Dispose();
    }

    private async Task SaveAsync(
        ISessionArchive into,
        IEnumerable<(SessionSummary Summary, ISessionSource Source)> changed,
        CancellationToken cancellationToken
    )
    {
        var (batch, bytes) = (new List<(SessionSummary Summary, Session Session)>(), 0L);
        // The oldest first, as far as files are read in one pass, since an archive takes what is saved later as newer.
        foreach (var group in changed.Reverse().GroupBy(one => one.Source, one => one.Summary))
        {
            var listed = group.ToDictionary(summary => summary.SessionId);
            await foreach (var session in group.Key.ReadAsync(listed.Values, Caller.Local, cancellationToken))
            {
                batch.Add((listed[session.Summary.SessionId], session));
                bytes += session.Json.Utf8.Length;
                if (bytes < BatchBytes)
                    continue;
                await SaveBatchAsync();
                bytes = 0;
            }
        }
        await SaveBatchAsync();

        async Task SaveBatchAsync()
        {
            await into.SaveAllAsync(
                ArchiveOwners.Local,
                [.. batch.Select(one => new ArchivedSession(one.Session, SessionOrigin.File, DateTimeOffset.UnixEpoch))],
                cancellationToken
            );
            foreach (var (summary, _) in batch)
                saved[summary.SessionId] = summary;
            batch.Clear();
        }
    }
}
