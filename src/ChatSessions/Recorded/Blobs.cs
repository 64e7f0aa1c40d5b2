using System.Buffers;
using System.Globalization;

namespace ChatSessions.Recorded;

/// <summary>Stretches of a text that are for no reader: base64, hexadecimal digits, and bytes that were taken for text. Each is a hole that says what it is.</summary>
internal static class Blobs
{
    /// <summary>Shorter ones are keys and hashes, of which the digits count.</summary>
    private const int Shortest = 240;

    /// <summary>Encoders break lines at 64 or 76 characters, if at all; shorter lines are words.</summary>
    private const int ShortestLine = 60;
    private const int LongestLine = 80;

    private const int LongestDeclaration = 80;

    /// <summary>Of bytes taken for text, hardly more than so many in a row are readable.</summary>
    private const int Readable = 12;

    private static readonly SearchValues<char> Digits = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
    );
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly string[] LineBreaks = ["\n", "\r\n", "\\n", "\\r\\n"];
    private static readonly SearchValues<char> MediaType = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-."
    );

    /// <summary>Control characters without backspace, tab, line ends and escape, which programs print, and what stands for bytes that are no UTF-8.</summary>
    private static readonly SearchValues<char> Unreadable = SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(code => (char)code).Except("\b\t\n\r\e"),
        '\uFFFD',
    ]);

    /// <summary>What base64 begins with when it holds a file of a kind, by the file's first bytes.</summary>
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

    /// <summary>The blobs in a text, in their order.</summary>
    public static Hole[] In(RecordedText recorded) =>
        recorded.Text.Length < Shortest ? [] : [.. Encoded(recorded).Concat(Binary(recorded.Text)).OrderBy(hole => hole.Start)];

    private static IEnumerable<Hole> Encoded(RecordedText recorded)
    {
        var text = recorded.Text;
        for (var at = 0; NextLine(text, at) is >= 0 and var start; )
        {
            // What is escaped by a backslash is no digit, though it may look like one.
            if (recorded.IsJson && start > 0 && text[start - 1] == '\\')
                start += text[start] == 'u' ? 5 : 1;
            var end = EndOfLines(text, start);
            if (end - start >= Shortest && EncodingOf(text.AsSpan(start..end)) is { } encoding)
                yield return new Hole(start, end, Describe(text, start, end, encoding));
            at = Math.Max(end, start + 1);
        }
    }

    /// <summary>Where the next run of digits begins that is long enough for a line; -1 when there is none.</summary>
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

    /// <summary>Where a run of digits ends, that may be broken into lines of the same length.</summary>
    private static int EndOfLines(string text, int start)
    {
        var end = EndOfLine(text, start);
        var length = end - start;
        var isLast = length is < ShortestLine or > LongestLine || text[end - 1] == '=';
        while (!isLast && LineBreakAt(text, end) is > 0 and var lineBreak)
        {
            var next = EndOfLine(text, end + lineBreak);
            var nextLength = next - end - lineBreak;
            // What goes on behind a space, such as "-----END CERTIFICATE-----", is no line of digits.
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

    /// <summary>How long a line break is, as it stands or as JSON writes it; 0 where there is none.</summary>
    private static int LineBreakAt(string text, int at)
    {
        foreach (var lineBreak in LineBreaks)
            if (string.CompareOrdinal(text, at, lineBreak, 0, lineBreak.Length) == 0)
                return lineBreak.Length;
        return 0;
    }

    /// <summary>What encoding the digits are of; null when they are rather words, a path or a line of dashes.</summary>
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
        // Base64 has either "+" and "/" or "-" and "_"; paths have what they like, and few capitals.
        var isEither = !digits.ContainsAny('+', '/') || !digits.ContainsAny('-', '_');
        return isEither && upper > 3 * few && lower > few && figures > few ? "base64" : null;
    }

    private static string Describe(string text, int start, int end, string encoding)
    {
        var digits = text.AsSpan(start..end).TrimEnd('=');
        // A line break of JSON is an escape of two characters.
        var count = digits.Length - digits.Count('\n') - digits.Count('\r') - 2 * digits.Count('\\');
        var bytes = encoding == "hex" ? count / 2 : (int)(count * 3L / 4);
        var kind = encoding == "hex" ? null : DeclaredKind(text.AsSpan(0, start)) ?? KindOf(text.AsSpan(start));
        return string.Create(CultureInfo.InvariantCulture, $"{encoding}{(kind is null ? "" : $" of {kind}")}, {bytes:N0} bytes");
    }

    /// <summary>What a data URI says of its content.</summary>
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
