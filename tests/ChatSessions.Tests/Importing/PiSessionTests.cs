using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class PiSessionTests : ImportTest
{
    private static string Message(string message) =>
        $$"""{"type":"message","id":"x","timestamp":"2026-04-02T09:00:01Z","message":{{message}}}""";

    [Fact]
    public void A_session_becomes_one_with_its_title_and_its_compaction()
    {
        var imported = Import(
            Lines(
                """{"type":"session","version":3,"id":"p1","timestamp":"2026-04-02T09:00:00Z","cwd":"/w"}""",
                """{"type":"model_change","id":"m","timestamp":"2026-04-02T09:00:00Z","provider":"p","modelId":"y"}""",
                """{"type":"title","id":"t","timestamp":"2026-04-02T09:00:00Z","title":"The yard"}""",
                """{"type":"custom_message","id":"c","timestamp":"2026-04-02T09:00:00Z","content":"Mind the cat."}""",
                Message("""{"role":"user","content":[{"type":"text","text":"Sweep the yard."}]}"""),
                Message(
                    """{"role":"assistant","content":[{"type":"thinking","thinking":"Broom."},{"type":"toolCall","id":"t","name":"bash","arguments":{"command":"sweep"}}],"model":"y","usage":{"input":10,"cacheRead":5,"output":2},"stopReason":"toolUse"}"""
                ),
                Message(
                    """{"role":"toolResult","toolCallId":"t","toolName":"bash","content":[{"type":"text","text":"no broom"}],"isError":true}"""
                ),
                Message(
                    """{"role":"assistant","content":[{"type":"text","text":"There is no broom."}],"usage":{"input":12,"output":3},"stopReason":"stop"}"""
                ),
                """{"type":"compaction","id":"k","timestamp":"2026-04-02T09:00:02Z","summary":"No broom was found."}""",
                Message("""{"role":"bashExecution","command":"ls","output":"mop"}"""),
                Message("""{"role":"assistant","content":[],"stopReason":"error","errorMessage":"overloaded"}""")
            )
        );

        Assert.Equal(PiSession.Format, imported.Format);
        Assert.Equal(
            [
                "context user: Mind the cat.",
                "user: Sweep the yard.",
                "thinking: Broom.",
                """call t bash {"command":"sweep"}""",
                """result t bash {"is_error":true,"content":"no broom"}""",
                "text: There is no broom.",
                "stop ok 27/5//2",
                "context system: No broom was found.",
                "context user: ! ls\nmop",
                "stop overloaded ///",
            ],
            Shown(imported.Session)
        );
        Assert.Equal(("p1", "The yard"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
    }
}
