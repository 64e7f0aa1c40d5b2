using System.Buffers;
using System.Buffers.Text;
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

    /// <summary>The texts in base64, decoded: where each is, and what it says.</summary>
    public static IEnumerable<(int Start, int Length, string Text)> In(string text)
    {
        for (var at = 0; at < text.Length; )
        {
            var start = text.AsSpan(at).IndexOfAny(Alphabet);
            if (start < 0)
                yield break;
            start += at;
            var end = EndOfRun(text, start);
            if (end - start >= Shortest && Decode(text.AsSpan(start, end - start)) is { } decoded)
                yield return (start, end - start, decoded);
            at = end + 1;
        }
    }

    /// <summary>Whether a word of at least <see cref="Shortest"/> letters and digits begins as a text in base64 does.</summary>
    /// <param name="utf8">A text, or JSON: the first letter may belong to an escape, such as <c>\n</c>.</param>
    public static bool BeginIn(ReadOnlySpan<byte> utf8, int word)
    {
        Span<char> letters = stackalloc char[FirstLetters];
        Encoding.Latin1.GetChars(utf8.Slice(word, FirstLetters), letters);
        if (DecodePart(letters) is not null)
            return true;
        if (word == 0 || utf8[word - 1] != '\\')
            return false;
        Encoding.Latin1.GetChars(utf8.Slice(word + 1, FirstLetters), letters);
        return DecodePart(letters) is not null;
    }

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
        if (encoded.Length > Longest || DecodePart(encoded[..Math.Min(FirstLetters, encoded.Length)]) is null)
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
            if (one is < 0x20 and not ((byte)'\n' or (byte)'\r' or (byte)'\t') or > 0x7E)
                odd++;
        return odd * 32 > written || written == 0 ? null : Encoding.Latin1.GetString(decoded);
    }
}
