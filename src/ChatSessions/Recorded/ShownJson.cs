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

    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
                writer.WriteStringValue(Show(json.AsString()!));
                return true;
            default:
                writer.WriteRawValue(json.Utf8.Span);
                return true;
        }
    }

    private static string Show(string text) =>
        text.Contains('\r') ? string.Join('\r', text.Split('\r').Select(OutgoingText.Show)) : OutgoingText.Show(text);
}
