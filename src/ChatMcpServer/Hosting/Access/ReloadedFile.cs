using ChatSessions.Model;

namespace ChatMcpServer.Hosting.Access;

/// <summary>What files hold, read again when one of them has changed.</summary>
/// <param name="read">Reads them. While they cannot be read, each call throws: what was read earlier is not used.</param>
internal sealed class ReloadedFile<T>(IReadOnlyList<string> paths, Func<T> read)
    where T : class
{
    private readonly Lock reading = new();
    private ((DateTime, DateTime, long)[] Seen, T Value)? last;

    /// <exception cref="ChatSessionException">A file cannot be read.</exception>
    public T Get()
    {
        // Looked at before reading: what changes in between is read next time.
        (DateTime, DateTime, long)[] seen = [.. paths.Select(Look)];
        lock (reading)
        {
            if (last is { } known && known.Seen.AsSpan().SequenceEqual(seen))
                return known.Value;
            last = null;
            var value = read();
            last = (seen, value);
            return value;
        }
    }

    private static (DateTime, DateTime, long) Look(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.CreationTimeUtc, file.Length) : default;
    }
}
