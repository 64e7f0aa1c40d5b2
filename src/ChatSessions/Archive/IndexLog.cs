using System.Buffers.Binary;
using System.Text;

namespace ChatSessions.Archive;

/// <summary>
/// What was saved in a temporary archive and deleted from it, in this order. A page of a search goes on in the state in which the search
/// began. After a restart the same files make the same states, so pages go on there too.
/// </summary>
internal sealed class IndexLog
{
    private readonly List<(string Id, bool IsSaved, uint State)> changes = [];

    /// <summary>The state now; 0 if nothing was saved.</summary>
    public uint State => changes is [.., var last] ? last.State : 0;

    /// <summary>Adds a session that was saved: as a new one, or in place of an earlier state of it.</summary>
    /// <param name="checksum">Of its JSON.</param>
    public void Save(string id, uint checksum) => Add(id, isSaved: true, checksum);

    /// <summary>Adds a session that was deleted.</summary>
    public void Delete(string id) => Add(id, isSaved: false, 0);

    /// <summary>The ids of the sessions in a state; null if there was no such state.</summary>
    public IReadOnlySet<string>? IdsIn(uint state)
    {
        var end = state == 0 ? -1 : changes.FindIndex(change => change.State == state);
        if (end < 0 && state != 0)
            return null;
        var ids = new HashSet<string>();
        foreach (var (id, isSaved, _) in changes.Take(end + 1))
            _ = isSaved ? ids.Add(id) : ids.Remove(id);
        return ids;
    }

    private void Add(string id, bool isSaved, uint checksum)
    {
        var bytes = new byte[9 + Encoding.UTF8.GetByteCount(id)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, State);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), checksum);
        bytes[8] = isSaved ? (byte)1 : (byte)0;
        Encoding.UTF8.GetBytes(id, bytes.AsSpan(9));
        changes.Add((id, isSaved, Math.Max(1, Checksum.Compute(bytes))));
    }
}
