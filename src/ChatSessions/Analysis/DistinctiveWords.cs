using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ChatSessions.Analysis;

/// <summary>
/// Reads the words of a JSON text that are likely to mean the same thing wherever they stand: paths, names with an inner capital, numbers.
/// It looks at 64 bytes at a time, and only at those words more closely that may be such, because it reads all texts of a session.
/// </summary>
internal ref struct DistinctiveWords(ReadOnlySpan<byte> json)
{
    /// <summary>Longer words are data, such as base64.</summary>
    public const int LongestWord = 256;

    private const int ShortestWord = 5;
    private const int ShortestNumber = 3;

    /// <summary>A word this long is distinctive even if it has only lower-case letters.</summary>
    private const int LongWord = 14;

    private const int BlockSize = 64;

    private static readonly SearchValues<byte> OfWord = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@-"u8
    );

    private readonly ReadOnlySpan<byte> json = json;

    /// <summary>Where the block in hand begins, and where the next one does. A block ends between words.</summary>
    private int block;
    private int next;

    /// <summary>A bit for each byte of the block: those of words, and those that may make a word distinctive.</summary>
    private ulong words;
    private ulong signs;

    /// <summary>The word in hand, without punctuation around it.</summary>
    public ReadOnlySpan<byte> Word { get; private set; }

    /// <summary>Moves to the next word; false at the end.</summary>
    public bool Next()
    {
        while (true)
        {
            while (signs != 0)
            {
                var sign = BitOperations.TrailingZeroCount(signs);
                var start = BlockSize - BitOperations.LeadingZeroCount(~words & ((1UL << sign) - 1));
                var endOfWord = BitOperations.TrailingZeroCount(~words & (ulong.MaxValue << sign));
                signs = endOfWord == BlockSize ? 0 : signs & (ulong.MaxValue << endOfWord);
                if (IsDistinctive(block + start, block + endOfWord))
                    return true;
            }
            block = next;
            if (block == json.Length)
                return false;
            if (ReadBlock() is > 0 and var end && IsDistinctive(block, end))
                return true;
        }
    }

    /// <summary>Reads the next block and returns 0. If a single word is longer than a block, reads nothing and returns where the word ends.</summary>
    private int ReadBlock()
    {
        var rest = json[block..];
        Span<byte> buffer = stackalloc byte[BlockSize];
        if (rest.Length < BlockSize)
        {
            buffer.Clear();
            rest.CopyTo(buffer);
        }
        ref var first = ref MemoryMarshal.GetReference(rest.Length < BlockSize ? buffer : rest);
        var (lower, others, digits) = (0UL, 0UL, 0UL);
        for (var at = 0; at < BlockSize; at += Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref first, (nuint)at);
            lower |= Bits(IsInRange(bytes, 'a', 'z'), at);
            // The signs - . / and the colon are next to the digits, and @ is next to the capitals.
            others |= Bits(
                IsInRange(bytes, '-', ':') | IsInRange(bytes, '@', 'Z') | Vector128.Equals(bytes, Vector128.Create((byte)'_')),
                at
            );
            digits |= Bits(IsInRange(bytes, '0', '9'), at);
        }
        words = lower | others;
        next = block + Math.Min(BlockSize, rest.Length);
        if (rest.Length > BlockSize && words >> (BlockSize - 1) != 0)
        {
            var start = BlockSize - BitOperations.LeadingZeroCount(~words);
            if (start == 0)
            {
                signs = 0;
                var length = rest.IndexOfAnyExcept(OfWord);
                return next = length < 0 ? json.Length : block + length;
            }
            next = block + start;
            words &= (1UL << start) - 1;
        }
        // Most words are lower-case after their first letter, which makes only long ones distinctive.
        var starts = words & ~(words << 1);
        var long2 = words & (words >> 1);
        var long4 = long2 & (long2 >> 2);
        var long8 = long4 & (long4 >> 4);
        signs = ((others & ~starts) | (digits & starts) | (long8 & (long8 >> (LongWord - 8)))) & words;
        return 0;
    }

    private static Vector128<byte> IsInRange(Vector128<byte> bytes, char first, char last) =>
        Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)first), Vector128.Create((byte)(last - first)));

    private static ulong Bits(Vector128<byte> bytes, int at) => (ulong)bytes.ExtractMostSignificantBits() << at;

    /// <summary>Takes a word in hand if it is distinctive.</summary>
    private bool IsDistinctive(int start, int end)
    {
        // The letter of an escape is not part of the word after it.
        if (start > 0 && json[start - 1] == '\\' && !IsEscaped(start - 1))
        {
            start += json[start] == 'u' ? 5 : 1;
            if (start >= end)
                return false;
        }
        var word = json[start..end];
        if (word.Length < LongWord && !char.IsAsciiDigit((char)word[0]) && !word[1..].ContainsAnyExceptInRange((byte)'a', (byte)'z'))
            return false;
        Word = word = word.TrimStart("./:@-"u8).TrimEnd("./:@-"u8);
        return word.Length is >= ShortestNumber and <= LongestWord && IsDistinctive(word);
    }

    /// <summary>Whether the backslash at an index is itself escaped.</summary>
    private readonly bool IsEscaped(int at)
    {
        var before = at - 1 - json[..at].LastIndexOfAnyExcept((byte)'\\');
        return before % 2 == 1;
    }

    /// <summary>Whether a word has a digit, a sign or an inner capital in it, or is long.</summary>
    private static bool IsDistinctive(ReadOnlySpan<byte> word)
    {
        if (!word.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return true;
        if (word.Length < ShortestWord)
            return false;
        if (word.Length >= LongWord)
            return true;
        for (var at = 1; at < word.Length; at++)
        {
            var (before, letter) = (word[at - 1], word[at]);
            if (IsUpper(letter) && IsLower(before))
                return true;
            if (IsDigit(letter) != IsDigit(before) && (IsLetter(letter) || IsLetter(before)))
                return true;
            if (!IsLetter(letter) && !IsDigit(letter) && (IsLetter(before) || IsDigit(before)) && at + 1 < word.Length)
                return true;
        }
        return false;

        static bool IsDigit(byte letter) => char.IsAsciiDigit((char)letter);
        static bool IsUpper(byte letter) => char.IsAsciiLetterUpper((char)letter);
        static bool IsLower(byte letter) => char.IsAsciiLetterLower((char)letter);
        static bool IsLetter(byte letter) => char.IsAsciiLetter((char)letter);
    }
}
