using System.Text;

namespace ChatSessions.Words;

/// <summary>
/// Reads the words of a text as they are searched: in lower case, without accents, each with its place. A word is a run of letters and
/// digits; everything else separates, so <c>get_user_by_id</c>, <c>Foo.Bar</c> and paths are several words in a row. A camelCase word is
/// split into its parts, and also given whole. In a script without spaces, each character is a word.
/// </summary>
/// <remarks>
/// A recorded text is often itself JSON or a program's notation, so a backslash in it may begin another escape, such as <c>\n</c> before the
/// first word of a line, or part a path: <c>dir\new</c>. The word is given without the letter, and also with it (<see cref="Glued"/>).
/// <para/>
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

    /// <summary>For a letter before the word, the word, and the whole one.</summary>
    public const int ScratchBytes = 1 + 2 * MaxBytes + Folding.MaxBytes;

    private const byte Other = 0;
    private const byte Lower = 1;
    private const byte Upper = 2;
    private const byte Digit = 3;
    private const byte Escape = 4;
    private const byte Multibyte = 5;
    private const byte Control = 6;

    private static readonly byte[] Classes = MakeClasses();

    private readonly ReadOnlySpan<byte> text = text;
    private readonly Span<byte> glued = scratch;
    private readonly Span<byte> scratch = scratch[1..];
    private int next;
    private int endBefore;
    private int wholeStart;
    private int wholeEnd;

    /// <summary>Where the last letter is that may be an escape's or its word's.</summary>
    private int letter = -1;

    /// <summary>How many backslashes part the folders of the current path; 0 where there is no path that begins with a drive.</summary>
    private int pathSlashes;

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

    /// <summary>Whether the word is a part of a camelCase word.</summary>
    public bool IsPart { get; private set; }

    /// <summary>
    /// Whether only signs that join names are between the word and the one before, as in <c>Foo.bar</c>, <c>a/b</c> or <c>dir\new</c>.
    /// </summary>
    /// <remarks>Found out when it is asked for, since most readers do not ask.</remarks>
    public readonly bool IsJoined =>
        (IsPart && Start > wholeStart) || (endBefore > 0 && Escapes.AreJoined(text[endBefore..(letter + 1 == Start ? letter : Start)]));

    /// <summary>Whether the letter before the word may be an escape's or the word's own.</summary>
    public readonly bool IsGlued => letter >= 0 && letter + 1 == Start;

    /// <summary>The word with the letter before it, if that may be an escape's or the word's own; otherwise empty.</summary>
    public readonly ReadOnlySpan<byte> Glued
    {
        get
        {
            if (!IsGlued)
                return default;
            glued[0] = text[letter];
            return glued[..Math.Min(1 + Word.Length, MaxBytes)];
        }
    }

    /// <summary>Moves to the next word; false at the end of the text.</summary>
    public bool Read()
    {
        Whole = default;
        endBefore = End;
        if (next < wholeEnd)
            return ReadPart();
        IsPart = false;
        return ReadNext();
    }

    private bool ReadNext()
    {
        while (next < text.Length)
        {
            switch (Classes[text[next]])
            {
                case Lower or Upper or Digit:
                    return ReadRun();
                case Escape when !Escapes.TryRead(text, next, isJson, out _, out _):
                    SkipEscape();
                    break;
                case Escape or Multibyte:
                    if (ReadMixed())
                        return true;
                    break;
                case Control:
                    next += Math.Max(1, Escapes.ControlAt(text, next));
                    break;
                default:
                    pathSlashes = text[next] is <= (byte)' ' or (byte)'"' or (byte)'\'' ? 0 : pathSlashes;
                    next++;
                    break;
            }
        }
        return false;
    }

    /// <summary>Skips backslashes, and the letter after them unless they are a path's.</summary>
    private void SkipEscape()
    {
        var slashes = Escapes.SlashesAt(text, next);
        var isRecorded = isJson && slashes % 2 == 1;
        if (!isRecorded && Escapes.IsAfterDrive(text, next))
            pathSlashes = slashes;
        else if (slashes != pathSlashes)
            pathSlashes = 0;
        next += slashes;
        if (isRecorded)
            next++;
        else if (pathSlashes == 0 && next < text.Length && Escapes.IsLetter(text[next]))
            letter = next++;
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
        (Start, End, IsPart) = (next, PartEnd(next, wholeEnd), true);
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
                if (length == 0)
                    next += rune.Value == Escapes.Control ? used + Escapes.SequenceAt(text, next + used) : used;
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
        && (text[next] >= 0x80 || text[next] == '\\')
        && TryDecode(next, out var rune, out _)
        && (Folding.IsMark(rune) || (Rune.IsLetterOrDigit(rune) && !Folding.IsUnspaced(rune)));

    /// <summary>Reads a character. Invalid bytes become one that separates words. False at an escape that stands for no character.</summary>
    private readonly bool TryDecode(int at, out Rune rune, out int used)
    {
        if (text[at] == '\\')
            return Escapes.TryRead(text, at, isJson, out rune, out used);
        Rune.DecodeFromUtf8(text[at..], out rune, out used);
        return true;
    }

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
        classes['['] = Control;
        classes[Escapes.Control] = Control;
        classes.AsSpan(0x80).Fill(Multibyte);
        return classes;
    }
}
