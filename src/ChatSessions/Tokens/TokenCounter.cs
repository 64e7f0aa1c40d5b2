using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ChatSessions.Tokens;

/// <summary>
/// Counts the o200k_base tokens of a text, with the same result as tiktoken and <c>Microsoft.ML.Tokenizers</c>, but without a quarter of a
/// second and a hundred megabytes for loading: the vocabulary is searched inside the assembly's file (<see cref="TokenVocabulary"/>).
/// </summary>
/// <remarks>
/// All text is plain text: <c>&lt;|endoftext|&gt;</c> is not a special token. tiktoken works on code points and Microsoft's library on
/// UTF-16. Where they disagree (letters beyond the basic plane, lone surrogates), this agrees with Microsoft's.
/// </remarks>
public static class TokenCounter
{
    private const int BytesPerChar = 3;

    /// <summary>The longest piece that is kept among the recent ones. One of less than half the length is found as fast in the vocabulary.</summary>
    private const int MostPacked = 2 * sizeof(ulong);
    private const int RecentBits = 12;

    /// <summary>
    /// Pieces counted lately. The same paths and names come again and again, and are several tokens, which takes long to find out. An
    /// element never changes, so threads can share them without a lock.
    /// </summary>
    private static readonly RecentPiece?[] Recent = new RecentPiece?[1 << RecentBits];

    /// <summary>The number of tokens of <paramref name="text"/>. Thread-safe.</summary>
    public static int Count(ReadOnlySpan<char> text) => CountUpTo(text, int.MaxValue);

    /// <summary>
    /// The number of tokens of <paramref name="text"/>, if it is at most <paramref name="limit"/>. Otherwise a number above the limit,
    /// found without reading the rest of the text.
    /// </summary>
    public static int CountUpTo(ReadOnlySpan<char> text, int limit)
    {
        var vocabulary = TokenVocabulary.Embedded;
        Span<byte> scratch = stackalloc byte[256 * BytesPerChar];
        int count = 0;
        foreach (var piece in new TokenPieces(text))
        {
            count += piece.Length <= scratch.Length / BytesPerChar ? CountPiece(vocabulary, piece, scratch) : CountLong(vocabulary, piece);
            if (count > limit)
                break;
        }
        return count;
    }

    /// <summary>
    /// The number of tokens of a text that differs little from one whose tokens were counted: only what differs is counted, between the
    /// nearest blanks where a token surely begins.
    /// </summary>
    public static int Recount(ReadOnlySpan<char> before, int count, ReadOnlySpan<char> now)
    {
        var same = before.CommonPrefixLength(now);
        var start = same - 1;
        while (start > 0 && !IsBoundary(now, start))
            start--;
        start = Math.Max(0, start);
        var (end, most) = (0, Math.Min(before.Length, now.Length) - same);
        while (end < most && before[^(end + 1)] == now[^(end + 1)])
            end++;
        // The character before the blank must be the same, too.
        end--;
        while (end > 0 && !IsBoundary(now, now.Length - end))
            end--;
        end = Math.Max(0, end);
        return count - Count(before[start..^end]) + Count(now[start..^end]);
    }

    /// <summary>No piece has a blank after anything but white space, see <see cref="TokenPieces"/>.</summary>
    private static bool IsBoundary(ReadOnlySpan<char> text, int at) => text[at] == ' ' && !char.IsWhiteSpace(text[at - 1]);

    private static int CountLong(TokenVocabulary vocabulary, ReadOnlySpan<char> piece)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(checked(piece.Length * BytesPerChar));
        int count = CountPiece(vocabulary, piece, rented);
        ArrayPool<byte>.Shared.Return(rented);
        return count;
    }

    private static int CountPiece(TokenVocabulary vocabulary, ReadOnlySpan<char> piece, Span<byte> scratch)
    {
        ReadOnlySpan<byte> bytes = scratch[..WriteUtf8(piece, scratch)];
        if (bytes.Length is < MostPacked / 2 or > MostPacked)
            return Search(vocabulary, bytes);
        // Two numbers that overlap hold all bytes of the piece.
        var (start, end) = (MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<ulong>(bytes[^sizeof(ulong)..]));
        var hash = (start ^ BitOperations.RotateLeft(end, 29)) * 0x9E3779B97F4A7C15;
        ref var recent = ref Recent[hash >> (64 - RecentBits)];
        if (recent is { } known && known.Start == start && known.End == end && known.Length == bytes.Length)
            return known.Count;
        int count = Search(vocabulary, bytes);
        recent = new(start, end, bytes.Length, count);
        return count;
    }

    private static int Search(TokenVocabulary vocabulary, ReadOnlySpan<byte> bytes) =>
        vocabulary.Rank(bytes) == TokenVocabulary.NoRank ? TokenMerge.Count(vocabulary, bytes) : 1;

    private sealed record RecentPiece(ulong Start, ulong End, int Length, int Count);

    /// <summary>
    /// Writes UTF-8, except that a lone surrogate becomes the three bytes of its own number, as in Microsoft's library.
    /// <see cref="System.Text.Encoding.UTF8"/> would write the replacement character, which is another token.
    /// </summary>
    private static int WriteUtf8(ReadOnlySpan<char> text, Span<byte> utf8)
    {
        int written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int c = text[i];
            if (c < 0x80)
            {
                utf8[written++] = (byte)c;
                continue;
            }
            if (c < 0x800)
            {
                utf8[written++] = (byte)(0xC0 | (c >> 6));
            }
            else
            {
                if (char.IsHighSurrogate((char)c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                {
                    c = char.ConvertToUtf32((char)c, text[++i]);
                    utf8[written++] = (byte)(0xF0 | (c >> 18));
                    utf8[written++] = (byte)(0x80 | ((c >> 12) & 0x3F));
                }
                else
                {
                    utf8[written++] = (byte)(0xE0 | (c >> 12));
                }
                utf8[written++] = (byte)(0x80 | ((c >> 6) & 0x3F));
            }
            utf8[written++] = (byte)(0x80 | (c & 0x3F));
        }
        return written;
    }
}
