using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Mcp.Resources;

/// <summary>Tool calls as data: arguments and results exactly as recorded, beside what was derived from them.</summary>
internal static class ToolCallJson
{
    private static readonly JsonWriterOptions Unescaped = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = int.MaxValue,
    };

    /// <summary>All tool calls of a session, results without a call among them.</summary>
    public static string Write(Session session) =>
        Write(
            writer =>
            {
                writer.WriteStartArray();
                foreach (var use in session.ToolUses)
                {
                    Write(writer, use);
                    writer.Flush(); // It would hold all of it a second time.
                }
                writer.WriteEndArray();
            },
            session.Json.Utf8.Length
        );

    /// <summary>The tool call that an event is part of, as call or as result.</summary>
    /// <exception cref="ChatSessionException">The event is none of a tool call.</exception>
    public static string Write(Session session, EventRange events)
    {
        var (position, last) = events.In(session);
        if (position != last)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"'{events}' is more than one event: tool-calls/{position} is the tool call at #{position}, and tool-calls has them all."
            );
        var use =
            session.ToolUses.FirstOrDefault(use => use.Call?.Position == position || use.Result?.Position == position)
            ?? throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"Event #{position} is no tool call and no result of one: {ChatUri.Of(session.Summary.SessionId)}/tool-calls has all there are."
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
            writer.WriteString("call_id", call.CallId);
        }
        writer.WriteString("name", use.Name);
        if (use.Call is { Arguments: { IsMissing: false } arguments })
        {
            writer.WritePropertyName("arguments");
            writer.WriteRawValue(arguments.Utf8.Span, skipInputValidation: true);
        }
        writer.WriteString("outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName(use.Outcome.Kind.ToString()));
        if (use.Outcome.Reason is { } reason)
            writer.WriteString("inferred_from", reason);
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
                writer.WriteString("source_id", image.SourceId);
                writer.WriteString("attachment_name", image.AttachmentName);
                writer.WriteEndObject();
            }
        }
        writer.WriteEndObject();
    }
}
