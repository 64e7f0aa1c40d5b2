using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// What a process knows to be in the <see cref="Vocabulary"/>: most words come again soon, and need not be looked up in the file. Used by
/// one writer at a time.
/// </summary>
internal sealed class NotedWords
{
    private const int Bits = 18;

    private (long Compactions, long NextEvent) seen = (-1, 0);

    /// <summary>Hashes of words, each at a place that follows from it; the later word takes the place of the earlier.</summary>
    private ulong[] hashes = [];

    /// <summary>Goes on from what is known, unless words were taken out since, by whatever process, or it is another file by now.</summary>
    public void Begin(SqliteConnection connection)
    {
        using var counters = new Statement(connection, "select value from counter order by name");
        counters.Read();
        var compactions = counters.Number(0);
        counters.Read();
        var nextEvent = counters.Number(0);
        counters.Reset();
        if (compactions != seen.Compactions || nextEvent < seen.NextEvent)
            Forget();
        seen = (compactions, nextEvent);
    }

    /// <summary>Knows nothing any more, as after a transaction that failed.</summary>
    public void Forget() => hashes = new ulong[1 << Bits];

    /// <summary>True for a word that is not known to be there; it then is.</summary>
    public bool Add(ReadOnlySpan<byte> word)
    {
        var hash = Hash(word);
        ref var place = ref hashes[hash >> (64 - Bits)];
        if (place == hash)
            return false;
        place = hash;
        return true;
    }

    /// <summary>So wide that two words of an archive have the same one less often than a disk errs.</summary>
    private static ulong Hash(ReadOnlySpan<byte> word)
    {
        const ulong Factor = 0x9E3779B97F4A7C15;
        var hash = (ulong)word.Length * Factor;
        for (; word.Length >= 8; word = word[8..])
            hash = Mixed(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(word));
        var rest = 0UL;
        foreach (var one in word)
            rest = rest << 8 | one;
        return Mixed(hash ^ rest);

        static ulong Mixed(ulong value)
        {
            var high = Math.BigMul(value, Factor, out var low);
            return high ^ low;
        }
    }
}
