using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ChatSessions.Redaction;

namespace ChatSessions.Condensing;

/// <summary>
/// A text that stands in one event, or in a run of deltas, and where each of its characters is recorded: so that what is cut from it
/// can be asked for. Decoded when first read; JSON that is no string is shown without the white space between its tokens.
/// </summary>
internal sealed class RecordedText
{
    private readonly (SessionEvent Event, RawJson Value)[] pieces;
    private readonly Lazy<JsonRows?> rows;
    private string? text;
    private int[]? lines;

    public RecordedText(params (SessionEvent Event, RawJson Value)[] pieces)
    {
        this.pieces = pieces;
        rows = new(() => JsonRows.Of(Text));
    }

    /// <summary>The decoded text: of a string its content, of any other value its JSON.</summary>
    public string Text =>
        text ??= pieces.Length == 1 ? Decode(pieces[0].Value) : string.Concat(pieces.Select(piece => Decode(piece.Value)));

    /// <summary>True when the text is JSON, or what a JSON string holds looks like it: then there are escapes in it.</summary>
    public bool IsJson => pieces is [{ Value.Kind: not JsonValueKind.String }] || Text is ['[', .., ']'] or ['{', .., '}'];

    /// <summary>The text's rows, when it is JSON that has some.</summary>
    public JsonRows? Rows => rows.Value;

    /// <summary>The position of the event in which the text begins.</summary>
    public int Position => pieces[0].Event.Position;

    /// <summary>Where each line begins, and last the text's length. The lines of JSON are those of its strings, and what stands between these.</summary>
    public int[] Lines => lines ??= [0, .. LineEnds().Where(end => end < Text.Length), Text.Length];

    /// <summary>
    /// Where the rest of the text is to be had from a character on: the events, and the offset in the JSON of the first of them, as
    /// <see cref="OutgoingText.ShowJson(RawJson)"/> writes it.
    /// </summary>
    public string AddressFrom(int index)
    {
        var piece = 0;
        for (; piece < pieces.Length - 1 && Decode(pieces[piece].Value).Length is var length && index >= length; piece++)
            index -= length;
        var (@event, value) = pieces[piece];
        var json = @event.Json.Utf8.Span;
        var start = (int)Unsafe.ByteOffset(in json[0], in value.Utf8.Span[0]);
        var offset = OutgoingText.ShownJsonLength(json, start + ByteIndex(value, index));
        var last = pieces[^1].Event.Position;
        return last == @event.Position ? $"#{@event.Position} from {offset}" : $"#{@event.Position}-{last} from {offset}";
    }

    /// <summary>The strings of at least so many characters in JSON: where each begins and ends, without its quotes.</summary>
    public IEnumerable<(int Start, int End)> Strings(int shortest)
    {
        for (var (at, start) = (0, -1); at < Text.Length; at++)
        {
            if (Text[at] == '\\')
                at++;
            else if (Text[at] == '"' && start < 0)
                start = at + 1;
            else if (Text[at] == '"')
            {
                if (at - start >= shortest)
                    yield return (start, at);
                start = -1;
            }
        }
    }

    private IEnumerable<int> LineEnds()
    {
        for (var at = 0; at < Text.Length; at++)
        {
            if (Text[at] == '\n' || (IsJson && Text[at] == '"'))
                yield return at + 1;
            else if (IsJson && Text[at] == '\\' && Text[++at] == 'n')
                yield return at + 1;
        }
    }

    /// <summary>How many bytes of a value's JSON stand before a character of its decoded text.</summary>
    private static int ByteIndex(RawJson value, int index)
    {
        var utf8 = value.Utf8.Span;
        if (value.Kind != JsonValueKind.String)
            return ByteIndexInJson(utf8, index);
        var at = 1;
        while (index > 0 && at < utf8.Length)
        {
            if (utf8[at] == '\\')
            {
                at += utf8[at + 1] == 'u' ? 6 : 2;
                index--;
                continue;
            }
            Rune.DecodeFromUtf8(utf8[at..], out var rune, out var bytes);
            at += bytes;
            index -= rune.Utf16SequenceLength;
        }
        return at;
    }

    private static int ByteIndexInJson(ReadOnlySpan<byte> utf8, int index)
    {
        var at = 0;
        var (isInString, isEscaped) = (false, false);
        while (index > 0 && at < utf8.Length)
        {
            Rune.DecodeFromUtf8(utf8[at..], out var rune, out var bytes);
            if (isInString || !IsWhiteSpace(utf8[at]))
                index -= rune.Utf16SequenceLength;
            isInString ^= utf8[at] == '"' && !isEscaped;
            isEscaped = isInString && utf8[at] == '\\' && !isEscaped;
            at += bytes;
        }
        return at;
    }

    private static string Decode(RawJson value)
    {
        if (value.AsString() is { } text)
            return text;
        var utf8 = value.Utf8.Span;
        var compact = new byte[utf8.Length];
        var length = 0;
        for (var (at, isInString) = (0, false); at < utf8.Length; at++)
        {
            if (!isInString && IsWhiteSpace(utf8[at]))
                continue;
            compact[length++] = utf8[at];
            if (isInString && utf8[at] == '\\')
                compact[length++] = utf8[++at];
            else if (utf8[at] == '"')
                isInString = !isInString;
        }
        return Encoding.UTF8.GetString(compact.AsSpan(0, length));
    }

    private static bool IsWhiteSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
