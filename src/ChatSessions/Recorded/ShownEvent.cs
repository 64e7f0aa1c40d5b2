using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// An event's JSON as it may be shown: what must not leave is replaced, and hidden characters are written as JSON escapes. Whatever is
/// shown of an event is read from here and cut after that. Offsets count the characters of this text.
/// </summary>
/// <remarks>
/// The text itself is not kept: of an event of 100 MB a page is decoded where it is read. What is kept, once for an event, is where in the
/// JSON every so many bytes lie in the text; nothing at all of a short event.
/// </remarks>
public sealed class ShownEvent
{
    private const int StretchBytes = 16 << 10;

    private readonly ReplacedText replaced;

    /// <summary>Where the stretches begin, in bytes of the JSON and in characters of the text; last, where both end.</summary>
    private readonly int[] starts;
    private readonly int[] offsets;

    internal ShownEvent(int position, ReplacedText replaced)
    {
        (Position, this.replaced) = (position, replaced);
        var utf8 = Json.Utf8.Span;
        var (ends, shownEnds) = (new List<int> { 0 }, new List<int> { 0 });
        for (var (start, offset) = (0, 0); start < utf8.Length; )
        {
            var next = Math.Min(start + StretchBytes, utf8.Length);
            // A stretch begins where a character does.
            while (next < utf8.Length && (utf8[next] & 0xC0) == 0x80)
                next++;
            offset += OutgoingText.ShownJsonLength(utf8, start, next);
            start = next;
            ends.Add(start);
            shownEnds.Add(offset);
        }
        (starts, offsets) = ([.. ends], [.. shownEnds]);
    }

    /// <summary>The event's position.</summary>
    public int Position { get; }

    /// <summary>How many characters the text has.</summary>
    public int Length => offsets[^1];

    /// <summary>The JSON with everything replaced that must not leave. Hidden characters stand in it as recorded.</summary>
    internal RawJson Json => new(replaced.Utf8);

    /// <summary>The text, or a part of it.</summary>
    public string Text(int offset = 0, int most = int.MaxValue)
    {
        var end = (int)Math.Min(Length, (long)offset + most);
        if (offset >= end)
            return "";
        var utf8 = Json.Utf8.Span;
        var first = Find(offsets, offset);
        var last = Find(offsets, end - 1);
        var text = OutgoingText.ShowJson(utf8, starts[first], starts[last + 1]);
        return text.Substring(offset - offsets[first], end - offset);
    }

    /// <summary>The greatest offset up to one at which the text can be cut: never inside of a surrogate pair or an escape.</summary>
    public int CutAt(int offset)
    {
        if (offset <= 0 || offset >= Length)
            return Math.Clamp(offset, 0, Length);
        // A row of backslashes is escapes as far as it goes, and may be long.
        for (var before = 64; ; before *= 16)
        {
            var start = Math.Max(0, offset - before);
            var text = Text(start, offset - start + Escapes.Longest);
            if (start == 0 || text.AsSpan(0, offset - start - Escapes.Longest).ContainsAnyExcept('\\'))
                return start + CutAt(text, offset - start);
        }
    }

    /// <summary>The greatest index up to one at which a part of such a text can be cut.</summary>
    internal static int CutAt(ReadOnlySpan<char> text, int index)
    {
        if (index <= 0 || index >= text.Length)
            return Math.Clamp(index, 0, text.Length);
        if (char.IsLowSurrogate(text[index]) && char.IsHighSurrogate(text[index - 1]))
            return index - 1;
        return Escapes.Around(text, index) is { } escape ? escape.Start : index;
    }

    /// <summary>The offset of a byte of <see cref="Json"/>, at which a character begins.</summary>
    internal int OffsetOf(int at)
    {
        var stretch = Find(starts, at);
        return offsets[stretch] + OutgoingText.ShownJsonLength(Json.Utf8.Span, starts[stretch], at);
    }

    /// <summary>The byte of <see cref="Json"/> that stands for a byte of the JSON as it was recorded.</summary>
    internal int ShownByte(int recorded) => replaced.Shown(recorded);

    /// <summary>The byte of the JSON as it was recorded that a byte of <see cref="Json"/> stands for.</summary>
    internal int RecordedByte(int shown) => replaced.Recorded(shown);

    private static int Find(int[] sorted, int value) => Array.BinarySearch(sorted, value) is var found && found < 0 ? ~found - 1 : found;
}
