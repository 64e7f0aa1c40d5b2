namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Remembers which words an archive lists for an owner: most words soon repeat, and then are not sent again. Used by writers at the same time.
/// </summary>
internal sealed class KnownWords
{
    private const int Bits = 18;

    private const ulong Factor = 0x9E3779B97F4A7C15;

    /// <summary>Hashes of words with their owners, each at an index taken from the hash. A later word overwrites an earlier one.</summary>
    private readonly ulong[] hashes = new ulong[1 << Bits];

    public bool Has(OwnerRow owner, VocabularyWord word) => HashOf(owner, word) is var hash && Volatile.Read(ref Place(hash)) == hash;

    /// <summary>Remembers words, which are committed.</summary>
    public void Add(OwnerRow owner, IEnumerable<VocabularyWord> words)
    {
        foreach (var word in words)
            if (HashOf(owner, word) is var hash)
                Volatile.Write(ref Place(hash), hash);
    }

    private ref ulong Place(ulong hash) => ref hashes[hash >> (64 - Bits)];

    /// <summary>Once words were taken out of the archive, or it is another one, all words have other hashes.</summary>
    private static ulong HashOf(OwnerRow owner, VocabularyWord word)
    {
        var key = (ulong)owner.No * Factor ^ (ulong)owner.Archive << 16 ^ (ulong)owner.Compactions;
        var high = Math.BigMul(word.Hash ^ key, Factor, out var low);
        return high ^ low;
    }
}
