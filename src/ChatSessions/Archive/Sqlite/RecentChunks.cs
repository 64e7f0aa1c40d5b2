namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Decompressed parts of sessions that were used last, up to so many bytes. Texts stand close together, so most parts are needed again; one
/// that is larger than all the room is not kept.
/// </summary>
internal sealed class RecentChunks(int maxBytes)
{
    private readonly Dictionary<long, LinkedListNode<(long First, byte[] Json)>> kept = [];
    private readonly LinkedList<(long First, byte[] Json)> lastUsedFirst = [];

    /// <summary>How many bytes are kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Finds a part; null when it is not kept.</summary>
    public byte[]? Find(long first)
    {
        if (!kept.TryGetValue(first, out var node))
            return null;
        lastUsedFirst.Remove(node);
        lastUsedFirst.AddFirst(node);
        return node.Value.Json;
    }

    /// <summary>Keeps a part that is not kept yet, and lets go of those used longest ago.</summary>
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
