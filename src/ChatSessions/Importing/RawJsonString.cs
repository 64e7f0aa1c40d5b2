using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// The inside of a JSON string, still escaped, in which tags such as <c>&lt;name&gt;…&lt;/name&gt;</c> are found. It is cut only next to tags and
/// white space, never inside an escape, so that what a text has unusual (lone surrogates) stays unchanged.
/// </summary>
internal readonly struct RawJsonString(ReadOnlyMemory<byte> escaped)
{
    private ReadOnlySpan<byte> Span => escaped.Span;

    public int Length => escaped.Length;

    public bool IsEmpty => escaped.IsEmpty;

    public RawJson Json => new((byte[])[(byte)'"', .. Span, (byte)'"']);

    public RawJsonString this[Range range] => new(escaped[range]);

    /// <summary>Whether it ends with a line feed, or is empty.</summary>
    public bool EndsLine => IsEmpty || EscapeAtEnd(Span) == 'n';

    /// <param name="json">A JSON string. Some writers escape the brackets of tags; here they are plain.</param>
    public static RawJsonString WithPlainTags(RawJson json)
    {
        var inside = json.Utf8[1..^1];
        return inside.Span.IndexOf("\\u003"u8) < 0 ? new(inside) : new(Plain(inside.Span));
    }

    public bool BeginsWith(string start) => Span.StartsWith(Encoding.UTF8.GetBytes(start));

    public bool Is(string text) => Span.SequenceEqual(Encoding.UTF8.GetBytes(text));

    /// <summary>Where a text begins; null if it does not occur.</summary>
    public int? IndexOf(string text) => Span.IndexOf(Encoding.UTF8.GetBytes(text)) is >= 0 and var at ? at : null;

    /// <summary>Whether it begins with an opening tag, with or without attributes.</summary>
    public bool BeginsWithTag(string tag) => BeginsWith($"<{tag}>") || BeginsWith($"<{tag} ");

    /// <summary>Where the first element of this name ends, or null.</summary>
    public int? EndOf(string tag) => IndexOf($"</{tag}>") is { } at ? at + tag.Length + 3 : null;

    /// <summary>The content of the first element of this name; empty if there is none.</summary>
    public RawJsonString Inside(string tag)
    {
        if ((IndexOf($"<{tag}>") ?? IndexOf($"<{tag} ")) is not { } open || this[open..].IndexOf(">") is not { } end)
            return default;
        var inside = this[(open + end + 1)..];
        return inside.IndexOf($"</{tag}>") is { } close ? inside[..close] : inside;
    }

    /// <summary>Where the last element of this name begins, if the text ends with it; otherwise null.</summary>
    public int? StartOfLast(string tag)
    {
        var end = TrimmedEnd().Span;
        if (!end.EndsWith(Encoding.UTF8.GetBytes($"</{tag}>")))
            return null;
        var start = Math.Max(end.LastIndexOf(Encoding.UTF8.GetBytes($"<{tag}>")), end.LastIndexOf(Encoding.UTF8.GetBytes($"<{tag} ")));
        return start < 0 ? null : start;
    }

    public RawJsonString Trimmed()
    {
        var from = 0;
        var span = Span;
        while (from < span.Length)
        {
            if (span[from] == ' ')
                from++;
            else if (span[from] == '\\' && span[from + 1] is (byte)'n' or (byte)'r' or (byte)'t')
                from += 2;
            else
                break;
        }
        return this[from..].TrimmedEnd();
    }

    public RawJsonString TrimmedEnd()
    {
        var span = Span;
        while (true)
        {
            if (span is [.., (byte)' '])
                span = span[..^1];
            else if (EscapeAtEnd(span) is 'n' or 'r' or 't')
                span = span[..^2];
            else
                return this[..span.Length];
        }
    }

    /// <summary>The text, still escaped.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);

    /// <summary>The letter of the two-letter escape at the end, or null.</summary>
    private static char? EscapeAtEnd(ReadOnlySpan<byte> span)
    {
        if (span.Length < 2 || span[^2] != '\\')
            return null;
        var backslashes = span[..^1].Length - span[..^1].TrimEnd((byte)'\\').Length;
        return backslashes % 2 == 1 ? (char)span[^1] : null;
    }

    private static byte[] Plain(ReadOnlySpan<byte> span)
    {
        var plain = new byte[span.Length];
        var length = 0;
        for (var at = 0; at < span.Length; at++)
        {
            if (span[at] != '\\')
            {
                plain[length++] = span[at];
                continue;
            }
            var bracket = span.Length - at < 6 ? default : span.Slice(at, 6);
            if (bracket.StartsWith("\\u003"u8) && bracket[5] is (byte)'c' or (byte)'C' or (byte)'e' or (byte)'E')
            {
                plain[length++] = (byte)(bracket[5] is (byte)'c' or (byte)'C' ? '<' : '>');
                at += 5;
                continue;
            }
            plain[length++] = span[at++]; // An escape of two letters at least; its second is no beginning of another.
            plain[length++] = span[at];
        }
        return plain[..length];
    }
}
