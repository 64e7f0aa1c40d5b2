using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Answers;

/// <summary>Tool calls as JSON: arguments and results as recorded, and the outcome derived from them.</summary>
internal static class ToolCallJson
{
    private static readonly JsonWriterOptions Unescaped = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = int.MaxValue,
    };

    /// <summary>All tool calls of a session, including results without a call.</summary>
    public static string Write(ShownSession session) =>
        Write(
            writer =>
            {
                writer.WriteStartArray();
                foreach (var use in session.Session.ToolUses)
                {
                    Write(writer, use);
                    writer.Flush(); // Otherwise the writer would keep a second copy of everything.
                }
                writer.WriteEndArray();
            },
            session.Session.Json.Utf8.Length
        );

    /// <summary>The tool call that an event belongs to, as call or as result.</summary>
    /// <exception cref="ChatSessionException">The event is not part of a tool call.</exception>
    public static string Write(ShownSession shown, EventRange events)
    {
        var session = shown.Session;
        var (position, last) = events.In(session);
        if (position != last)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"'{events}' is a range. Use tool-calls/{position} for the tool call at #{position}, or tool-calls for all."
            );
        var use =
            session.ToolUses.FirstOrDefault(use => use.Call?.Position == position || use.Result?.Position == position)
            ?? throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"Event #{position} is not a tool call or its result. tool-calls, without a position, lists all tool calls of the session."
            );
        return Write(writer => Write(writer, use));
    }

    private static string Write(Action<Utf8JsonWriter> write, int size = 1024)
    {
        var buffer = new ArrayBufferWriter<byte>(size);
        using (var writer = new Utf8JsonWriter(buffer, Unescaped))
            write(writer);
        return OutgoingText.ShowJson(new RawJson(buffer.WrittenMemory));
    }

    private static void Write(Utf8JsonWriter writer, ToolUse use)
    {
        writer.WriteStartObject();
        if (use.Call is { } call)
        {
            writer.WriteNumber("event", call.Position);
            WriteString(writer, "call_id", call.CallId);
        }
        WriteString(writer, "name", use.Name);
        if (use.Call is { Arguments: { IsMissing: false } arguments })
        {
            writer.WritePropertyName("arguments");
            writer.WriteRawValue(arguments.Utf8.Span, skipInputValidation: true);
        }
        writer.WriteString("outcome", SnakeCase.Of(use.Outcome.Kind));
        if (use.Outcome.Reason is { } reason)
            writer.WriteString("inferred_from", reason);
        if (use.Duration is { } duration)
            writer.WriteNumber("duration_ms", (long)duration.TotalMilliseconds);
        if (use.Result is { } result)
        {
            writer.WriteNumber("result_event", result.Position);
            if (!result.Result.IsMissing)
            {
                writer.WritePropertyName("result");
                writer.WriteRawValue(result.Result.Utf8.Span, skipInputValidation: true);
            }
            if (result.ImageAttachment is { } image)
            {
                writer.WriteStartObject("image_attachment");
                WriteString(writer, "source_id", image.SourceId);
                WriteString(writer, "attachment_name", image.AttachmentName);
                writer.WriteEndObject();
            }
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes a lone surrogate as the escape it was recorded as; the JSON writer would replace it by U+FFFD.</summary>
    private static void WriteString(Utf8JsonWriter writer, string name, string value)
    {
        writer.WritePropertyName(name);
        var json = new StringBuilder("\"");
        var done = 0;
        for (var at = 0; at < value.Length; at += char.IsHighSurrogate(value[at]) ? 2 : 1)
        {
            if (!char.IsSurrogate(value[at]) || (at + 1 < value.Length && char.IsSurrogatePair(value[at], value[at + 1])))
                continue;
            json.Append(Unescaped.Encoder!.Encode(value[done..at])).Append($"\\u{(int)value[at]:x4}");
            done = at + 1;
        }
        writer.WriteRawValue(json.Append(Unescaped.Encoder!.Encode(value[done..])).Append('"').ToString(), skipInputValidation: true);
    }
}
