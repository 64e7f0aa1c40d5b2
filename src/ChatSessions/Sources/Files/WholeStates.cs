namespace ChatSessions.Sources.Files;

/// <summary>
/// The JSON of the sessions most recently read or changed. Their files may be rewritten at any moment; while a file is half-written, the
/// previous state is all there is.
/// </summary>
/// <param name="maxBytes">The most JSON to keep, in bytes.</param>
internal sealed class WholeStates(long maxBytes)
{
    private readonly Dictionary<Key, ReadOnlyMemory<byte>> states = [];
    private readonly LinkedList<Key> oldestFirst = [];
    private readonly Lock gate = new();
    private long bytes;

    public void Keep(string path, string sessionId, ReadOnlyMemory<byte> json)
    {
        var key = new Key(path, sessionId);
        lock (gate)
        {
            Forget(key);
            if (json.Length > maxBytes)
                return;
            while (bytes + json.Length > maxBytes)
                Forget(oldestFirst.First!.Value);
            states[key] = json;
            oldestFirst.AddLast(key);
            bytes += json.Length;
        }
    }

    public ReadOnlyMemory<byte>? Find(string path, string sessionId)
    {
        lock (gate)
            return states.TryGetValue(new Key(path, sessionId), out var json) ? json : null;
    }

    /// <summary>Forgets the sessions of a deleted file.</summary>
    public void ForgetFile(string path)
    {
        lock (gate)
            foreach (var key in states.Keys.Where(key => key.Path == path).ToList())
                Forget(key);
    }

    private void Forget(Key key)
    {
        if (!states.Remove(key, out var json))
            return;
        oldestFirst.Remove(key);
        bytes -= json.Length;
    }

    private readonly record struct Key(string Path, string SessionId);
}
