using System.Globalization;
using System.Text;

namespace ChatSessions.Words;

/// <summary>
/// Removes case and accents: "Łódź" is searched as "lodz". It uses its own table, since a program without ICU
/// (<c>InvariantGlobalization</c>) cannot remove accents: string.Normalize leaves non-ASCII characters unchanged.
/// </summary>
internal static class Folding
{
    /// <summary>The most bytes that one character can become.</summary>
    public const int MaxBytes = 40;

    private static readonly Lazy<Dictionary<int, byte[]>> Table = new(ReadTable);

    /// <summary>Writes the folded form of a letter or digit, and returns its length in bytes.</summary>
    public static int Write(Rune letter, Span<byte> utf8)
    {
        if (!letter.IsAscii && Table.Value.TryGetValue(letter.Value, out var folded))
        {
            folded.CopyTo(utf8);
            return folded.Length;
        }
        return Rune.ToLowerInvariant(letter).EncodeToUtf8(utf8);
    }

    /// <summary>A text with its letters and digits folded, its accents removed, and all else as it is.</summary>
    public static string Fold(string text)
    {
        var utf8 = new MemoryStream(text.Length);
        Span<byte> folded = stackalloc byte[MaxBytes];
        foreach (var rune in text.EnumerateRunes())
            if (!IsMark(rune))
                utf8.Write(folded[..(Rune.IsLetterOrDigit(rune) ? Write(rune, folded) : rune.EncodeToUtf8(folded))]);
        return Encoding.UTF8.GetString(utf8.GetBuffer(), 0, (int)utf8.Length);
    }

    /// <summary>Whether it is an accent or another combining sign, which is ignored when words are compared.</summary>
    public static bool IsMark(Rune rune) =>
        rune.Value is 0x200D or 0xFE0F
        || (rune.Value >= 0x300 && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark);

    /// <summary>Whether its script uses few or no spaces between words. Each such character is a word, so that any part of a run is found.</summary>
    public static bool IsUnspaced(Rune rune) =>
        rune.Value
            is (>= 0x0E00 and <= 0x0EFF) // Thai, Lao
                or (>= 0x1000 and <= 0x109F) // Burmese
                or (>= 0x1780 and <= 0x17FF) // Khmer
                or (>= 0x3041 and <= 0x30FA) // Hiragana, Katakana
                or (>= 0x30FC and <= 0x30FF)
                or (>= 0x3400 and <= 0x4DBF) // Han
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0xAC00 and <= 0xD7AF) // Hangul
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFF66 and <= 0xFF9D) // Katakana of half width
                or (>= 0x20000 and <= 0x323AF);

    /// <summary>Each line is a character and its folded form; <c>folding.md</c> gives the sources.</summary>
    private static Dictionary<int, byte[]> ReadTable()
    {
        using var stream = typeof(Folding).Assembly.GetManifestResourceStream("folding.txt")!;
        using var reader = new StreamReader(stream);
        var table = new Dictionary<int, byte[]>(4_000);
        while (reader.ReadLine() is { } line)
        {
            var from = Rune.GetRuneAt(line, 0);
            table.Add(from.Value, Encoding.UTF8.GetBytes(line[from.Utf16SequenceLength..]));
        }
        return table;
    }
}
