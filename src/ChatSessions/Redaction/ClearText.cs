using System.Buffers;
using System.Text;

namespace ChatSessions.Redaction;

/// <summary>A text without colours of a terminal and characters that print as nothing, and where each of its characters is.</summary>
internal sealed record ClearText(string Text, IReadOnlyList<int> Places)
{
    private const char Escape = '\e';

    private static readonly SearchValues<char> Hidden = SearchValues.Create([
        Escape,
        '\u00AD',
        '\uFEFF',
        .. Enumerable.Range('\u200B', 5).Select(code => (char)code),
        .. Enumerable.Range('\u202A', 5).Select(code => (char)code),
        .. Enumerable.Range('\u2060', 16).Select(code => (char)code),
    ]);

    /// <summary>Reads a text; null if nothing in it is hidden.</summary>
    public static ClearText? Read(string text)
    {
        var at = text.AsSpan().IndexOfAny(Hidden);
        if (at < 0)
            return null;
        var (clear, places, done) = (new StringBuilder(text.Length), new List<int>(text.Length), 0);
        while (at >= 0)
        {
            Keep(at);
            done = at + LengthAt(text, at);
            at = text.AsSpan(done).IndexOfAny(Hidden) is var next && next < 0 ? -1 : done + next;
        }
        Keep(text.Length);
        return new(clear.ToString(), places);

        void Keep(int end)
        {
            clear.Append(text, done, end - done);
            places.AddRange(Enumerable.Range(done, end - done));
        }
    }

    /// <summary>Whether UTF-8 may have such characters. In JSON, the escape character is written as an escape instead.</summary>
    public static bool MayDiffer(ReadOnlySpan<byte> utf8) =>
        utf8.Contains((byte)Escape)
        || Has(utf8, [0xE2, 0x80], third => third is >= 0x8B and <= 0x8F or >= 0xAA and <= 0xAE)
        || Has(utf8, [0xE2, 0x81], third => third is >= 0xA0 and <= 0xAF)
        || utf8.IndexOf("\uFEFF"u8) >= 0
        || utf8.IndexOf("\u00AD"u8) >= 0;

    private static bool Has(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> first, Func<byte, bool> third)
    {
        for (var at = utf8.IndexOf(first); at >= 0 && at + 2 < utf8.Length; )
        {
            if (third(utf8[at + 2]))
                return true;
            var next = utf8[(at + 2)..].IndexOf(first);
            at = next < 0 ? -1 : at + 2 + next;
        }
        return false;
    }

    /// <summary>How long a hidden character is, with the rest of its sequence.</summary>
    private static int LengthAt(string text, int at)
    {
        if (text[at] != Escape || at + 1 == text.Length || text[at + 1] != '[')
            return 1;
        var end = at + 2;
        while (end < text.Length && text[end] is >= '\x20' and <= '\x3F')
            end++;
        return Math.Min(end + 1, text.Length) - at;
    }
}
