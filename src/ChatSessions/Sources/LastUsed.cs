using System.Diagnostics.CodeAnalysis;

namespace ChatSessions.Sources;

/// <summary>Keeps a limited number of values, the most recently used ones.</summary>
internal sealed class LastUsed<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> lastUsedFirst = [];

    /// <summary>All values, in no order.</summary>
    public IReadOnlyList<TValue> Values
    {
        get
        {
            lock (nodes)
                return [.. lastUsedFirst.Select(one => one.Value)];
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (nodes)
        {
            if (!nodes.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }
            lastUsedFirst.Remove(node);
            lastUsedFirst.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    public void Set(TKey key, TValue value)
    {
        lock (nodes)
        {
            Remove(key);
            nodes[key] = lastUsedFirst.AddFirst((key, value));
            if (nodes.Count > most)
                Remove(lastUsedFirst.Last!.Value.Key);
        }
    }

    public void Remove(TKey key)
    {
        lock (nodes)
        {
            if (nodes.Remove(key, out var node))
                lastUsedFirst.Remove(node);
        }
    }
}
