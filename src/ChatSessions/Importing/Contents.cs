using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Message contents and results as OpenAI, Claude and MCP write them: a text or a list of parts.</summary>
internal static class Contents
{
    private static readonly string[] TextTypes = ["text", "input_text", "output_text", "refusal", "summary_text", "reasoning_text"];

    /// <summary>The text of a part; missing if it is something else.</summary>
    public static RawJson TextOf(RawJson part)
    {
        if (part.Kind == JsonValueKind.String)
            return part;
        var fields = new Fields(part);
        if (fields.Text("type") is not { } type || !TextTypes.Contains(type))
            return default;
        var text = fields[type == "refusal" ? "refusal" : "text"];
        return text.Kind == JsonValueKind.String ? text : default;
    }

    /// <summary>
    /// All texts of a message's content, joined by line feeds, with markers for images and files; missing if there are none.
    /// Any other part becomes its own event.
    /// </summary>
    public static RawJson Text(RawJson content, SessionDraft draft)
    {
        if (content.Kind == JsonValueKind.String)
            return content;
        var texts = new List<RawJson>();
        foreach (var part in content.Kind == JsonValueKind.Object ? [content] : content.Items())
        {
            if (TextOf(part) is { IsMissing: false } text)
                texts.Add(text);
            else if (Mark(part, draft) is { } mark)
                texts.Add(JsonText.Quote(mark));
            else
                draft.AddRecord(part);
        }
        return texts.Count == 0 ? default : JsonText.Join(texts);
    }

    /// <summary>The marker that replaces an image or a file in a text; null if the part is neither.</summary>
    public static string? Mark(RawJson part, SessionDraft draft)
    {
        if (OmittedData.In(part) is { } data)
            return draft.Omit(data).Text;
        var fields = new Fields(part);
        var address =
            fields.Text("image_url")
            ?? fields["image_url"].Property("url").AsString()
            ?? fields["source"].Property("url").AsString()
            ?? fields.Text("uri")
            ?? (fields.Text("type") is "image" or "file" or "audio" or "video" ? fields.Text("url") : null);
        return address is null ? null : $"[{fields.Text("type") ?? fields.Text("$type") ?? "file"} {address}]";
    }

    /// <summary>A tool's result: a list of texts is joined, and data that is not kept is replaced by markers. Anything else is unchanged.</summary>
    public static RawJson Result(RawJson content, SessionDraft draft)
    {
        var parts = content.Items();
        var texts = parts.Select(part => part.Kind == JsonValueKind.Object ? TextOf(part) : default).ToList();
        return parts.Count > 0 && texts.TrueForAll(text => !text.IsMissing) ? JsonText.Join(texts) : Marked(content, draft);
    }

    /// <summary>A value with markers in place of data that is not kept, in a list of parts or in the <c>content</c> of an MCP result.</summary>
    public static RawJson Marked(RawJson value, SessionDraft draft)
    {
        var parts = value.Kind == JsonValueKind.Object ? value.Property("content").Items() : value.Items();
        if (!parts.Any(part => OmittedData.In(part) is not null))
            return value;
        return JsonText.Make(writer =>
        {
            if (value.Kind == JsonValueKind.Array)
            {
                WriteMarked(writer, parts, draft);
                return;
            }
            writer.WriteStartObject();
            foreach (var (name, field) in value.Properties())
            {
                writer.WritePropertyName(name);
                if (name == "content")
                    WriteMarked(writer, parts, draft);
                else
                    writer.WriteRawValue(field.Utf8.Span, skipInputValidation: true);
            }
            writer.WriteEndObject();
        });
    }

    /// <summary>The result of a call that the source says failed, in the form that <see cref="ToolOutcome"/> recognizes.</summary>
    public static RawJson Failed(RawJson content) => WithFlag(content, isError: true);

    /// <summary>The result of a call that the source says did not fail. It is marked only if its text would be taken for an error message.</summary>
    public static RawJson Worked(RawJson content) => ToolOutcome.BeginsAsFailure(content) ? WithFlag(content, isError: false) : content;

    private static RawJson WithFlag(RawJson content, bool isError) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("is_error", isError);
            writer.WriteRaw("content", content);
            writer.WriteEndObject();
        });

    /// <summary>A result with an exit code other than 0 says so.</summary>
    public static RawJson WithExitCode(RawJson exitCode, RawJson content, SessionDraft draft) =>
        exitCode.AsInt64() is null or 0
            ? content
            : JsonText.Make(writer =>
            {
                writer.WriteStartObject();
                writer.WriteRaw("exit_code", exitCode);
                writer.WriteRaw("content", Result(content, draft));
                writer.WriteEndObject();
            });

    /// <summary>The marker for a PNG picture that is recorded as base64; any other value is unchanged.</summary>
    public static RawJson Picture(RawJson base64, SessionDraft draft)
    {
        var part = JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "image");
            writer.WriteString("media_type", "image/png");
            writer.WriteRaw("data", base64);
            writer.WriteEndObject();
        });
        return OmittedData.In(part) is { } data ? draft.Omit(data).Json : base64;
    }

    private static void WriteMarked(Utf8JsonWriter writer, IReadOnlyList<RawJson> parts, SessionDraft draft)
    {
        writer.WriteStartArray();
        foreach (var part in parts)
        {
            var kept = OmittedData.In(part) is { } data ? draft.Omit(data).Json : part;
            writer.WriteRawValue(kept.Utf8.Span, skipInputValidation: true);
        }
        writer.WriteEndArray();
    }
}
