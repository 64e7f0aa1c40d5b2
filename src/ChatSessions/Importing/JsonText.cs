using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Builds JSON from recorded JSON without decoding it, so that texts stay unchanged (lone surrogates) and large ones are cheap.</summary>
internal static class JsonText
{
    /// <summary>Of <c>\u0000</c>.</summary>
    private const int EscapeLength = 6;

    internal static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static RawJson Quote(string text) => Make(writer => writer.WriteStringValue(text));

    /// <summary>JSON strings joined by line feeds, or by another text that needs no escapes.</summary>
    public static RawJson Join(IReadOnlyList<RawJson> strings, string separator = "\\n")
    {
        if (strings.Count == 1)
            return strings[0];
        var joined = new ArrayBufferWriter<byte>();
        var between = System.Text.Encoding.UTF8.GetBytes(separator);
        joined.Write("\""u8);
        for (var index = 0; index < strings.Count; index++)
        {
            if (index > 0)
                joined.Write(between);
            joined.Write(strings[index].Utf8.Span[1..^1]);
        }
        joined.Write("\""u8);
        return new RawJson(joined.WrittenMemory);
    }

    public static RawJson Make(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
            write(writer);
        return new RawJson(buffer.WrittenMemory);
    }

    public static RawJson List(IEnumerable<RawJson> items) =>
        Make(writer =>
        {
            writer.WriteStartArray();
            foreach (var item in items)
                writer.WriteRawValue(item.Utf8.Span, skipInputValidation: true);
            writer.WriteEndArray();
        });

    /// <summary>An object without some of its fields.</summary>
    public static RawJson Less(RawJson json, params string[] names) =>
        Make(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in json.Properties())
                if (!names.Contains(name))
                    writer.WriteRaw(name, value);
            writer.WriteEndObject();
        });

    /// <summary>
    /// The JSON with U+FFFD in place of escaped lone surrogates, for readers that refuse them. All other bytes stay where they are.
    /// </summary>
    public static ReadOnlyMemory<byte> WithWholeCharacters(RawJson json)
    {
        if (json.Utf8.Span.IndexOf("\\u"u8) < 0)
            return json.Utf8;
        var whole = json.Utf8.ToArray();
        for (var at = 0; whole.AsSpan(at).IndexOf((byte)'\\') is >= 0 and var next; )
        {
            at += next;
            if (IsPair(CodeAt(whole, at), CodeAt(whole, at + EscapeLength)))
                at += 2 * EscapeLength;
            else if (CodeAt(whole, at) is { } code)
            {
                if (char.IsSurrogate(code))
                    "fffd"u8.CopyTo(whole.AsSpan(at + 2));
                at += EscapeLength;
            }
            else
                at += 2;
        }
        return whole;
    }

    private static bool IsPair(char? high, char? low) => high is { } one && low is { } other && char.IsSurrogatePair(one, other);

    /// <summary>The character that <c>\uXXXX</c> stands for; null if there is no such escape.</summary>
    private static char? CodeAt(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length
        && json[at] == '\\'
        && json[at + 1] == 'u'
        && ushort.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;

    /// <summary>The JSON object in a string; missing if there is none.</summary>
    public static RawJson ObjectIn(string? text) => In(text, '{', JsonValueKind.Object);

    /// <summary>The JSON list in a string; missing if there is none.</summary>
    public static RawJson ListIn(string? text) => In(text, '[', JsonValueKind.Array);

    /// <summary>The JSON string in a string; missing if there is none.</summary>
    public static RawJson StringIn(string? text) => In(text, '"', JsonValueKind.String);

    private static RawJson In(string? text, char start, JsonValueKind kind)
    {
        if (text is null || !text.AsSpan().TrimStart().StartsWith(start))
            return default;
        try
        {
            var json = RawJson.Parse(System.Text.Encoding.UTF8.GetBytes(text));
            return json.Kind == kind ? json : default;
        }
        catch (JsonException)
        {
            return default; // A text that only begins like it.
        }
    }

    /// <summary>Writes a property with an unchanged value; writes nothing if the value is missing.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, string name, RawJson value)
    {
        if (value.IsMissing)
            return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }

    /// <summary>Writes a property with a text; writes nothing if it is null.</summary>
    public static void WriteText(this Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
            writer.WriteString(name, text);
    }
}
