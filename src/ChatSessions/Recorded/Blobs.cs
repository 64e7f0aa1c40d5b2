using System.Buffers;
using System.Globalization;

namespace ChatSessions.Recorded;

/// <summary>
/// Finds the parts of a text that nobody reads: base64, hexadecimal digits, bytes recorded as text, and embeddings. Each becomes a hole whose
/// note says what it is.
/// </summary>
internal static class Blobs
{
    /// <summary>Anything shorter is likely to be a key or a hash, whose digits matter.</summary>
    private const int Shortest = 240;

    /// <summary>Encoders break lines at 64 or 76 characters, if at all; shorter lines are words.</summary>
    private const int ShortestLine = 60;
    private const int LongestLine = 80;

    private const int LongestDeclaration = 80;

    /// <summary>A shorter array of numbers is a row of measurements.</summary>
    private const int FewestNumbers = 32;

    /// <summary>Bytes recorded as text rarely have more readable characters in a row than this.</summary>
    private const int Readable = 12;

    private static readonly SearchValues<char> Digits = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
    );
    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789.-+eE, \t\r\n");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly string[] LineBreaks = ["\n", "\r\n", "\\n", "\\r\\n"];
    private static readonly SearchValues<char> MediaType = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-."
    );

    /// <summary>
    /// Control characters and the replacement character for invalid UTF-8. Backspace, tab, line ends and escape are not included,
    /// because programs print them.
    /// </summary>
    private static readonly SearchValues<char> Unreadable = SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(code => (char)code).Except("\b\t\n\r\e"),
        '\uFFFD',
    ]);

    /// <summary>The start of base64 data by the kind of file, from the file's first bytes.</summary>
    private static readonly (string Start, string Kind)[] Kinds =
    [
        ("iVBORw0KGgo", "image/png"),
        ("/9j/", "image/jpeg"),
        ("R0lGOD", "image/gif"),
        ("UklGR", "image/webp"),
        ("JVBERi0", "application/pdf"),
        ("UEsDB", "application/zip"),
        ("H4sI", "application/gzip"),
    ];

    /// <summary>The blobs in a text, in order.</summary>
    public static Hole[] In(RecordedText recorded) =>
        recorded.Text.Length < Shortest
            ? []
            : [.. Encoded(recorded).Concat(Binary(recorded.Text)).Concat(Numbers(recorded.Text)).OrderBy(hole => hole.Start)];

    private static IEnumerable<Hole> Encoded(RecordedText recorded)
    {
        var text = recorded.Text;
        for (var at = 0; NextLine(text, at) is >= 0 and var start; )
        {
            // The character after a backslash is part of an escape, even if it looks like a digit.
            if (recorded.IsJson && start > 0 && text[start - 1] == '\\')
                start += text[start] == 'u' ? 5 : 1;
            var end = EndOfLines(text, start);
            if (end - start >= Shortest && EncodingOf(text.AsSpan(start..end)) is { } encoding)
                yield return new Hole(start, end, Describe(text, start, end, encoding));
            at = Math.Max(end, start + 1);
        }
    }

    /// <summary>Where the next run of digits that is long enough for a line begins; -1 if there is none.</summary>
    private static int NextLine(string text, int from)
    {
        while (text.Length - from >= ShortestLine)
        {
            var other = text.AsSpan(from, ShortestLine).LastIndexOfAnyExcept(Digits);
            if (other < 0)
                return from;
            from += other + 1;
        }
        return -1;
    }

    /// <summary>Where a run of digits ends. It may be broken into lines of equal length.</summary>
    private static int EndOfLines(string text, int start)
    {
        var end = EndOfLine(text, start);
        var length = end - start;
        var isLast = length is < ShortestLine or > LongestLine || text[end - 1] == '=';
        while (!isLast && LineBreakAt(text, end) is > 0 and var lineBreak)
        {
            var next = EndOfLine(text, end + lineBreak);
            var nextLength = next - end - lineBreak;
            // Text followed by a space, such as "-----END CERTIFICATE-----", is not a line of digits.
            if (nextLength == 0 || nextLength > length || (next < text.Length && text[next] == ' '))
                break;
            isLast = nextLength < length || text[next - 1] == '=';
            end = next;
        }
        return end;
    }

    private static int EndOfLine(string text, int start)
    {
        var end = text.AsSpan(start).IndexOfAnyExcept(Digits) is var other && other < 0 ? text.Length : start + other;
        for (var padding = 0; padding < 2 && end > start && end < text.Length && text[end] == '='; padding++)
            end++;
        return end;
    }

    /// <summary>The length of a line break, either raw or escaped as in JSON; 0 if there is none.</summary>
    private static int LineBreakAt(string text, int at)
    {
        foreach (var lineBreak in LineBreaks)
            if (string.CompareOrdinal(text, at, lineBreak, 0, lineBreak.Length) == 0)
                return lineBreak.Length;
        return 0;
    }

    /// <summary>The encoding of the digits; null if they look more like words, a path or a line of dashes.</summary>
    private static string? EncodingOf(ReadOnlySpan<char> digits)
    {
        var (upper, lower, figures) = (0, 0, 0);
        foreach (var digit in digits)
        {
            upper += char.IsAsciiLetterUpper(digit) ? 1 : 0;
            lower += char.IsAsciiLetterLower(digit) ? 1 : 0;
            figures += char.IsAsciiDigit(digit) ? 1 : 0;
        }
        var few = digits.Length / 30;
        if (figures > few && upper + lower > few && !digits.ContainsAnyExcept(HexDigits))
            return "hex";
        // Base64 uses either "+" and "/" or "-" and "_". Paths mix them, and have few capitals.
        var isEither = !digits.ContainsAny('+', '/') || !digits.ContainsAny('-', '_');
        return isEither && upper > 3 * few && lower > few && figures > few ? "base64" : null;
    }

    private static string Describe(string text, int start, int end, string encoding)
    {
        var digits = text.AsSpan(start..end).TrimEnd('=');
        // In JSON a line break is an escape of two characters.
        var count = digits.Length - digits.Count('\n') - digits.Count('\r') - 2 * digits.Count('\\');
        var bytes = encoding == "hex" ? count / 2 : (int)(count * 3L / 4);
        var kind = encoding == "hex" ? null : DeclaredKind(text.AsSpan(0, start)) ?? KindOf(text.AsSpan(start));
        return string.Create(CultureInfo.InvariantCulture, $"{encoding}{(kind is null ? "" : $" of {kind}")}, {bytes:N0} bytes");
    }

    /// <summary>The media type that a data URI declares.</summary>
    private static string? DeclaredKind(ReadOnlySpan<char> before)
    {
        if (!before.EndsWith(";base64,"))
            return null;
        before = before[^Math.Min(before.Length, LongestDeclaration)..];
        var from = before.LastIndexOf("data:");
        if (from < 0)
            return null;
        var kind = before[(from + 5)..^8];
        return kind.IsEmpty || kind.ContainsAnyExcept(MediaType) ? null : kind.ToString();
    }

    private static string? KindOf(ReadOnlySpan<char> digits)
    {
        foreach (var (start, kind) in Kinds)
            if (digits.StartsWith(start))
                return kind;
        return null;
    }

    /// <summary>Long arrays of decimal numbers, such as embeddings, without their brackets. An array of ids or counts is data to read.</summary>
    public static IEnumerable<Hole> Numbers(string text)
    {
        for (var at = 0; text.AsSpan(at).IndexOf('[') is >= 0 and var next; )
        {
            at += next + 1;
            var length = text.AsSpan(at).IndexOfAnyExcept(OfNumbers) is >= 0 and var other ? other : text.Length - at;
            var numbers = text.AsSpan(at, length);
            if (length >= Shortest && at + length < text.Length && text[at + length] == ']')
            {
                var count = numbers.Count(',') + 1;
                if (count >= FewestNumbers && 2 * numbers.Count('.') >= count)
                    yield return new Hole(at, at + length, string.Create(CultureInfo.InvariantCulture, $"{count:N0} numbers"));
            }
            at += length;
        }
    }

    private static IEnumerable<Hole> Binary(string text)
    {
        var start = -1;
        var last = -1;
        for (var at = text.AsSpan().IndexOfAny(Unreadable); at >= 0; )
        {
            if (start < 0 || at - last > Readable)
            {
                if (last - start >= Shortest)
                    yield return new Hole(start, last + 1, "binary");
                start = at;
            }
            last = at;
            at = text.AsSpan(at + 1).IndexOfAny(Unreadable) is var next && next < 0 ? -1 : at + 1 + next;
        }
        if (last - start >= Shortest)
            yield return new Hole(start, last + 1, "binary");
    }
}
