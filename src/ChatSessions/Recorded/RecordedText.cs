using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// A text of one event, or of a run of deltas, that knows where each character was recorded, so that a reader can ask for what was cut. It
/// is read from the events as they may be shown, and decoded when first used. JSON other than a string is shown without the white space
/// between its tokens.
/// </summary>
internal sealed partial class RecordedText
{
    /// <summary>A longer line may be a page of HTML, whose elements are what a reader compares.</summary>
    private const int LongestLine = 400;

    /// <summary>Numbers behind a string are looked for this far.</summary>
    private const int LongestNumbers = 1_000;

    private readonly (ShownEvent Event, RawJson Value)[] pieces;
    private readonly int[] starts;
    private readonly Lazy<JsonRows?> rows;
    private string? text;
    private int[]? lines;
    private bool? isJson;
    private RecordedOffset? place;

    public RecordedText(params (ShownEvent Event, RawJson Value)[] pieces)
    {
        this.pieces = pieces;
        starts = new int[pieces.Length];
        rows = new(() => IsJson ? JsonRows.Find(Text) : null);
    }

    /// <summary>The decoded content of a string; for any other value, its JSON.</summary>
    public string Text => text ??= Join();

    /// <summary>Whether the text is JSON, or a string whose content looks like JSON, and so has escapes in it.</summary>
    public bool IsJson => isJson ??= pieces is [{ Value.Kind: not JsonValueKind.String }] || LooksLikeJson(Text.AsSpan().Trim());

    /// <summary>The rows of the text; null if it is not JSON with rows.</summary>
    public JsonRows? Rows => rows.Value;

    public int Position => pieces[0].Event.Position;

    /// <summary>
    /// Where each line begins, and finally the text's length. In JSON, each line of a string and the text between strings are lines. Of a
    /// page recorded as one long line, each element is one.
    /// </summary>
    public int[] Lines => lines ??= [0, .. LineStarts(), Text.Length];

    /// <summary>
    /// Where the text from a character on can be read: the first and last event, and the offset in the first event's shown JSON.
    /// </summary>
    public (int First, int Last, int Offset) AddressFrom(int index)
    {
        _ = Text;
        var piece = Array.BinarySearch(starts, index) is var found && found < 0 ? ~found - 1 : found;
        while (piece + 1 < pieces.Length && starts[piece + 1] <= index)
            piece++;
        // The next place asked for is usually after the last one.
        if (place?.Value.Utf8.Equals(pieces[piece].Value.Utf8) is not true || !place.GoTo(index - starts[piece]))
            (place = new(pieces[piece].Event, pieces[piece].Value)).GoTo(index - starts[piece]);
        return (pieces[piece].Event.Position, pieces[^1].Event.Position, place.Offset);
    }

    /// <summary>The strings of at least this many characters in JSON, without their quotes.</summary>
    public IEnumerable<(int Start, int End)> Strings(int shortest)
    {
        var start = -1;
        for (var at = Next(0); at < Text.Length; at = Next(Text[at] == '\\' ? at + 2 : at + 1))
        {
            if (Text[at] == '\\')
                continue;
            if (start >= 0 && at - start >= shortest)
                yield return (start, at);
            start = start < 0 ? at + 1 : -1;
        }

        int Next(int from) =>
            from >= Text.Length || Text.AsSpan(from).IndexOfAny('"', '\\') is var next && next < 0 ? Text.Length : from + next;
    }

    /// <summary>
    /// Where the fields that follow a string of JSON end, as long as each is a number, a truth value or null: scores and offsets, which are
    /// of no use without the string. The string's end if there are none.
    /// </summary>
    public int EndWithNumbers(int endOfString) =>
        NumbersPattern().Match(Text, endOfString, Math.Min(LongestNumbers, Text.Length - endOfString)) is { Success: true } fields
            ? endOfString + fields.Length
            : endOfString;

    private string Join()
    {
        var decoded = new string[pieces.Length];
        for (var (piece, length) = (0, 0); piece < pieces.Length; length += decoded[piece++].Length)
            (starts[piece], decoded[piece]) = (length, pieces[piece].Value.AsString() ?? Compact(pieces[piece].Value));
        return string.Concat(decoded);
    }

    /// <summary>
    /// Whether a text begins and ends like an object, or like an array of anything but numbers. A log line such as "[info] …" does not.
    /// </summary>
    private static bool LooksLikeJson(ReadOnlySpan<char> text) =>
        text switch
        {
            ['{', .. var inside, '}'] => inside.TrimStart() is ['"', ..] or [],
            ['[', .. var inside, ']'] => inside.TrimStart() is ['"' or '{' or '[', ..] or [],
            _ => false,
        };

    /// <summary>Where each line but the first one begins.</summary>
    private IEnumerable<int> LineStarts()
    {
        var start = 0;
        foreach (var end in LineEnds().Append(Text.Length))
        {
            if (end - start > LongestLine)
                foreach (var element in Elements(start, end))
                    yield return element;
            if (end < Text.Length)
                yield return end;
            start = end;
        }
    }

    /// <summary>Where elements of HTML or XML begin within a line. JSON may have an escape for the bracket.</summary>
    private IEnumerable<int> Elements(int start, int end)
    {
        for (var at = start + 1; at < end && Text.AsSpan(at..end).IndexOfAny('<', '\\') is >= 0 and var next; )
        {
            at += next;
            var length =
                Text[at] == '<' ? 1
                : !IsJson ? 0
                : Text.AsSpan(at..end).StartsWith("\\u003c", StringComparison.OrdinalIgnoreCase) ? 6
                : -2;
            if (length > 0 && at + length < end && char.IsAsciiLetter(Text[at + length]))
                yield return at;
            at += Math.Max(1, Math.Abs(length));
        }
    }

    private IEnumerable<int> LineEnds()
    {
        var ends = IsJson ? "\n\"\\" : "\n";
        for (var at = 0; Text.AsSpan(at).IndexOfAny(ends) is >= 0 and var next; )
        {
            at += next + 1;
            if (Text[at - 1] != '\\' || Text[at++] == 'n')
                yield return at;
        }
    }

    public static string Compact(RawJson value)
    {
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

    [GeneratedRegex("""\G"(?:\s*,\s*"[^"\\]{1,60}"\s*:\s*(?:-?[0-9][0-9.eE+-]{0,40}|true|false|null)(?=\s*[,}]))+""")]
    private static partial Regex NumbersPattern();

    public static bool IsWhiteSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
