using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatSessions.Model;
using Microsoft.Extensions.AI;

namespace ChatSessions.Messages;

/// <summary>
/// Writes messages as JSON without loss. This is the JSON of Microsoft.Extensions.AI, except that lone surrogates are escaped;
/// System.Text.Json would replace them in a string, and refuse them in a <see cref="JsonElement"/>.
/// </summary>
public static class ChatMessagesJson
{
    /// <summary>
    /// Options for reading and writing the messages of <see cref="ChatMessages"/>. Text is escaped only where JSON requires it.
    /// </summary>
    public static JsonSerializerOptions Options { get; } =
        new(AIJsonUtilities.DefaultOptions)
        {
            Converters = { new StringConverter(), new ElementConverter() },
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = RawJson.ElementDepth + 16, // Depth that the messages add around an element.
            WriteIndented = false,
        };

    private sealed class StringConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            RawJson.Unescape(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
        {
            var lone = FindLoneSurrogate(value, from: 0);
            if (lone < 0)
            {
                writer.WriteStringValue(value);
                return;
            }
            var json = new StringBuilder("\"");
            var from = 0;
            for (; lone >= 0; lone = FindLoneSurrogate(value, from))
            {
                json.Append(options.Encoder!.Encode(value[from..lone])).Append(CultureInfo.InvariantCulture, $"\\u{(int)value[lone]:x4}");
                from = lone + 1;
            }
            writer.WriteRawValue(json.Append(options.Encoder!.Encode(value[from..])).Append('"').ToString(), skipInputValidation: true);
        }

        // System.Text.Json offers no raw property names, so a lone surrogate in a name becomes U+FFFD.
        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Read(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value);

        private static int FindLoneSurrogate(string text, int from)
        {
            for (var index = from; text.AsSpan(index).IndexOfAnyInRange('\uD800', '\uDFFF') is var next and >= 0; index += 2)
            {
                index += next;
                if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
                    return index;
            }
            return -1;
        }
    }

    private sealed class ElementConverter : JsonConverter<JsonElement>
    {
        public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonElement.ParseValue(ref reader);

        public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
        {
            var json = JsonMarshal.GetRawUtf8Value(value);
            if (json.IndexOf("\\ud"u8) >= 0 || json.IndexOf("\\uD"u8) >= 0)
                writer.WriteRawValue(json, skipInputValidation: true);
            else
                value.WriteTo(writer);
        }
    }
}
