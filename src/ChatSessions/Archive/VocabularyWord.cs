using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using ChatSessions.Search;

namespace ChatSessions.Archive;

/// <summary>
/// A word that an archive lists by itself, to find those that begin with something: a word that begins with three letters. CamelCase words
/// are listed whole and as their parts.
/// </summary>
/// <param name="Hash">64 bits, so that two words of an archive share a hash less often than a disk makes an error.</param>
internal readonly record struct VocabularyWord(ulong Hash, ReadOnlyMemory<byte> Utf8)
{
    private const int MinLetters = SearchTerm.MinPrefix;

    /// <summary>Finds the words to list among words that are separated by spaces.</summary>
    /// <param name="known">The hashes of the words that were found before; those of new ones are added.</param>
    public static void Find(ReadOnlySpan<byte> words, HashSet<ulong> known, ImmutableArray<VocabularyWord>.Builder found)
    {
        foreach (var range in words.Split((byte)' '))
            if (words[range] is var word && BeginsWithLetters(word) && HashOf(word) is var hash && known.Add(hash))
                found.Add(new(hash, word.ToArray()));
    }

    /// <summary>Whether words that begin so are listed: numbers, for example, are not.</summary>
    public static bool AreListed(string beginning) => BeginsWithLetters(Encoding.UTF8.GetBytes(beginning));

    private static bool BeginsWithLetters(ReadOnlySpan<byte> word) =>
        word.Length >= MinLetters && !word[..MinLetters].ContainsAnyExceptInRange((byte)'a', (byte)'z');

    private static ulong HashOf(ReadOnlySpan<byte> word)
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
