using System.Numerics;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>Compares two recorded values, ignoring what changes from one poll to the next: counters, times, cursors.</summary>
internal static class Likeness
{
    /// <summary>Values that differ in more words than this are not alike.</summary>
    private const int MostDifferences = 8;

    /// <summary>
    /// A word of at least this length, with at least one digit per this many characters, is an id or a cursor, and its value does not
    /// matter.
    /// </summary>
    private const int ShortestId = 12;
    private const int CharactersPerDigit = 8;

    /// <summary>
    /// Whether the two are the same JSON except for a few numbers, numbers in words (<c>item-7</c>) and long ids. The time is proportional
    /// to the length that they have in common.
    /// </summary>
    public static bool IsSameButForNumbers(RawJson one, RawJson other) => IsSameButForNumbers(one.Utf8.Span, other.Utf8.Span);

    /// <summary>The same for two texts, in UTF-8 or in UTF-16.</summary>
    public static bool IsSameButForNumbers<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> other)
        where T : struct, IBinaryInteger<T>
    {
        for (var differences = 0; differences <= MostDifferences; differences++)
        {
            var same = one.CommonPrefixLength(other);
            if (same == one.Length && same == other.Length)
                return true;
            while (same > 0 && IsOfWord(one[same - 1]))
                same--;
            one = one[same..];
            other = other[same..];
            var word = Word(one);
            var otherWord = Word(other);
            if (!IsSameButForNumber(word, otherWord))
                return false;
            one = one[word.Length..];
            other = other[otherWord.Length..];
        }
        return false;
    }

    private static bool IsSameButForNumber<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> other)
        where T : struct, IBinaryInteger<T>
    {
        var (digits, otherDigits) = (Digits(one), Digits(other));
        return digits > 0
            && otherDigits > 0
            && ((IsId(one.Length, digits) && IsId(other.Length, otherDigits)) || HaveSameLetters(one, other));
    }

    private static bool IsId(int length, int digits) => length >= ShortestId && digits * CharactersPerDigit >= length;

    private static bool HaveSameLetters<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> other)
        where T : struct, IBinaryInteger<T>
    {
        while (true)
        {
            one = FromLetter(one);
            other = FromLetter(other);
            if (one.IsEmpty || other.IsEmpty)
                return one.IsEmpty && other.IsEmpty;
            if (one[0] != other[0])
                return false;
            one = one[1..];
            other = other[1..];
        }
    }

    private static ReadOnlySpan<T> FromLetter<T>(ReadOnlySpan<T> word)
        where T : struct, IBinaryInteger<T>
    {
        var at = 0;
        while (at < word.Length && !char.IsAsciiLetter(AsChar(word[at])))
            at++;
        return word[at..];
    }

    private static ReadOnlySpan<T> Word<T>(ReadOnlySpan<T> text)
        where T : struct, IBinaryInteger<T>
    {
        var length = 0;
        while (length < text.Length && IsOfWord(text[length]))
            length++;
        return text[..length];
    }

    private static int Digits<T>(ReadOnlySpan<T> word)
        where T : struct, IBinaryInteger<T>
    {
        var digits = 0;
        foreach (var letter in word)
            digits += char.IsAsciiDigit(AsChar(letter)) ? 1 : 0;
        return digits;
    }

    private static bool IsOfWord<T>(T letter)
        where T : struct, IBinaryInteger<T> => AsChar(letter) is '.' or '-' or '_' || char.IsAsciiLetterOrDigit(AsChar(letter));

    private static char AsChar<T>(T letter)
        where T : struct, IBinaryInteger<T> => (char)ushort.CreateTruncating(letter);
}
