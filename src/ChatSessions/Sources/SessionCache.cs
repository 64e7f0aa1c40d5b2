using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>
/// Keeps sessions in memory so that a source need not read an unchanged one again. At the limit, the least recently used ones
/// are dropped.
/// </summary>
/// <remarks>
/// Not a MemoryCache: when full of small sessions, it frees only a fixed share and never accepts a larger one.
/// </remarks>
/// <param name="maxBytes">The most memory to use, in estimated bytes; a session that needs more by itself is not kept.</param>
public sealed class SessionCache(long maxBytes)
{
    public SessionCache()
        : this(DefaultMaxBytes) { }

    internal const long MostBytes = 256L << 20;

    /// <summary>A caller other than the local user may take one of so many parts, so that nobody's reading empties the cache for all.</summary>
    internal const int Parts = 4;

    /// <summary>256 MiB, or a quarter of the memory that the process may use if that is less.</summary>
    public static long DefaultMaxBytes { get; } = ProcessMemory.Part(4, MostBytes);

    private readonly SingleFlight<Key, Session?> flights = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> entries = [];
    private readonly LinkedList<Entry> lastUsedFirst = [];
    private readonly Dictionary<string, long> bytesOfCallers = [];
    private long bytes;

    /// <summary>Finds a session in the source. Simultaneous requests for the same session share the work.</summary>
    public Task<Session?> FindAsync(ISessionSource source, string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        var key = new Key(source, caller, sessionId);
        return flights.RunAsync(key, cancelled => FindAsync(key, cancelled), cancellationToken);
    }

    /// <summary>Forgets every session; used when memory runs out.</summary>
    public void Clear()
    {
        lock (entries)
        {
            entries.Clear();
            lastUsedFirst.Clear();
            bytesOfCallers.Clear();
            bytes = 0;
        }
    }

    private async Task<Session?> FindAsync(Key key, CancellationToken cancellationToken)
    {
        var kept = Kept(key);
        var session = await key.Source.FindAsync(key.SessionId, kept, key.Caller, cancellationToken);
        if (session is null)
            Forget(key);
        // A copy is served only until its source answers again, so it would never be used from here.
        else if (session != kept && session.Copy is null)
            Keep(key, session);
        return session;
    }

    /// <summary>Keeps a session that arrived from the source after its caller had stopped waiting.</summary>
    internal void Keep(ISessionSource source, Caller caller, Session session) =>
        Keep(new Key(source, caller, session.Summary.SessionId), session);

    private Session? Kept(Key key)
    {
        lock (entries)
        {
            if (!entries.TryGetValue(key, out var node))
                return null;
            lastUsedFirst.Remove(node);
            lastUsedFirst.AddFirst(node);
            return node.Value.Session;
        }
    }

    private void Keep(Key key, Session session)
    {
        var size = SizeOf(session);
        lock (entries)
        {
            Forget(key);
            var caller = key.Caller.Name;
            var part = key.Caller.IsLocal ? maxBytes : maxBytes / Parts;
            if (size > part)
                return;
            while (bytesOfCallers.GetValueOrDefault(caller) + size > part)
                Forget(lastUsedFirst.Last(entry => entry.Key.Caller.Name == caller).Key);
            while (bytes + size > maxBytes)
                Forget(lastUsedFirst.Last!.Value.Key);
            entries[key] = lastUsedFirst.AddFirst(new Entry(key, session, size));
            bytes += size;
            bytesOfCallers[caller] = bytesOfCallers.GetValueOrDefault(caller) + size;
        }
    }

    private void Forget(Key key)
    {
        lock (entries)
        {
            if (!entries.Remove(key, out var node))
                return;
            lastUsedFirst.Remove(node);
            bytes -= node.Value.Bytes;
            if ((bytesOfCallers[key.Caller.Name] -= node.Value.Bytes) == 0)
                bytesOfCallers.Remove(key.Caller.Name);
        }
    }

    /// <summary>
    /// An estimate: real sessions, with everything derived from them, take 1.7 to 2.3 times their JSON. In a session of tiny events, the
    /// events themselves take most of it.
    /// </summary>
    private static long SizeOf(Session session) => session.Json.Utf8.Length * 3L / 2 + session.Events.Length * 700L;

    private readonly record struct Key(ISessionSource Source, Caller Caller, string SessionId);

    private sealed record Entry(Key Key, Session Session, long Bytes);
}
