using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;

namespace ChatSessions.Archive;

/// <summary>
/// The sessions of files and samples, which are in no archive, in a temporary one, so that they are searched like others. They are read at
/// the first search; later searches read only what has changed.
/// </summary>
/// <param name="sources">The sources to read; samples only if they are asked for.</param>
/// <param name="open">Makes the temporary archive.</param>
/// <param name="time">For how long nothing is tried after a failure.</param>
public sealed class UnsavedSessions(IEnumerable<ISessionSource> sources, Func<ISessionArchive> open, TimeProvider time) : IDisposable
{
    /// <summary>To fill a disk again at each search would take long, and others need it too.</summary>
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMinutes(1);

    /// <summary>Sessions of this much JSON are saved together.</summary>
    private const int BatchBytes = 8 << 20;

    private readonly SemaphoreSlim reading = new(1, 1);
    private TemporaryIndex index = new(open);
    private (ChatSessionException Failure, long At)? failed;

    /// <summary>Reads what has changed. What was read before a cancellation is kept.</summary>
    /// <param name="withSamples">Whether the samples are sessions to search.</param>
    /// <param name="begun">What the first page of the search searched; null if this is the first.</param>
    /// <exception cref="ChatSessionException">The first page searched other files.</exception>
    public async Task<UnsavedTexts> ReadAsync(bool withSamples, IndexState? begun, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var listed = new Dictionary<string, (SessionSummary Summary, ISessionSource Source)>();
            foreach (var source in sources.Where(source => withSamples || source is not SampleSource))
            await foreach (var page in source.ListAsync(Caller.Local, SessionFilter.All, after: null, failed: _ => { }, cancellationToken))
            foreach (var summary in page)
                listed.TryAdd(summary.SessionId, (summary, source));
            if (failed is { } last && time.GetElapsedTime(last.At) < BetweenTries)
                return UnsavedTexts.Failed(last.Failure, begun, listed.Keys);
            try
            {
                await index.KeepAsync(listed.Keys, cancellationToken);
                await SaveAsync(listed.Values.Where(one => !index.Has(one.Summary)), cancellationToken);
                return await index.ReadAsync(begun, cancellationToken);
            }
            catch (ChatSessionException) when (index.Failure is { } failure)
            {
                Drop();
                failed = (failure, time.GetTimestamp());
                return UnsavedTexts.Failed(failure, begun, listed.Keys);
            }
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Drops a temporary archive that could not be read, so that the next search makes another.</summary>
    public async Task DropAsync(UnsavedTexts unreadable, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (index.IsOf(unreadable))
                Drop();
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Closes the archive, which is gone then.</summary>
    public void Dispose()
    {
        index.Dispose();
        reading.Dispose();
    }

    /// <summary>Frees the disk too, if it is full.</summary>
    private void Drop()
    {
        index.Dispose();
        index = new(open);
    }

    private async Task SaveAsync(IEnumerable<(SessionSummary Summary, ISessionSource Source)> changed, CancellationToken cancellationToken)
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
                await index.SaveAsync(batch, cancellationToken);
                batch.Clear();
                bytes = 0;
            }
        }
        await index.SaveAsync(batch, cancellationToken);
    }
}
