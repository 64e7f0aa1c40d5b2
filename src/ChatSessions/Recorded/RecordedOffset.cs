using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// Finds where a character of a decoded text is in its JSON. It only moves forward, so a text with many cuts is read once for all of them.
/// </summary>
internal sealed class RecordedOffset
{
    // What can be skipped at once: one-byte characters that stand for themselves, in a string, and in JSON inside and outside its strings.
    private static readonly SearchValues<byte> PlainInString = PlainBut('\\');
    private static readonly SearchValues<byte> PlainInQuotes = PlainBut('\\', '"');
    private static readonly SearchValues<byte> PlainOutside = PlainBut(' ', '"');

    private readonly ShownEvent @event;
    private readonly int start;
    private int characters;
    private int bytes;
    private bool isInQuotes;
    private bool isEscaped;

    /// <summary>Begins at the start of a text.</summary>
    /// <param name="value">What the text was decoded from, a part of the event's JSON.</param>
    public RecordedOffset(ShownEvent @event, RawJson value)
    {
        (this.@event, Value) = (@event, value);
        var json = @event.Json.Utf8.Span;
        start = (int)Unsafe.ByteOffset(in json[0], in value.Utf8.Span[0]);
        bytes = value.Kind == JsonValueKind.String ? 1 : 0;
        Offset = @event.OffsetOf(start + bytes);
    }

    public RawJson Value { get; }

    /// <summary>The offset in the event's shown JSON.</summary>
    public int Offset { get; private set; }

    /// <summary>Moves to a character of the text; false if it is already past it.</summary>
    public bool GoTo(int character)
    {
        if (character < characters)
            return false;
        var from = bytes;
        if (Value.Kind == JsonValueKind.String)
            GoOnInString(Value.Utf8.Span, character);
        else
            GoOnInJson(Value.Utf8.Span, character);
        Offset += OutgoingText.ShownJsonLength(@event.Json.Utf8.Span, start + from, start + bytes);
        return true;
    }

    private void GoOnInString(ReadOnlySpan<byte> utf8, int character)
    {
        while (characters < character && bytes < utf8.Length)
        {
            if (utf8[bytes] == '\\')
            {
                bytes += utf8[bytes + 1] == 'u' ? 6 : 2;
                characters++;
            }
            else if (!PassPlain(PlainInString, utf8, character))
                Pass(utf8, isCounted: true);
        }
    }

    /// <summary>Here the text is the JSON without the white space between its tokens.</summary>
    private void GoOnInJson(ReadOnlySpan<byte> utf8, int character)
    {
        while (characters < character && bytes < utf8.Length)
        {
            if (!isEscaped && PassPlain(isInQuotes ? PlainInQuotes : PlainOutside, utf8, character))
                continue;
            var value = utf8[bytes];
            Pass(utf8, isCounted: isInQuotes || !RecordedText.IsWhiteSpace(value));
            isInQuotes ^= value == '"' && !isEscaped;
            isEscaped = isInQuotes && value == '\\' && !isEscaped;
        }
    }

    private bool PassPlain(SearchValues<byte> plain, ReadOnlySpan<byte> utf8, int character)
    {
        var ahead = utf8.Slice(bytes, Math.Min(character - characters, utf8.Length - bytes));
        var count = ahead.IndexOfAnyExcept(plain) is var other && other < 0 ? ahead.Length : other;
        bytes += count;
        characters += count;
        return count > 0;
    }

    private void Pass(ReadOnlySpan<byte> utf8, bool isCounted)
    {
        Rune.DecodeFromUtf8(utf8[bytes..], out var rune, out var length);
        bytes += length;
        characters += isCounted ? rune.Utf16SequenceLength : 0;
    }

    private static SearchValues<byte> PlainBut(params char[] others) =>
        SearchValues.Create([.. Enumerable.Range(' ', 95).Where(code => !others.Contains((char)code)).Select(code => (byte)code)]);
}
