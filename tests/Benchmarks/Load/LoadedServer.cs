using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Benchmarks.Load;

/// <summary>A server process that clients ask, and what it uses.</summary>
internal abstract class LoadedServer(string name, Process process) : IAsyncDisposable
{
    /// <summary>No call takes this long, whatever fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int LinesKept = 1_000;
    private readonly ConcurrentQueue<string> log = [];

    public string Name => name;

    protected Process Process => process;

    /// <summary>What it wrote to standard error, the last lines.</summary>
    public IReadOnlyCollection<string> Log => log;

    public bool HasExited => process.HasExited;

    /// <summary>Resident memory in bytes.</summary>
    public long Memory => Machine.Resident(process.Id);

    /// <summary>Open file descriptors, apart from the assemblies that the runtime loads when they are first used.</summary>
    public int Descriptors => Opens().Count();

    public int Threads => Directory.GetDirectories($"/proc/{process.Id}/task").Length;

    /// <summary>What the open file descriptors are of, for a look at what is left open.</summary>
    public IEnumerable<string> Opened =>
        Opens().GroupBy(target => target).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key}");

    /// <summary>Asks, and returns the answer: a message with a result or an error.</summary>
    /// <param name="leave">Cancels the call, as a client does that does not want the answer any more.</param>
    public abstract Task<JsonElement> AskAsync(LoadCall call, CancellationToken leave);

    /// <summary>Follows a session for a while.</summary>
    /// <returns>Whether the server accepted that.</returns>
    public abstract Task<bool> FollowAsync(string session, TimeSpan time);

    /// <summary>Ends the connections of clients; the server stays.</summary>
    public virtual void Leave() { }

    /// <summary>Asks the process to stop.</summary>
    /// <returns>Its exit code; null if it had to be killed.</returns>
    public async Task<int?> StopAsync()
    {
        Stop();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
            return process.ExitCode;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Leave();
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    protected abstract void Stop();

    private IEnumerable<string> Opens() =>
        Directory
            .GetFileSystemEntries($"/proc/{process.Id}/fd")
            .Select(entry => new FileInfo(entry).LinkTarget?.Split(':')[0] ?? "closed by now")
            .Where(target => !target.EndsWith(".dll", StringComparison.Ordinal));

    protected async Task KeepLogAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            log.Enqueue(line);
            if (log.Count > LinesKept)
                log.TryDequeue(out _);
        }
    }
}
