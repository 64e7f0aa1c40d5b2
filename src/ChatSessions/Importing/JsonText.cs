using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Builds JSON from recorded JSON without decoding it, so that texts stay unchanged (lone surrogates) and large ones are cheap.</summary>
internal static class JsonText
{
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
