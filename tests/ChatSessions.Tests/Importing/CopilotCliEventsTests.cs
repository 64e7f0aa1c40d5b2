using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class CopilotCliEventsTests : ImportTest
{
    private const string Start =
        """{"type":"session.start","data":{"sessionId":"c1","copilotVersion":"1.0.77","selectedModel":"g-m","context":{"cwd":"/w","branch":"main"}},"timestamp":"2026-03-26T17:50:34Z"}""";

    private static string One(string type, string data) => $$"""{"type":"{{type}}","data":{{data}},"timestamp":"2026-03-26T17:50:35Z"}""";

    [Fact]
    public void Events_become_a_session_with_the_title_of_its_workspace()
    {
        Write("s/workspace.yaml", "id: c1\nsummary: Pots in the hall\ncwd: /other\n");

        var imported = Import(
            Lines(
                Start,
                One(
                    "user.message",
                    """{"content":"List the pots","transformedContent":"<x>List</x>","attachments":[{"type":"file","path":"/w/hall.txt"}]}"""
                ),
                One("assistant.turn_start", "{}"),
                One("assistant.reasoning", """{"content":"Look."}"""),
                One(
                    "assistant.message",
                    """{"messageId":"m1","content":"I list.","reasoningText":"Look.","toolRequests":[{"toolCallId":"t","name":"bash","arguments":{"command":"ls"}}],"outputTokens":12}"""
                ),
                One("tool.execution_start", """{"toolCallId":"t","toolName":"bash","arguments":{"command":"ls"}}"""),
                One("tool.execution_complete", """{"toolCallId":"t","success":false,"error":{"message":"no ls"}}"""),
                One("assistant.message", """{"messageId":"m2","content":"None.","toolRequests":[],"outputTokens":3}"""),
                One(
                    "session.shutdown",
                    """{"modelMetrics":{"g-m":{"requests":{"count":2},"usage":{"inputTokens":1000,"outputTokens":15}}}}"""
                )
            ),
            name: "s/events.jsonl"
        );

        Assert.Equal(CopilotCliEvents.Format, imported.Format);
        Assert.Equal(
            [
                "user: List the pots\n[file /w/hall.txt]",
                "thinking: Look.",
                "text: I list.",
                """call t bash {"command":"ls"}""",
                """result t bash {"is_error":true,"content":"no ls"}""",
                "text: None.",
                "stop ok 1000/15//2",
            ],
            Shown(imported.Session)
        );
        var summary = imported.Session.Summary;
        Assert.Equal(("c1", "Pots in the hall"), (summary.SessionId, summary.GeneratedTitle));
        Assert.Contains(
            "\"version\":\"1.0.77\",\"cwd\":\"/w\",\"git_branch\":\"main\",\"models\":[\"g-m\"]",
            imported.Session.Json.ToString()
        );
    }

    [Fact]
    public void A_prompt_that_only_a_hook_recorded_is_the_users()
    {
        var session = Import(
            Lines(
                Start,
                One("hook.start", """{"hookType":"userPromptSubmitted","input":{"prompt":"Q"}}"""),
                One("assistant.message", """{"content":"A"}"""),
                One("hook.start", """{"hookType":"userPromptSubmitted","input":{"prompt":"R"}}"""),
                One("user.message", """{"content":"R"}"""),
                One("session.error", """{"message":"out of credit"}""")
            )
        ).Session;

        Assert.Equal(["user: Q", "text: A", "stop ok ///", "user: R", "stop out of credit ///"], Shown(session));
    }

    [Fact]
    public void What_a_subagent_does_is_a_session_of_its_own()
    {
        var sessions = ImportAll(
            Lines(
                Start,
                One("user.message", """{"content":"Q"}"""),
                One("assistant.message", """{"content":"","toolRequests":[{"toolCallId":"t","name":"task","arguments":{}}]}"""),
                One("subagent.started", """{"toolCallId":"t","agentName":"explore"}"""),
                One("assistant.message", """{"parentToolCallId":"t","content":"I explore."}"""),
                One("tool.execution_complete", """{"toolCallId":"t","success":true,"result":{"content":"found"}}""")
            )
        );

        Assert.Equal(["user: Q", "call t task {}", "result t task \"found\""], Shown(sessions[0].Session));
        Assert.Equal(["text: I explore.", "stop ok ///"], Shown(sessions[1].Session));
        Assert.Equal("c1.agent-t", sessions[1].Session.Summary.SessionId);
        Assert.Contains(
            "\"agent_name\":\"explore\",\"parent_session_id\":\"c1\",\"parent_call_id\":\"t\"",
            sessions[1].Session.Json.ToString()
        );
    }
}
