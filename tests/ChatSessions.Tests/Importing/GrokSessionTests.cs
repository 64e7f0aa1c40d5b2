using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class GrokSessionTests : ImportTest
{
    private const string Summary =
        """{"info":{"id":"gr-1","cwd":"/w"},"generated_title":"Pots","created_at":"2026-07-31T10:13:27Z","updated_at":"2026-07-31T10:15:02Z","head_branch":"main","session_kind":"subagent","parent_session_id":"gr-0","agent_name":"explore"}""";

    private const string Update =
        """{"timestamp":1784278801,"params":{"update":{"sessionUpdate":"user_message_chunk","content":{"type":"text","text":"Count "}}}}""";

    [Fact]
    public void The_history_becomes_a_session_with_what_its_summary_says()
    {
        Write("s/summary.json", Summary);
        Write("s/updates.jsonl", Update);

        var imported = Import(
            Lines(
                """{"type":"system","content":"You are Grok."}""",
                """{"type":"user","content":[{"type":"text","text":"<user_info>\nmac\n</user_info>"}],"synthetic_reason":"environment_context"}""",
                """{"type":"user","content":[{"type":"text","text":"Count the pots."}],"prompt_index":0}""",
                """{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"Look."}]}""",
                """{"type":"assistant","content":"I look.","tool_calls":[{"id":"c","name":"list","arguments":"{\"at\":\"hall\"}"}],"model_id":"grok-x"}""",
                """{"type":"tool_result","tool_call_id":"c","content":"two"}""",
                """{"type":"backend_tool_call","kind":{"tool_type":"web_search","action":{"query":"pots"},"id":"ws","status":"completed"}}""",
                """{"type":"user","content":[{"type":"text","text":"Big ones."}],"synthetic_reason":"interjection"}""",
                """{"type":"assistant","content":"One.","model_id":"grok-x"}"""
            ),
            name: "s/chat_history.jsonl"
        );

        Assert.Equal(GrokSession.Format, imported.Format);
        Assert.Equal(
            [
                "context system: You are Grok.",
                "context user: <user_info>\nmac\n</user_info>",
                "user: Count the pots.",
                "thinking: Look.",
                "text: I look.",
                """call c list {"at":"hall"}""",
                "result c list \"two\"",
                """call ws web_search {"action":{"query":"pots"}}""",
                "user: Big ones.",
                "text: One.",
                "stop ok ///",
            ],
            Shown(imported.Session)
        );
        Assert.Equal(
            ("gr-1", "Pots", "2026-07-31T10:15:02.000000"),
            (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle, imported.Session.Summary.LastUpdatedAt)
        );
        Assert.Contains(
            "\"git_branch\":\"main\",\"parent_session_id\":\"gr-0\",\"agent_name\":\"explore\"",
            imported.Session.Json.ToString()
        );
        Assert.Empty(ImportAll(Update, name: "s/updates.jsonl"));
    }

    [Fact]
    public void Updates_are_read_where_there_is_no_history()
    {
        static string Chunk(string kind, string text) =>
            $"{{\"timestamp\":1784278802,\"params\":{{\"update\":{{\"sessionUpdate\":\"{kind}\",\"content\":{{\"type\":\"text\",\"text\":\"{text}\"}}}}}}}}";

        var session = Import(
            Lines(
                Update,
                Chunk("user_message_chunk", "pots."),
                """{"timestamp":1784278802,"params":{"update":{"sessionUpdate":"tool_call","toolCallId":"t","title":"list","rawInput":{"at":"hall"}}}}""",
                """{"timestamp":1784278802,"params":{"update":{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"failed","rawOutput":"dark"}}}""",
                Chunk("agent_message_chunk", "T"),
                Chunk("agent_message_chunk", "wo.")
            ),
            name: "updates.jsonl"
        ).Session;

        Assert.Equal(
            [
                "user: Count pots.",
                """call t list {"at":"hall"}""",
                """result t list {"is_error":true,"content":"dark"}""",
                "text: Two.",
                "stop ok ///",
            ],
            Shown(session)
        );
    }
}
