using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// Recorded JSON as a value for programs. A program decodes the escapes of JSON, so an escape would not make a hidden character visible. The
/// strings have its code instead, as in texts. Line ends stay as recorded: JSON always escapes them.
/// </summary>
internal static class ShownJson
{
    /// <summary>Answers add a few levels of their own, and many readers refuse more than 64.</summary>
    private const int Deepest = 48;

    public static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value; null if it is too deeply nested.</summary>
    public static JsonElement? Of(RawJson json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Utf8.Length);
        using var writer = new Utf8JsonWriter(buffer, Unescaped);
        if (!Write(writer, json, depth: 0))
            return null;
        writer.Flush();
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>Writes a value; its JSON as text if it is too deeply nested, and null if it is missing.</summary>
    public static void WriteOrText(Utf8JsonWriter writer, RawJson json)
    {
        if (json.IsMissing)
            writer.WriteNullValue();
        else if (Of(json) is { } value)
            value.WriteTo(writer);
        else
            writer.WriteStringValue(ShowText(json.ToString()));
    }

    private static bool Write(Utf8JsonWriter writer, RawJson json, int depth)
    {
        if (depth > Deepest)
            return false;
        switch (json.Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, value) in json.Properties())
                {
                    writer.WritePropertyName(OutgoingText.ShowName(name));
                    if (!Write(writer, value, depth + 1))
                        return false;
                }
                writer.WriteEndObject();
                return true;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.Items())
                    if (!Write(writer, item, depth + 1))
                        return false;
                writer.WriteEndArray();
                return true;
            case JsonValueKind.String:
                writer.WriteStringValue(ShowText(json.AsString()!));
                return true;
            default:
                writer.WriteRawValue(json.Utf8.Span);
                return true;
        }
    }

    /// <summary>A text with hidden characters made visible, and its line ends as recorded.</summary>
    public static string ShowText(string text) =>
        text.Contains('\r') ? string.Join('\r', text.Split('\r').Select(OutgoingText.Show)) : OutgoingText.Show(text);
}
