using System.Text;
using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// A character for each two words that follow each other in a text, one of 262,144 that a hash chooses. The index of words knows nothing of their
/// order, and reading all texts that have the words of a phrase takes long: with the characters of its pairs, it finds few that do not have the
/// phrase. Archives keep these characters, so they must stay the same.
/// </summary>
internal static class WordPairs
{
    private const int Bits = 18;

    private const ulong Factor = 0x9E3779B97F4A7C15;

    /// <summary>The first of four planes that no script uses.</summary>
    private const int FirstCharacter = 0x40000;

    /// <summary>The characters of a text, each once.</summary>
    /// <param name="words">Its words in their order, between spaces.</param>
    public static string Of(ReadOnlySpan<byte> words)
    {
        Span<ulong> seen = stackalloc ulong[(1 << Bits) / 64];
        seen.Clear();
        var (pairs, before) = (new StringBuilder(), default(ulong?));
        foreach (var range in words.Split((byte)' '))
        {
            var word = words[range];
            // No phrase runs over a gap.
            ulong? hash = word.IsEmpty || word.SequenceEqual(WordStream.Gap) ? null : HashOf(word);
            if (before is { } first && hash is { } second)
            {
                var pair = Combined(first, second);
                if ((seen[pair >> 6] & 1UL << pair) == 0)
                    pairs.Append(char.ConvertFromUtf32(FirstCharacter + pair));
                seen[pair >> 6] |= 1UL << pair;
            }
            before = hash;
        }
        return pairs.ToString();
    }

    /// <summary>The characters of a phrase.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string> row) =>
        Of(Encoding.UTF8.GetBytes(string.Join(' ', row))).EnumerateRunes().Select(rune => rune.ToString());

    private static int Combined(ulong first, ulong second) => (int)((first * Factor + second) * Factor >> (64 - Bits));

    /// <summary>FNV-1a.</summary>
    private static ulong HashOf(ReadOnlySpan<byte> word)
    {
        var hash = 14695981039346656037UL;
        foreach (var one in word)
            hash = (hash ^ one) * 1099511628211UL;
        return hash;
    }
}
