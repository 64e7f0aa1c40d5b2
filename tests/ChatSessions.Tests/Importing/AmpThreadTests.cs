using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class AmpThreadTests : ImportTest
{
    [Fact]
    public void A_thread_becomes_a_session()
    {
        var imported = Import(
            """
            {"v":1,"id":"T-1","created":1704067200000,"title":"Pots","env":{"initial":{"trees":[{"uri":"file:///w/hall"}]}},
             "messages":[{"role":"user","content":[{"type":"text","text":"Count."}],"meta":{"sentAt":1704067201000}},
             {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"Bash","input":{"cmd":"ls"}}],"usage":{"model":"c-1","inputTokens":3,"cacheReadInputTokens":4,"outputTokens":2}},
             {"role":"user","content":[{"type":"tool_result","toolUseID":"t","run":{"status":"error","error":{"message":"no ls"}}}]},
             {"role":"assistant","content":[{"type":"text","text":"None."}],"state":{"stopReason":"end_turn"}}]}
            """,
            name: "T-1.json"
        );

        Assert.Equal(AmpThread.Format, imported.Format);
        Assert.Equal(
            [
                "user: Count.",
                """call t Bash {"cmd":"ls"}""",
                """result t Bash {"is_error":true,"content":{"message":"no ls"}}""",
                "text: None.",
                "stop ok 7/2//1",
            ],
            Shown(imported.Session)
        );
        Assert.Equal(("T-1", "Pots"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
        Assert.Contains("\"cwd\":\"/w/hall\"", imported.Session.Json.ToString());
    }
}
