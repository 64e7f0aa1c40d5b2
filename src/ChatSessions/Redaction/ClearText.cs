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

    /// <summary>The first bytes of such characters in UTF-8.</summary>
    private static readonly SearchValues<byte> HiddenFirst = SearchValues.Create([(byte)Escape, 0xC2, 0xE2, 0xEF]);

    /// <summary>Reads a text; null if nothing in it is hidden.</summary>
    public static ClearText? Read(string text)
    {
        if (!MayDiffer(text) || text.AsSpan().IndexOfAny(Hidden) is not (>= 0 and var at))
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

    /// <summary>Whether a text may have such characters. Faster than looking for each of them.</summary>
    public static bool MayDiffer(ReadOnlySpan<char> text) =>
        text.ContainsAny(Escape, '\u00AD', '\uFEFF') || text.ContainsAnyInRange('\u200B', '\u206F');

    /// <summary>Whether UTF-8 may have such characters. In JSON, the escape character is written as an escape.</summary>
    public static bool MayDiffer(ReadOnlySpan<byte> utf8)
    {
        for (var at = utf8.IndexOfAny(HiddenFirst); at >= 0; )
        {
            if (
                utf8[at..]
                is [(byte)Escape, ..]
                    or [0xC2, 0xAD, ..]
                    or [0xE2, 0x80, >= 0x8B and <= 0x8F or >= 0xAA and <= 0xAE, ..]
                    or [0xE2, 0x81, >= 0xA0 and <= 0xAF, ..]
                    or [0xEF, 0xBB, 0xBF, ..]
            )
                return true;
            var next = utf8[(at + 1)..].IndexOfAny(HiddenFirst);
            at = next < 0 ? -1 : at + 1 + next;
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
