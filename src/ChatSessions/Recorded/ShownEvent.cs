using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// An event's JSON as it may be shown: what must not leave is replaced, and hidden characters are JSON escapes. Everything shown of an
/// event is read from here, and cut afterwards. Offsets count the characters of this text.
/// </summary>
/// <remarks>
/// The text itself is not kept: a page of a 100 MB event is decoded where it is read. All that is kept, once for each event, is the
/// offset in the text of about every 16 KB of JSON.
/// </remarks>
public sealed class ShownEvent
{
    private const int StretchBytes = 16 << 10;

    private readonly ReplacedText replaced;

    /// <summary>Where each stretch begins, in bytes of the JSON and in characters of the text; the last entry is where both end.</summary>
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
            // A stretch must not begin inside a character.
            while (next < utf8.Length && (utf8[next] & 0xC0) == 0x80)
                next++;
            offset += OutgoingText.ShownJsonLength(utf8, start, next);
            start = next;
            ends.Add(start);
            shownEnds.Add(offset);
        }
        (starts, offsets) = ([.. ends], [.. shownEnds]);
    }

    public int Position { get; }

    /// <summary>The length of the text in characters.</summary>
    public int Length => offsets[^1];

    /// <summary>The JSON after all replacements, but with hidden characters as recorded.</summary>
    internal RawJson Json => new(replaced.Utf8);

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

    /// <summary>The last offset, at or before this one, where the text can be cut: never inside a surrogate pair or an escape.</summary>
    public int CutAt(int offset)
    {
        if (offset <= 0 || offset >= Length)
            return Math.Clamp(offset, 0, Length);
        // A long row of backslashes is all escapes, so look back until another character is found.
        for (var before = 64; ; before *= 16)
        {
            var start = Math.Max(0, offset - before);
            var text = Text(start, offset - start + Escapes.Longest);
            if (start == 0 || text.AsSpan(0, offset - start - Escapes.Longest).ContainsAnyExcept('\\'))
                return start + CutAt(text, offset - start);
        }
    }

    /// <summary>The last index, at or before this one, where a part of such a text can be cut.</summary>
    internal static int CutAt(ReadOnlySpan<char> text, int index)
    {
        if (index <= 0 || index >= text.Length)
            return Math.Clamp(index, 0, text.Length);
        if (char.IsLowSurrogate(text[index]) && char.IsHighSurrogate(text[index - 1]))
            return index - 1;
        return Escapes.Around(text, index) is { } escape ? escape.Start : index;
    }

    /// <summary>The offset of a byte of <see cref="Json"/> where a character begins.</summary>
    internal int OffsetOf(int at)
    {
        var stretch = Find(starts, at);
        return offsets[stretch] + OutgoingText.ShownJsonLength(Json.Utf8.Span, starts[stretch], at);
    }

    /// <summary>The byte of <see cref="Json"/> for a byte of the recorded JSON.</summary>
    internal int ShownByte(int recorded) => replaced.Shown(recorded);

    /// <summary>The byte of the recorded JSON for a byte of <see cref="Json"/>.</summary>
    internal int RecordedByte(int shown) => replaced.Recorded(shown);

    private static int Find(int[] sorted, int value) => Array.BinarySearch(sorted, value) is var found && found < 0 ? ~found - 1 : found;
}
