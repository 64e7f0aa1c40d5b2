using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatSessions.Json;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>Writes down a session event by event, in the wire format, and reads it as any other session is read.</summary>
internal sealed class Recording(string id, string title)
{
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonArray events = [];
    private int calls;

    public Recording User(string content) => Add("user_input", content);

    public Recording Think(string content) => Add("thinking", content);

    public Recording Say(string content) => Add("text", content);

    public Recording Use(string tool, JsonObject arguments, JsonNode? result)
    {
        var callId = string.Create(CultureInfo.InvariantCulture, $"call_{++calls:D5}");
        events.Add(
            (JsonNode)
                new JsonObject
                {
                    ["type"] = "tool_call",
                    ["call_id"] = callId,
                    ["name"] = tool,
                    ["arguments"] = arguments,
                }
        );
        events.Add(
            (JsonNode)
                new JsonObject
                {
                    ["type"] = "tool_result",
                    ["call_id"] = callId,
                    ["name"] = tool,
                    ["result"] = result,
                }
        );
        return this;
    }

    public Recording Stop(int turns, string? error = null)
    {
        events.Add(
            (JsonNode)
                new JsonObject
                {
                    ["type"] = "stop",
                    ["is_error"] = error is not null,
                    ["error"] = error,
                    ["usage"] = new JsonObject
                    {
                        ["duration_ms"] = turns * 4_321.5,
                        ["total_input_tokens"] = turns * 9_876,
                        ["total_output_tokens"] = turns * 321,
                        ["turns"] = turns,
                    },
                }
        );
        return this;
    }

    public Session Finish()
    {
        var session = new JsonObject
        {
            ["session_id"] = id,
            ["last_updated_at"] = "2026-05-11T09:14:52.118204",
            ["generated_title"] = title,
            ["index_ids"] = new JsonArray(),
            ["events"] = events,
        };
        return SessionJson.Read(Encoding.UTF8.GetBytes(session.ToJsonString(AsWritten)), id);
    }

    private Recording Add(string type, string content)
    {
        events.Add((JsonNode)new JsonObject { ["type"] = type, ["content"] = content });
        return this;
    }
}
