using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ChatSessions.Redaction;

/// <summary>Texts in base64, whose secrets would otherwise be a short command away.</summary>
internal static class EncodedSecrets
{
    /// <summary>Shorter texts can hold no more than a password, which has a name before it.</summary>
    public const int Shortest = 32;

    private const int Longest = 1 << 20;
    private const int FirstLetters = 24;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
    );

    private static readonly sbyte[] Values =
    [
        .. Enumerable
            .Range(0, 0x80)
            .Select(code =>
                (sbyte)(
                    (char)code switch
                    {
                        '+' or '-' => 62,
                        '/' or '_' => 63,
                        var letter => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".IndexOf(letter),
                    }
                )
            ),
    ];

    /// <summary>The texts in base64, decoded: where each is, and what it says.</summary>
    public static IEnumerable<(int Start, int Length, string Text)> In(string text)
    {
        for (var at = 0; NextRun(MemoryMarshal.Cast<char, ushort>(text.AsSpan()), at) is >= 0 and var start; )
        {
            var end = EndOfRun(text, start);
            if (Decode(text.AsSpan(start, end - start)) is { } decoded)
                yield return (start, end - start, decoded);
            at = end + 1;
        }
    }

    /// <summary>Whether there is a long run of letters that begins as a text in base64 does.</summary>
    /// <param name="text">A text, or JSON: the first letters may belong to an escape, such as <c>\n</c>.</param>
    public static bool MayBeIn<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var at = 0; NextRun(text, at) is >= 0 and var start; )
        {
            if (IsText(text[start..]))
                return true;
            if (start > 0 && int.CreateTruncating(text[start - 1]) == '\\' && (IsText(text[(start + 1)..]) || IsText(text[(start + 5)..])))
                return true;
            at = start + Shortest;
            while (at < text.Length && SixBits(text[at]) >= 0)
                at++;
        }
        return false;
    }

    /// <summary>Where the next long run of letters begins; -1 after the last.</summary>
    /// <param name="at">The beginning of the text, or what comes after a letter that is of no run.</param>
    private static int NextRun<T>(ReadOnlySpan<T> text, int at)
        where T : unmanaged, IBinaryInteger<T>
    {
        while (at + Shortest <= text.Length)
        {
            // Most words are short, so most letters need not be looked at.
            var last = at + Shortest - 1;
            while (last >= at && SixBits(text[last]) >= 0)
                last--;
            if (last < at)
                return at;
            at = last + 1;
        }
        return -1;
    }

    /// <summary>Whether the first letters stand for text: those of names, paths and hashes hardly ever do.</summary>
    private static bool IsText<T>(ReadOnlySpan<T> letters)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (letters.Length < FirstLetters)
            return false;
        for (var at = 0; at < FirstLetters; at += 4)
        {
            var all =
                (SixBits(letters[at]) << 18)
                | (SixBits(letters[at + 1]) << 12)
                | (SixBits(letters[at + 2]) << 6)
                | SixBits(letters[at + 3]);
            if (all < 0 || IsOdd((byte)(all >> 16)) || IsOdd((byte)(all >> 8)) || IsOdd((byte)all))
                return false;
        }
        return true;
    }

    /// <summary>What a letter of base64 stands for; negative for others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SixBits<T>(T letter)
        where T : unmanaged, IBinaryInteger<T> => int.CreateTruncating(letter) is < 0x80 and var code ? Values[code] : -1;

    private static bool IsOdd(byte one) => one is < 0x20 and not ((byte)'\n' or (byte)'\r' or (byte)'\t') or > 0x7E;

    /// <summary>Long texts are broken into lines of the same length; only the last is shorter.</summary>
    private static int EndOfRun(string text, int start)
    {
        var end = EndOfLine(text, start);
        var line = end - start;
        while (line >= 60 && end < text.Length && text[end] is '\n' or '\r')
        {
            var next = end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
            var more = EndOfLine(text, next) - next;
            if (more == 0 || more > line)
                break;
            end = next + more;
            if (more < line)
                break;
        }
        return end;
    }

    private static int EndOfLine(string text, int start)
    {
        var length = text.AsSpan(start).IndexOfAnyExcept(Alphabet);
        return length < 0 ? text.Length : start + length;
    }

    /// <summary>The text that is encoded; null if it is something else than text.</summary>
    private static string? Decode(ReadOnlySpan<char> encoded)
    {
        // Most long words are names and paths, which show in their first letters.
        if (encoded.Length > Longest || !IsText(MemoryMarshal.Cast<char, ushort>(encoded)))
            return null;
        return DecodePart(encoded);
    }

    private static string? DecodePart(ReadOnlySpan<char> encoded)
    {
        var letters = new byte[encoded.Length + 3];
        var count = 0;
        foreach (var letter in encoded)
            if (letter is not ('\r' or '\n'))
                letters[count++] = letter switch
                {
                    '-' => (byte)'+',
                    '_' => (byte)'/',
                    _ => (byte)letter,
                };
        count -= count % 4 == 1 ? 1 : 0;
        while (count % 4 != 0)
            letters[count++] = (byte)'=';
        var bytes = new byte[count];
        if (Base64.DecodeFromUtf8(letters.AsSpan(0, count), bytes, out _, out var written) != OperationStatus.Done)
            return null;
        var decoded = bytes.AsSpan(0, written);
        var odd = 0;
        foreach (var one in decoded)
            if (IsOdd(one))
                odd++;
        return odd * 32 > written || written == 0 ? null : Encoding.Latin1.GetString(decoded);
    }
}
