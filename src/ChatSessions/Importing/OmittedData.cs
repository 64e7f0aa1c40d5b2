using System.Buffers.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Data in a content part (a picture, a sound or a file as base64) that is replaced by a description. A session should
/// be readable and searchable, and one screenshot is as long as all the text around it.
/// </summary>
/// <param name="Kind">The part's recorded type, such as <c>image</c>.</param>
/// <param name="MediaType">As recorded; null if it was not.</param>
/// <param name="Bytes">The length of the decoded data.</param>
internal sealed record OmittedData(string Kind, string? MediaType, long Bytes)
{
    private static readonly string[] DataFields = ["data", "blob"];
    private static readonly string[] MediaTypeFields = ["media_type", "mimeType", "mediaType", "format"];

    /// <summary>The marker in a text.</summary>
    public string Text => $"[{Kind}{(MediaType is null ? "" : $" {MediaType}")}, {Bytes.Grouped()} bytes, not kept]";

    /// <summary>The marker in JSON.</summary>
    public RawJson Json =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", Kind);
            writer.WriteText("media_type", MediaType);
            writer.WriteNumber("bytes", Bytes);
            writer.WriteBoolean("omitted", true);
            writer.WriteEndObject();
        });

    /// <summary>Finds the data in a part or in an object inside it, in any of the formats, or null.</summary>
    public static OmittedData? In(RawJson part)
    {
        var fields = new Fields(part);
        var kind = fields.Text("type") ?? fields.Text("$type") ?? "data";
        return In(fields, kind)
            ?? fields
                .All.Where(field => field.Value.Kind == JsonValueKind.Object)
                .Select(field => In(new Fields(field.Value), kind))
                .FirstOrDefault(found => found is not null);
    }

    private static OmittedData? In(Fields fields, string kind)
    {
        var mediaType = MediaTypeFields.Select(fields.Text).FirstOrDefault(text => text is not null);
        foreach (var (name, value) in fields.All)
        {
            if (value.Kind != JsonValueKind.String)
                continue;
            var text = value.Utf8.Span[1..^1];
            if (text.StartsWith("data:"u8) && text.IndexOf(";base64,"u8) is > 0 and var header)
            {
                var inUri = RawJson.Unescape(text[5..header]).Split(';')[0];
                return Of(text[(header + 8)..], kind, inUri.Length > 0 ? inUri : mediaType);
            }
            if (mediaType is not null && DataFields.Contains(name) && Of(text, kind, mediaType) is { } data)
                return data;
        }
        return null;
    }

    /// <summary>Null if it is not base64: a tool's own fields may have the same names.</summary>
    private static OmittedData? Of(ReadOnlySpan<byte> base64, string kind, string? mediaType)
    {
        if (base64.Contains((byte)'\\')) // Some writers escape slashes.
            base64 = System.Text.Encoding.UTF8.GetBytes(RawJson.Unescape(base64));
        return Base64.IsValid(base64, out var bytes) && bytes > 0 ? new(kind, mediaType, bytes) : null;
    }
}
