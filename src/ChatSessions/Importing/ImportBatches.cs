namespace ChatSessions.Importing;

/// <summary>
/// Reads the next batch while the previous one is saved. At most two batches are in memory, each at most one session
/// over its size.
/// </summary>
internal sealed class ImportBatches : IAsyncDisposable
{
    /// <summary>How much JSON to save at a time. Less makes the import slower; more makes other processes wait longer.</summary>
    private const long BatchBytes = 16 << 20;

    /// <summary>A batch that takes longer to read is saved early.</summary>
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider time;
    private readonly CancellationTokenSource stop;
    private readonly IEnumerator<ImportStep> steps;
    private Task<List<ImportStep>> reading;

    public ImportBatches(ImportReader reader, IEnumerable<ImportFile> files, TimeProvider time, CancellationToken cancellationToken)
    {
        this.time = time;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        steps = reader.Read(files, stop.Token).GetEnumerator();
        reading = Task.Run(Read, CancellationToken.None);
    }

    /// <summary>The next batch; empty at the end.</summary>
    public async Task<List<ImportStep>> NextAsync()
    {
        var batch = await reading;
        reading = Task.Run(Read, CancellationToken.None);
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        steps.Dispose();
        stop.Dispose();
    }

    private List<ImportStep> Read()
    {
        var batch = new List<ImportStep>();
        var begun = time.GetTimestamp();
        long bytes = 0;
        while (steps.MoveNext())
        {
            batch.Add(steps.Current);
            bytes += steps.Current.Session?.Session.Json.Utf8.Length ?? 0;
            if (bytes >= BatchBytes || time.GetElapsedTime(begun) >= BatchTime)
                break;
        }
        return batch;
    }
}
