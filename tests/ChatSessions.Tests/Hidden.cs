using System.Globalization;
using System.Text;

namespace ChatSessions.Tests;

/// <summary>Finds characters that control a terminal or that readers cannot see, using only the character tables.</summary>
public static class Hidden
{
    /// <summary>The codes of the hidden characters in a text; empty if there are none. Joiners between letters that need them do not count.</summary>
    public static string In(string text)
    {
        var found = new List<string>();
        for (var at = 0; at < text.Length; )
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) != System.Buffers.OperationStatus.Done)
                found.Add($"half a pair {(int)text[at]:X4}");
            else if (IsHidden(rune) && !IsInPlace(text, at))
                found.Add($"{rune.Value:X4}");
            at += length;
        }
        return string.Join(' ', found);
    }

    private static bool IsHidden(Rune rune) =>
        rune.Value is not ('\n' or '\t')
        && (
            Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
            || rune.Value
                is >= 0xFE00
                    and <= 0xFE0F
                    or >= 0xE0000
                    and <= 0xE0FFF
                    or 0x034F
                    or 0x115F
                    or 0x1160
                    or 0x17B4
                    or 0x17B5
                    or 0x2800
                    or 0x3164
                    or 0xFFA0
        );

    private static bool IsInPlace(string text, int at) =>
        text[at] switch
        {
            '\u200C' or '\u200D' => at > 0 && at + 1 < text.Length && text[at - 1] > 0x7F && text[at + 1] > 0x7F,
            '\uFE0E' or '\uFE0F' => at > 0 && (text[at - 1] > 0x7F || char.IsAsciiDigit(text[at - 1]) || text[at - 1] is '#' or '*'),
            '\u200B' => at > 0 && text[at - 1] is ' ' or '\n' or '\t',
            '\u180E' => at > 0 && text[at - 1] is >= '\u1820' and <= '\u18AA',
            _ => false,
        };
}
