using System.Buffers;
using System.Globalization;

namespace ChatSessions.Condensing;

/// <summary>Stretches of a text that are for no reader: base64, hexadecimal digits, and bytes that were taken for text. Each is a hole that says what it is.</summary>
internal static class Blobs
{
    /// <summary>Shorter ones are keys and hashes, of which the digits count.</summary>
    private const int Shortest = 240;

    /// <summary>Encoders break lines at 64 or 76 characters; shorter lines are words.</summary>
    private const int ShortestLine = 60;

    /// <summary>Of bytes taken for text, hardly more than so many in a row are readable.</summary>
    private const int Readable = 12;

    private static readonly SearchValues<char> Digits = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="
    );
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> MediaType = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-."
    );

    /// <summary>Control characters without tab, line ends and escape, and what stands for bytes that are no UTF-8.</summary>
    private static readonly SearchValues<char> Unreadable = SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(code => (char)code).Except("\t\n\r\e"),
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
        for (var at = NextDigit(text, 0); text.Length - at >= Shortest; )
        {
            var end = EndOfDigits(recorded, at);
            if (end - at >= Shortest && EncodingOf(text.AsSpan(at..end)) is { } encoding)
                yield return new Hole(at, end, Describe(text, at, end, encoding));
            at = NextDigit(text, end);
        }
    }

    private static int NextDigit(string text, int from) =>
        text.AsSpan(from).IndexOfAny(Digits) is var next && next < 0 ? text.Length : from + next;

    /// <summary>Where a run of digits ends, that may be broken into lines of the same length.</summary>
    private static int EndOfDigits(RecordedText recorded, int start)
    {
        var text = recorded.Text;
        var lineBreak = recorded.IsJson ? "\\n" : "\n";
        var end = EndOfLine(start);
        var length = end - start;
        while (length >= ShortestLine && text.AsSpan(end).StartsWith(lineBreak))
        {
            var next = EndOfLine(end + lineBreak.Length);
            if (next == end + lineBreak.Length || next - end - lineBreak.Length > length)
                break;
            var isLast = next - end - lineBreak.Length < length;
            end = next;
            if (isLast)
                break;
        }
        return end;

        int EndOfLine(int from) => text.AsSpan(from).IndexOfAnyExcept(Digits) is var other && other < 0 ? text.Length : from + other;
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
        return upper > few && lower > few && figures > few ? "base64" : null;
    }

    private static string Describe(string text, int start, int end, string encoding)
    {
        var digits = text.AsSpan(start..end).TrimEnd('=');
        // A line break of JSON is an escape of two characters.
        var count = digits.Length - digits.Count('\n') - 2 * digits.Count('\\');
        var bytes = encoding == "hex" ? count / 2 : count * 3 / 4;
        var kind = encoding == "hex" ? null : DeclaredKind(text.AsSpan(0, start)) ?? KindOf(text.AsSpan(start));
        return string.Create(CultureInfo.InvariantCulture, $"{encoding}{(kind is null ? "" : $" of {kind}")}, {bytes:N0} bytes");
    }

    /// <summary>What a data URI says of its content.</summary>
    private static string? DeclaredKind(ReadOnlySpan<char> before)
    {
        var from = before.LastIndexOf("data:");
        if (from < 0 || !before.EndsWith(";base64,") || before.Length - from > 80)
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
