using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Messages;

/// <summary>
/// A session as messages of OpenAI's chat completions: a message of the user, one of the assistant with its calls, one of the tool for each
/// result. Thinking is <c>reasoning_content</c>, as several servers call it. Ends of runs and events of unknown types have no place there.
/// </summary>
public static class OpenAiChat
{
    private static readonly JsonWriterOptions Unescaped = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = int.MaxValue,
    };

    /// <summary>The JSON array of the session's messages.</summary>
    public static string ToOpenAiMessagesJson(this Session session)
    {
        var json = new ArrayBufferWriter<byte>(session.Json.Utf8.Length + 2);
        using var writer = new Utf8JsonWriter(json, Unescaped);
        writer.WriteStartArray();
        var assistant = new AssistantMessage();
        foreach (var said in session.Steps.SelectMany(EventsOf).OrderBy(one => one.Position))
        {
            if (assistant.Takes(said.Step, said.Position))
                continue;
            assistant.Write(writer);
            switch (said.Step)
            {
                case UserMessage { Event: var input }:
                    WriteMessage(writer, "user", input.Content);
                    break;
                case ToolUse { Result: { } result }:
                    writer.WriteStartObject();
                    writer.WriteString("role", "tool");
                    writer.WriteString("tool_call_id", result.CallId);
                    writer.WriteString("content", TextOf(result.Result));
                    writer.WriteEndObject();
                    break;
                case Unrecognized { Event: var context }:
                    WriteMessage(writer, context.Role is "developer" ? "developer" : "system", TextOf(context.Json.Property("content")));
                    break;
            }
            writer.Flush(); // Otherwise the writer would keep a second copy of everything.
        }
        assistant.Write(writer);
        writer.WriteEndArray();
        writer.Flush();
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <summary>The events of a step that become a message or a part of one. A call and its result are two.</summary>
    private static IEnumerable<(int Position, Step Step)> EventsOf(Step step)
    {
        if (step is ToolUse { Call: { } call })
            yield return (call.Position, step);
        if (step is ToolUse { Result: { } result })
            yield return (result.Position, step);
        if (step is UserMessage or Passage or Unrecognized { Event.IsContext: true })
            yield return (step.Position, step);
    }

    private static void WriteMessage(Utf8JsonWriter writer, string role, string content)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("content", content);
        writer.WriteEndObject();
    }

    private static string TextOf(RawJson value) => value.IsMissing ? "" : value.AsString() ?? value.ToString();

    /// <summary>What the agent says, thinks and calls before something else comes.</summary>
    private sealed class AssistantMessage
    {
        private readonly List<string> texts = [];
        private readonly List<string> thoughts = [];
        private readonly List<ToolCallEvent> calls = [];

        /// <summary>Whether an event is part of such a message, of which it then is one.</summary>
        public bool Takes(Step step, int position)
        {
            if (step is Passage passage)
                (passage.Kind == PassageKind.Text ? texts : thoughts).Add(passage.Text);
            else if (step is ToolUse { Call: { } call } && call.Position == position)
                calls.Add(call);
            else
                return false;
            return true;
        }

        /// <summary>Writes the message, if there is one, and begins the next.</summary>
        public void Write(Utf8JsonWriter writer)
        {
            if (texts.Count + thoughts.Count + calls.Count == 0)
                return;
            writer.WriteStartObject();
            writer.WriteString("role", "assistant");
            if (thoughts.Count > 0)
                writer.WriteString("reasoning_content", string.Join("\n\n", thoughts));
            if (texts.Count == 0)
                writer.WriteNull("content");
            else
                writer.WriteString("content", string.Join("\n\n", texts));
            if (calls.Count > 0)
                WriteCalls(writer);
            writer.WriteEndObject();
            texts.Clear();
            thoughts.Clear();
            calls.Clear();
        }

        private void WriteCalls(Utf8JsonWriter writer)
        {
            writer.WriteStartArray("tool_calls");
            foreach (var call in calls)
            {
                writer.WriteStartObject();
                writer.WriteString("id", call.CallId);
                writer.WriteString("type", "function");
                writer.WriteStartObject("function");
                writer.WriteString("name", call.Name);
                writer.WriteString("arguments", call.Arguments.IsMissing ? "{}" : call.Arguments.ToString());
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
    }
}
