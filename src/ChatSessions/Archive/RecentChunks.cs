namespace ChatSessions.Archive;

/// <summary>
/// A cache of decompressed chunks: the most recently used, up to a limit in bytes. Hits are often close together, so most chunks are
/// needed again. A chunk above the limit is not kept.
/// </summary>
internal sealed class RecentChunks(int maxBytes)
{
    private readonly Dictionary<long, LinkedListNode<(long First, byte[] Json)>> kept = [];
    private readonly LinkedList<(long First, byte[] Json)> lastUsedFirst = [];

    public long Bytes { get; private set; }

    /// <summary>Finds a chunk by the id of its first event; null if it is not kept.</summary>
    public byte[]? Find(long first)
    {
        if (!kept.TryGetValue(first, out var node))
            return null;
        lastUsedFirst.Remove(node);
        lastUsedFirst.AddFirst(node);
        return node.Value.Json;
    }

    /// <summary>Keeps a chunk that is not kept yet, and drops the least recently used ones.</summary>
    public void Add(long first, byte[] json)
    {
        if (json.Length > maxBytes)
            return;
        while (Bytes > maxBytes - json.Length)
        {
            var (oldest, let) = lastUsedFirst.Last!.Value;
            lastUsedFirst.RemoveLast();
            kept.Remove(oldest);
            Bytes -= let.Length;
        }
        kept.Add(first, lastUsedFirst.AddFirst((first, json)));
        Bytes += json.Length;
    }
}
