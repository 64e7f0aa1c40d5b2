using System.Globalization;

namespace ChatSessions.Tokens;

/// <summary>
/// The pieces into which o200k_base splits a text before it looks for tokens; no token crosses from one to the next. Together they are the
/// whole text. This is a hand-written equivalent of the encoding's regular expression, whose alternatives are tried in this order
/// (<c>Upper</c> and <c>Lower</c> as in <see cref="Kind"/>):
/// <code>
/// [^\r\n\p{L}\p{N}]? Upper* Lower+ (?i:'s|'t|'re|'ve|'m|'ll|'d)?
/// [^\r\n\p{L}\p{N}]? Upper+ Lower* (?i:'s|'t|'re|'ve|'m|'ll|'d)?
/// \p{N}{1,3}
///  ?[^\s\p{L}\p{N}]+[\r\n/]*
/// \s*[\r\n]+
/// \s+(?!\S)
/// \s+
/// </code>
/// A character is a UTF-16 unit, as in the .NET expression, so a surrogate is neither a letter nor a number nor a space.
/// </summary>
internal ref struct TokenPieces(ReadOnlySpan<char> text)
{
    /// <summary>What the expression asks about a character.</summary>
    [Flags]
    private enum Kind : byte
    {
        None = 0,

        /// <summary>\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}: letters that may begin a word, including marks.</summary>
        Upper = 1,

        /// <summary>\p{Ll}\p{Lm}\p{Lo}\p{M}: letters that may continue a word, including marks.</summary>
        Lower = 2,

        /// <summary>\p{L}: not a mark, so a mark is both part of a word and of [^\s\p{L}\p{N}].</summary>
        Letter = 4,

        /// <summary>\p{N}.</summary>
        Number = 8,

        /// <summary>\s.</summary>
        Space = 16,

        /// <summary>[\r\n], which are spaces too.</summary>
        Newline = 32,
    }

    private readonly ReadOnlySpan<char> _text = text;
    private int _start;
    private int _end;

    public readonly TokenPieces GetEnumerator() => this;

    public readonly ReadOnlySpan<char> Current => _text[_start.._end];

    public bool MoveNext()
    {
        _start = _end;
        if (_start == _text.Length)
            return false;
        _end = EndOfPiece(_start);
        return true;
    }

    private readonly int EndOfPiece(int start)
    {
        var first = KindAt(start);
        int letters = (first & (Kind.Letter | Kind.Number | Kind.Newline)) == 0 ? start + 1 : start;
        int uppers = EndOfRun(letters, Kind.Upper);
        int end = EndOfRun(uppers, Kind.Lower);
        if (end == uppers)
        {
            // Nothing lower follows, so the expression backtracks to a letter that is both, such as a CJK letter.
            while (end > letters && (KindAt(end - 1) & Kind.Lower) == 0)
                end--;
        }

        // A mark that could come before a word is a word by itself, and is tried before capitals alone.
        bool mark = (first & (Kind.Lower | Kind.Letter)) == Kind.Lower;
        if (end == letters && !mark)
            end = uppers;
        if (end > letters || mark)
            return EndOfContraction(end);

        if ((first & Kind.Number) != 0)
            return EndOfNumber(start);

        int signs = _text[start] == ' ' ? start + 1 : start;
        end = EndOfSigns(signs);
        return end > signs ? EndOfLineAfterSigns(end) : EndOfSpaces(start);
    }

    private readonly int EndOfRun(int at, Kind kind)
    {
        while ((KindAt(at) & kind) != 0)
            at++;
        return at;
    }

    /// <summary>Ignores case only among ASCII letters: U+017F and U+212A do not match here.</summary>
    private readonly int EndOfContraction(int at)
    {
        if (at + 1 >= _text.Length || _text[at] != '\'')
            return at;
        char last = at + 2 < _text.Length ? (char)(_text[at + 2] | 0x20) : '\0';
        return (char)(_text[at + 1] | 0x20) switch
        {
            's' or 't' or 'm' or 'd' => at + 2,
            'r' or 'v' when last == 'e' => at + 3,
            'l' when last == 'l' => at + 3,
            _ => at,
        };
    }

    private readonly int EndOfNumber(int start)
    {
        int end = start + 1;
        while (end < start + 3 && (KindAt(end) & Kind.Number) != 0)
            end++;
        return end;
    }

    private readonly int EndOfSigns(int at)
    {
        while (at < _text.Length && (KindAt(at) & (Kind.Space | Kind.Letter | Kind.Number)) == 0)
            at++;
        return at;
    }

    private readonly int EndOfLineAfterSigns(int at)
    {
        while (at < _text.Length && _text[at] is '\r' or '\n' or '/')
            at++;
        return at;
    }

    /// <summary>
    /// To the last newline. Without one: all spaces if nothing follows; otherwise, if there are two or more, all but the last, which
    /// belongs to what follows.
    /// </summary>
    private readonly int EndOfSpaces(int start)
    {
        int end = EndOfRun(start, Kind.Space);
        int newline = _text[start..end].LastIndexOfAny('\r', '\n');
        if (newline >= 0)
            return start + newline + 1;
        return end < _text.Length && end > start + 1 ? end - 1 : end;
    }

    private readonly Kind KindAt(int at)
    {
        if ((uint)at >= (uint)_text.Length)
            return Kind.None;
        char c = _text[at];
        return c < Ascii.Length ? Ascii[c] : KindOf(c);
    }

    private static readonly Kind[] Ascii = KindsOfAscii();

    private static Kind[] KindsOfAscii()
    {
        var kinds = new Kind[128];
        for (int c = 0; c < kinds.Length; c++)
            kinds[c] = KindOf((char)c);
        return kinds;
    }

    private static Kind KindOf(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => Kind.Letter | Kind.Upper,
            UnicodeCategory.LowercaseLetter => Kind.Letter | Kind.Lower,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter | Kind.Upper | Kind.Lower,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Kind.Upper
                | Kind.Lower,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ when c is '\r' or '\n' => Kind.Space | Kind.Newline,
            _ when char.IsWhiteSpace(c) => Kind.Space,
            _ => Kind.None,
        };
}
