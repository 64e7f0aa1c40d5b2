using System.Buffers.Text;
using System.Text;

namespace ChatSessions.Words;

/// <summary>
/// Reads the words of a text as they are searched: in lower case, without accents, each with its place. A word is a run of letters and
/// digits; everything else separates, so <c>get_user_by_id</c>, <c>Foo.Bar</c> and paths are several words in a row. A camelCase word is
/// split into its parts, and also given whole. In a script without spaces, each character is a word.
/// </summary>
/// <remarks>
/// It reads JSON directly, including escapes, and allocates no strings, so that an import does not spend its time here. The index, queries
/// and snippets must all use it; otherwise a typed word would not match an indexed one.
/// </remarks>
/// <param name="text">UTF-8; invalid bytes separate words.</param>
/// <param name="isJson">Whether backslashes are JSON escapes.</param>
/// <param name="scratch">A buffer of <see cref="ScratchBytes"/> for the current word.</param>
internal ref struct WordReader(ReadOnlySpan<byte> text, bool isJson, Span<byte> scratch)
{
    /// <summary>Longer words are cut to this length, so base64 and the like cost little and can still be found by their beginning.</summary>
    public const int MaxBytes = 64;

    public const int ScratchBytes = 2 * MaxBytes + Folding.MaxBytes;

    private const byte Other = 0;
    private const byte Lower = 1;
    private const byte Upper = 2;
    private const byte Digit = 3;
    private const byte Escape = 4;
    private const byte Multibyte = 5;

    private static readonly byte[] Classes = MakeClasses();

    private readonly ReadOnlySpan<byte> text = text;
    private readonly Span<byte> scratch = scratch;
    private int next;
    private int wholeStart;
    private int wholeEnd;

    /// <summary>The current word, valid until the next is read.</summary>
    public ReadOnlySpan<byte> Word { get; private set; }

    /// <summary>Where the word begins in the text, in bytes.</summary>
    public int Start { get; private set; }

    /// <summary>Where the word ends in the text, in bytes.</summary>
    public int End { get; private set; }

    /// <summary>At the last part of a camelCase word, the whole word; otherwise empty.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>Where <see cref="Whole"/> begins; it ends with the word.</summary>
    public readonly int WholeStart => wholeStart;

    /// <summary>Moves to the next word; false at the end of the text.</summary>
    public bool Read()
    {
        Whole = default;
        if (next < wholeEnd)
            return ReadPart();
        while (next < text.Length)
        {
            switch (Classes[text[next]])
            {
                case Lower or Upper or Digit:
                    return ReadRun();
                case Escape when isJson && !IsUnicodeEscape(next):
                    next += 2;
                    break;
                case Escape when isJson:
                case Multibyte:
                    if (ReadMixed())
                        return true;
                    break;
                default:
                    next++;
                    break;
            }
        }
        return false;
    }

    /// <summary>Reads a run of ASCII letters and digits, which is nearly always a whole word.</summary>
    private bool ReadRun()
    {
        var (start, hasLower, hasUpper, hasDigit, hasDigitInside) = (next, false, false, false, false);
        for (; next < text.Length && Classes[text[next]] is var kind and > Other and <= Digit; next++)
        {
            hasDigitInside |= hasDigit && kind != Digit;
            hasDigit |= kind == Digit;
            hasLower |= kind == Lower;
            hasUpper |= kind == Upper;
        }
        if (GoesOn())
        {
            next = start;
            return ReadMixed();
        }
        // A run with digits inside is usually a hash or a code, so it is not split.
        if (hasLower && hasUpper && !hasDigitInside && next - start <= MaxBytes && PartEnd(start, next) < next)
        {
            (wholeStart, wholeEnd, next) = (start, next, start);
            return ReadPart();
        }
        (Start, End) = (start, next);
        Word = ToLower(start, next, scratch);
        return true;
    }

    private bool ReadPart()
    {
        (Start, End) = (next, PartEnd(next, wholeEnd));
        Word = ToLower(Start, End, scratch);
        next = End;
        if (End == wholeEnd)
            Whole = ToLower(wholeStart, wholeEnd, scratch[MaxBytes..]);
        return true;
    }

    /// <summary>The end of a part of a camelCase word: before a capital after a lowercase letter, or before the last of several capitals.</summary>
    private readonly int PartEnd(int start, int end)
    {
        for (var at = start + 1; at < end; at++)
            if (IsUpper(at) && (!IsUpper(at - 1) || (at + 1 < end && IsLower(at + 1))))
                return at;
        return end;
    }

    /// <summary>Reads a word with non-ASCII letters, or one character of a script without spaces; false if there is neither.</summary>
    private bool ReadMixed()
    {
        var length = 0;
        (Start, End) = (next, next);
        while (next < text.Length && TryDecode(next, out var rune, out var used))
        {
            if (Folding.IsUnspaced(rune))
            {
                if (length > 0)
                    break;
                Start = next;
                length = Folding.Write(rune, scratch);
                End = next += used;
                break;
            }
            var isMark = Folding.IsMark(rune);
            if (!isMark && !Rune.IsLetterOrDigit(rune))
            {
                next += length == 0 ? used : 0;
                break;
            }
            if (length == 0)
                Start = next;
            if (!isMark && length < MaxBytes)
                length += Folding.Write(rune, scratch[length..]);
            End = next += used;
        }
        Word = scratch[..length];
        return length > 0;
    }

    /// <summary>Whether the word continues after an ASCII run, with a letter or an accent.</summary>
    private readonly bool GoesOn() =>
        next < text.Length
        && (text[next] >= 0x80 || (isJson && IsUnicodeEscape(next)))
        && TryDecode(next, out var rune, out _)
        && (Folding.IsMark(rune) || (Rune.IsLetterOrDigit(rune) && !Folding.IsUnspaced(rune)));

    /// <summary>Reads a character. Invalid bytes become one that separates words. False at an escape other than <c>\u</c>.</summary>
    private readonly bool TryDecode(int at, out Rune rune, out int used)
    {
        (rune, used) = (Rune.ReplacementChar, 1);
        if (isJson && text[at] == '\\')
        {
            if (!IsUnicodeEscape(at))
                return false;
            used = 6;
            var first = Hex(at + 2);
            if (char.IsHighSurrogate(first) && IsUnicodeEscape(at + 6) && Rune.TryCreate(first, Hex(at + 8), out var pair))
                (rune, used) = (pair, 12);
            else if (Rune.TryCreate(first, out var single))
                rune = single;
            return true;
        }
        Rune.DecodeFromUtf8(text[at..], out rune, out used);
        return true;
    }

    private readonly bool IsUnicodeEscape(int at) => at + 6 <= text.Length && text[at] == '\\' && text[at + 1] == 'u';

    private readonly char Hex(int at) => Utf8Parser.TryParse(text.Slice(at, 4), out ushort value, out _, 'x') ? (char)value : '\uFFFD';

    private readonly ReadOnlySpan<byte> ToLower(int start, int end, Span<byte> into)
    {
        var length = Math.Min(end - start, MaxBytes);
        Ascii.ToLower(text.Slice(start, length), into, out _);
        return into[..length];
    }

    private readonly bool IsUpper(int at) => Classes[text[at]] == Upper;

    private readonly bool IsLower(int at) => Classes[text[at]] == Lower;

    private static byte[] MakeClasses()
    {
        var classes = new byte[256];
        classes.AsSpan('a', 26).Fill(Lower);
        classes.AsSpan('A', 26).Fill(Upper);
        classes.AsSpan('0', 10).Fill(Digit);
        classes['\\'] = Escape;
        classes.AsSpan(0x80).Fill(Multibyte);
        return classes;
    }
}
