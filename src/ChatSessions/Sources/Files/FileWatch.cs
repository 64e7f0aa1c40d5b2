namespace ChatSessions.Sources.Files;

/// <summary>
/// Learns from the operating system that something below the paths may have changed. This is only an early hint: not every file system
/// supports it, and some changes are missed, so do not rely on it alone.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    private readonly List<FileSystemWatcher> watchers = [];
    private readonly Action<string?> onChange;
    private int changes;

    /// <param name="onChange">
    /// Called on any thread with the full path of a file or folder that may have changed; null if it is not known which.
    /// </param>
    public FileWatch(IEnumerable<string> paths, Action<string?>? onChange = null)
    {
        this.onChange = onChange ?? (_ => { });
        foreach (var path in paths.Select(Path.GetFullPath))
        {
            try
            {
                var isFolder = Directory.Exists(path);
                var watcher = isFolder
                    ? new FileSystemWatcher(path) { IncludeSubdirectories = true }
                    : new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
                watchers.Add(watcher);
                watcher.Changed += OnEvent;
                watcher.Created += OnEvent;
                watcher.Deleted += OnEvent;
                watcher.Renamed += OnEvent;
                watcher.Error += OnEvent;
                watcher.EnableRaisingEvents = true;
            }
            catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
            {
                // The path does not exist, or the system is out of watches.
            }
        }
    }

    /// <summary>A counter that grows when anything may have changed.</summary>
    public int Changes => Volatile.Read(ref changes);

    private void OnEvent(object sender, EventArgs change)
    {
        Interlocked.Increment(ref changes);
        onChange((change as FileSystemEventArgs)?.FullPath);
    }

    public void Dispose() => watchers.ForEach(watcher => watcher.Dispose());
}
