using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class DroidSessionTests : ImportTest
{
    [Fact]
    public void A_kept_session_becomes_one()
    {
        var imported = Import(
            Lines(
                """{"type":"session_start","id":"d1","title":"Pots","cwd":"/w","version":"0.81.0"}""",
                """{"type":"message","timestamp":"2026-01-26T23:50:00Z","message":{"role":"user","content":[{"type":"text","text":"<system-reminder>\nBe brief.\n</system-reminder>\n\nCount the pots"}]}}""",
                """{"type":"message","timestamp":"2026-01-26T23:50:01Z","message":{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"Execute","input":{"command":"ls"}}]}}""",
                """{"type":"message","timestamp":"2026-01-26T23:50:02Z","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"two"}]}}""",
                """{"type":"message","timestamp":"2026-01-26T23:50:03Z","message":{"role":"assistant","content":[{"type":"text","text":"Two."}]}}"""
            )
        );

        Assert.Equal(DroidSession.Format, imported.Format);
        Assert.Equal(
            [
                "user: Count the pots",
                "context user: <system-reminder>\nBe brief.\n</system-reminder>",
                """call t Execute {"command":"ls"}""",
                "result t Execute \"two\"",
                "text: Two.",
                "stop ok ///",
            ],
            Shown(imported.Session)
        );
        Assert.Equal(("d1", "Pots"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
    }

    [Fact]
    public void Its_stream_of_JSON_becomes_a_session_with_the_final_text_once()
    {
        var imported = Import(
            Lines(
                """{"type":"system","subtype":"init","sessionId":"d2","timestamp":1767812640310,"model":"d-m","cwd":"/w","tools":["Execute"]}""",
                """{"type":"message","sessionId":"d2","timestamp":1767812641000,"role":"user","text":"Count"}""",
                """{"type":"tool_call","sessionId":"d2","timestamp":1767812642000,"id":"c","toolName":"Execute","parameters":{"command":"ls"}}""",
                """{"type":"tool_result","sessionId":"d2","timestamp":1767812643000,"id":"c","isError":true,"value":"no ls"}""",
                """{"type":"message","sessionId":"d2","timestamp":1767812643500,"role":"assistant","text":"None."}""",
                """{"type":"completion","sessionId":"d2","timestamp":1767812644000,"finalText":"None.","durationMs":3000,"usage":{"input_tokens":10,"output_tokens":5}}"""
            )
        );

        Assert.Equal(DroidSession.Format, imported.Format);
        Assert.Equal(
            [
                "user: Count",
                """call c Execute {"command":"ls"}""",
                """result c Execute {"is_error":true,"content":"no ls"}""",
                "text: None.",
                "stop ok 10/5/3000/1",
            ],
            Shown(imported.Session)
        );
    }
}
