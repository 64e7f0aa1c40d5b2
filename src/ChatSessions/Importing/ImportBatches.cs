namespace ChatSessions.Importing;

/// <summary>
/// Reads a batch while the one before it is prepared, and the one before that is saved. At most three batches are in memory, each at most one
/// session over its size.
/// </summary>
internal sealed class ImportBatches : IAsyncDisposable
{
    /// <summary>How much JSON to save at a time. Less makes the import slower; more makes other processes wait longer.</summary>
    private const long BatchBytes = 8 << 20;

    /// <summary>A batch that takes longer to read is saved early.</summary>
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider time;
    private readonly CancellationTokenSource stop;
    private readonly IEnumerator<ImportStep> steps;
    private readonly Func<List<ImportStep>, CancellationToken, Task> prepare;
    private Task<List<ImportStep>> reading;
    private Task<List<ImportStep>> preparing;

    /// <param name="prepare">Does what can be done before a batch is saved.</param>
    public ImportBatches(
        ImportReader reader,
        IEnumerable<ImportFile> files,
        Func<List<ImportStep>, CancellationToken, Task> prepare,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        (this.prepare, this.time) = (prepare, time);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        steps = reader.Read(files, stop.Token).GetEnumerator();
        reading = Task.Run(Read, CancellationToken.None);
        preparing = PrepareAsync(reading);
    }

    /// <summary>The next batch; empty at the end.</summary>
    public async Task<List<ImportStep>> NextAsync()
    {
        var batch = await preparing;
        preparing = PrepareAsync(reading);
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await ((Task)preparing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        steps.Dispose();
        stop.Dispose();
    }

    private async Task<List<ImportStep>> PrepareAsync(Task<List<ImportStep>> read)
    {
        var batch = await read;
        reading = Task.Run(Read, CancellationToken.None);
        await prepare(batch, stop.Token);
        return batch;
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
