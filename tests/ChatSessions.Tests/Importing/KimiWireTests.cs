using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class KimiWireTests : ImportTest
{
    private static string Event(string fields) =>
        "{\"type\":\"context.append_loop_event\",\"event\":{" + fields + "},\"time\":1785612812825}";

    private static string Message(string text, string origin = "user") =>
        $$$"""{"type":"context.append_message","message":{"role":"user","content":[{"type":"text","text":"{{{text}}}"}],"origin":{"kind":"{{{origin}}}"}},"time":1785612812820}""";

    private static string Prompt(string text, string type = "turn.prompt") =>
        $$"""{"type":"{{type}}","input":[{"type":"text","text":"{{text}}"}],"origin":{"kind":"user"},"time":1785612812819}""";

    [Fact]
    public void A_wire_file_becomes_a_session_with_the_title_of_its_state()
    {
        Write("k1/state.json", """{"title":"Pots","workDir":"/w","createdAt":"2026-08-01T19:33:23.256Z"}""");

        var imported = Import(
            Lines(
                """{"type":"metadata","protocol_version":"1.4","created_at":1785612803281}""",
                """{"type":"config.update","systemPrompt":"You are Kimi.","time":1785612803281}""",
                Prompt("Count"),
                Message("Count"),
                Message("<system-reminder>\\nx\\n</system-reminder>", "injection"),
                """{"type":"llm.request","model":"kimi-x","time":1785612812829}""",
                Event("\"type\":\"step.begin\",\"uuid\":\"s1\""),
                Event(
                    """
                    "type":"content.part","part":{"type":"think","think":"Look."}
                    """.Trim()
                ),
                Event(
                    """
                    "type":"tool.call","toolCallId":"b","name":"Bash","args":{"command":"ls"}
                    """.Trim()
                ),
                Event(
                    """
                    "type":"tool.result","toolCallId":"b","result":{"output":"no ls","isError":true}
                    """.Trim()
                ),
                Event(
                    """
                    "type":"step.end","uuid":"s1","usage":{"inputOther":10,"inputCacheRead":5,"output":4},"finishReason":"tool_use"
                    """.Trim()
                ),
                Event(
                    """
                    "type":"content.part","part":{"type":"text","text":"None."}
                    """.Trim()
                ),
                Event(
                    """
                    "type":"step.end","uuid":"s2","usage":{"inputOther":20,"output":1},"finishReason":"end_turn"
                    """.Trim()
                ),
                Prompt("Stop", "turn.steer"),
                """{"type":"turn.cancel","time":1785612812900}"""
            ),
            name: "k1/agents/main/wire.jsonl"
        );

        Assert.Equal(KimiWire.Format, imported.Format);
        Assert.Equal(
            [
                "context system: You are Kimi.",
                "user: Count",
                "context user: <system-reminder>\nx\n</system-reminder>",
                "thinking: Look.",
                """call b Bash {"command":"ls"}""",
                """result b Bash {"is_error":true,"content":"no ls"}""",
                "text: None.",
                "stop error 35/5//2",
                "user: Stop",
            ],
            Shown(imported.Session)
        );
        Assert.Equal(("k1", "Pots"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
    }
}
