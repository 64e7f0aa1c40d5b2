using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ChatSessions.Words;

/// <summary>
/// Escapes in a text, whatever it was written by: JSON's, those of JSON within JSON, of programs' notations such as Python's, and terminal
/// colours. Each further level doubles the backslashes.
/// </summary>
internal static class Escapes
{
    /// <summary>The character that begins a terminal's control sequence.</summary>
    public const int Control = 0x1B;

    private const int LongestJoin = 8;
    private const int LongestSequence = 16;

    /// <summary>Signs between the names of one identifier or path.</summary>
    private static readonly SearchValues<byte> Joins = SearchValues.Create("._-/\\:#@$~>"u8);

    private static readonly SearchValues<byte> Parameters = SearchValues.Create("0123456789;?"u8);

    /// <summary>How many backslashes are at a place.</summary>
    public static int SlashesAt(ReadOnlySpan<byte> text, int at) =>
        text[at..].IndexOfAnyExcept((byte)'\\') is >= 0 and var length ? length : text.Length - at;

    /// <summary>Whether it is the letter of an escape for a character that separates words.</summary>
    public static bool IsLetter(byte letter) =>
        letter is (byte)'n' or (byte)'t' or (byte)'r' or (byte)'b' or (byte)'f' or (byte)'v' or (byte)'0';

    /// <summary>Whether a drive is before a place, as in <c>C:\dir</c>: then backslashes part folders.</summary>
    public static bool IsAfterDrive(ReadOnlySpan<byte> text, int at) =>
        at >= 2
        && text[at - 1] == ':'
        && char.IsAsciiLetter((char)text[at - 2])
        && (at == 2 || !char.IsAsciiLetterOrDigit((char)text[at - 3]) || (at > 3 && text[at - 4] == '\\'));

    /// <summary>Whether the signs between two words join them to one identifier or path.</summary>
    public static bool AreJoined(ReadOnlySpan<byte> between) => between.Length <= LongestJoin && !between.ContainsAnyExcept(Joins);

    /// <summary>Reads an escape that stands for a character by its number; false if the text is something else.</summary>
    /// <param name="at">Where its backslashes begin.</param>
    /// <param name="isJson">Whether a single backslash is JSON's.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, int at, bool isJson, out Rune rune, out int used)
    {
        (rune, used) = (Rune.ReplacementChar, 0);
        var slashes = SlashesAt(text, at);
        var rest = text[(at + slashes)..];
        if (rest.IsEmpty)
            return false;
        if (rest[0] == 'u' && Hex(rest, 4) is { } unit)
        {
            used = slashes + 5;
            if (Rune.TryCreate((char)unit, out var single))
                rune = single;
            else if (LowAt(text, at + used, slashes) is { } low && Rune.TryCreate((char)unit, low, out var pair))
                (rune, used) = (pair, 2 * used);
            return true;
        }
        // JSON itself has no others.
        if (isJson && slashes % 2 == 1)
            return false;
        if (rest[0] == 'x' && Hex(rest, 2) is { } first)
        {
            (rune, used) = ReadBytes(text, at, slashes, (byte)first);
            return true;
        }
        used = slashes + (rest.StartsWith("033["u8) ? 3 : 1);
        rune = new Rune(Control);
        return rest.StartsWith("033["u8) || rest.StartsWith("e["u8);
    }

    /// <summary>The length of a control sequence, such as a colour, or 0. Some records lack the character before it.</summary>
    public static int ControlAt(ReadOnlySpan<byte> text, int at)
    {
        if (text[at] == Control)
            return 1 + SequenceAt(text, at + 1);
        var length = SequenceAt(text, at);
        return length > 2 && text[at + length - 1] == 'm' && at + length < text.Length && char.IsAsciiLetterOrDigit((char)text[at + length])
            ? length
            : 0;
    }

    /// <summary>The length of what follows the control character; 0 if it is no sequence.</summary>
    public static int SequenceAt(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length || text[at] != '[')
            return 0;
        var rest = text.Slice(at + 1, Math.Min(LongestSequence, text.Length - at - 1));
        return rest.IndexOfAnyExcept(Parameters) is >= 0 and var length && char.IsAsciiLetter((char)rest[length]) ? length + 2 : 0;
    }

    /// <summary>Reads a character of UTF-8 whose bytes are escaped one by one: <c>\xc3\xa9</c>.</summary>
    private static (Rune Rune, int Used) ReadBytes(ReadOnlySpan<byte> text, int at, int slashes, byte first)
    {
        Span<byte> utf8 = [first, 0, 0, 0];
        var (count, size) = (1, slashes + 3);
        var most =
            first < 0xC2 ? 1
            : first < 0xE0 ? 2
            : first < 0xF0 ? 3
            : 4;
        for (; count < most && HexAt(text, at + count * size, slashes, (byte)'x', 2) is { } value; count++)
            utf8[count] = (byte)value;
        return Rune.DecodeFromUtf8(utf8[..count], out var rune, out var used) == OperationStatus.Done
            ? (rune, used * size)
            : (Rune.ReplacementChar, size);
    }

    private static char? LowAt(ReadOnlySpan<byte> text, int at, int slashes) => (char?)HexAt(text, at, slashes, (byte)'u', 4);

    private static int? HexAt(ReadOnlySpan<byte> text, int at, int slashes, byte letter, int digits) =>
        at < text.Length && SlashesAt(text, at) == slashes && at + slashes < text.Length && text[at + slashes] == letter
            ? Hex(text[(at + slashes)..], digits)
            : null;

    /// <summary>The number after a letter, in exactly so many digits.</summary>
    private static int? Hex(ReadOnlySpan<byte> letterAndDigits, int digits) =>
        letterAndDigits.Length > digits
        && Utf8Parser.TryParse(letterAndDigits.Slice(1, digits), out int value, out var used, 'x')
        && used == digits
            ? value
            : null;
}
