using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>Hints of the system that files have changed, and the wait for them.</summary>
internal sealed class FollowHints(TimeProvider time) : IDisposable
{
    /// <summary>More paths than this are not worth keeping apart: all files are looked at soon.</summary>
    private const int MostPaths = 1_000;

    /// <summary>A program writes several lines at once.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly HashSet<string> paths = [];
    private TaskCompletionSource hinted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HashSet<string> watched = [];
    private FileWatch? watch;

    /// <summary>Watches these files and folders, and no others. Those that do not exist are not watched.</summary>
    public void Watch(IEnumerable<string> all)
    {
        var existing = all.Where(Path.Exists).ToHashSet();
        if (existing.SetEquals(watched))
            return;
        watch?.Dispose();
        watched = existing;
        watch = new FileWatch(existing, Add);
    }

    /// <summary>Waits until there is a hint, but not longer than this, and returns the paths that may have changed.</summary>
    public async Task<IReadOnlyCollection<string>> WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (longest > TimeSpan.Zero)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(hinted.Task, Task.Delay(longest, time, over.Token));
            await over.CancelAsync();
            if (hinted.Task.IsCompleted)
                await Task.Delay(Settling, time, cancellationToken);
        }
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            HashSet<string> found = [.. paths];
            paths.Clear();
            hinted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return found;
        }
    }

    public void Dispose() => watch?.Dispose();

    private void Add(string? path)
    {
        // Programs write more next to their sessions, such as locks and the outputs of tools. A new folder may hold new sessions.
        if (path is null || Path.GetExtension(path) is not (".json" or ".jsonl" or ".db" or ""))
            return;
        lock (gate)
        {
            if (paths.Count < MostPaths)
                paths.Add(path);
            hinted.TrySetResult();
        }
    }
}
