using System.Buffers;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>
/// Walks over the properties of an object or the items of an array. The JSON was validated when the session was read, so it is not checked
/// again: strings are skipped without decoding, and nested values without looking inside.
/// </summary>
/// <param name="json">What to walk over. Any other value has neither properties nor items.</param>
internal ref struct JsonWalk(RawJson json)
{
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> Brackets = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]} \t\r\n"u8);

    private readonly ReadOnlyMemory<byte> memory = json.Utf8;
    private readonly ReadOnlySpan<byte> utf8 = json.Kind is JsonValueKind.Object or JsonValueKind.Array ? json.Utf8.Span[..^1] : default;
    private int next = 1;

    /// <summary>The property's name as written between its quotes, with escapes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value of the property, or the item.</summary>
    public RawJson Value { get; private set; }

    /// <summary>Moves to the next property of an object.</summary>
    public bool NextProperty()
    {
        if (utf8.IsEmpty || utf8[0] != '{' || !GoToToken())
            return false;
        var end = EndOfString(next);
        Name = utf8[(next + 1)..(end - 1)];
        next = end;
        GoToToken();
        TakeValue();
        return true;
    }

    /// <summary>Moves to the next item of an array.</summary>
    public bool NextItem()
    {
        if (utf8.IsEmpty || utf8[0] != '[' || !GoToToken())
            return false;
        TakeValue();
        return true;
    }

    private bool GoToToken()
    {
        while (next < utf8.Length && utf8[next] is (byte)',' or (byte)':' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            next++;
        return next < utf8.Length;
    }

    private void TakeValue()
    {
        var end = utf8[next] switch
        {
            (byte)'"' => EndOfString(next),
            (byte)'{' or (byte)'[' => EndOfNested(next),
            _ when utf8[next..].IndexOfAny(ScalarEnds) is >= 0 and var length => next + length,
            _ => utf8.Length,
        };
        Value = new RawJson(memory[next..end]);
        next = end;
    }

    private readonly int EndOfString(int quote)
    {
        var at = quote + 1;
        while (true)
        {
            at = Find(StringEnds, at);
            if (utf8[at] == '"')
                return at + 1;
            at += 2;
        }
    }

    private readonly int EndOfNested(int bracket)
    {
        var depth = 1;
        var at = bracket + 1;
        while (depth > 0)
        {
            at = Find(Brackets, at);
            if (utf8[at] == '"')
            {
                at = EndOfString(at);
                continue;
            }
            depth += utf8[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            at++;
        }
        return at;
    }

    private readonly int Find(SearchValues<byte> values, int from) =>
        utf8[from..].IndexOfAny(values) is >= 0 and var distance ? from + distance : throw new JsonException("It ends too early.");
}
