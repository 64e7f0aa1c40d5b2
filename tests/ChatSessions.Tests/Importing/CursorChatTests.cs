using Xunit;

namespace ChatSessions.Tests.Importing;

public class CursorChatTests : DatabaseTest
{
    private static string Value(string key, string value) => $"insert into cursorDiskKV values ('{key}', '{value}')";

    private const string Table = "create table cursorDiskKV (key text unique on conflict replace, value blob)";

    [Fact]
    public void Each_conversation_is_read_in_the_order_of_its_headers()
    {
        var path = Make(
            "state.vscdb",
            Table,
            Value(
                "composerData:c1",
                """{"composerId":"c1","name":"Pots","createdAt":1770000000000,"lastUpdatedAt":1770000009000,"modelConfig":{"modelName":"m-1"},"fullConversationHeadersOnly":[{"bubbleId":"b2","type":1},{"bubbleId":"b1","type":2},{"bubbleId":"b3","type":2},{"bubbleId":"b4","type":2},{"bubbleId":"b5","type":2},{"bubbleId":"gone","type":2}]}"""
            ),
            Value(
                "bubbleId:c1:b2",
                """{"type":1,"text":"Count","richText":"{}","createdAt":"2026-02-02T02:40:01.000Z","workspaceProjectDir":"/w"}"""
            ),
            Value("bubbleId:c1:b1", """{"type":2,"text":"","thinking":{"text":"Look."}}"""),
            Value(
                "bubbleId:c1:b3",
                """{"type":2,"text":"","toolFormerData":{"toolCallId":"t1","name":"read_file","rawArgs":"{\"path\":\"a\"}","status":"completed","result":"{\"contents\":\"x\"}"},"tokenCount":{"inputTokens":0,"outputTokens":0}}"""
            ),
            Value(
                "bubbleId:c1:b4",
                """{"type":2,"toolFormerData":{"toolCallId":"t2","name":"run","params":{"command":"ls"},"status":"error","error":"no ls"}}"""
            ),
            Value("bubbleId:c1:b5", """{"type":2,"text":"Two.","tokenCount":{"inputTokens":9,"outputTokens":2}}"""),
            Value("bubbleId:c2:b9", """{"type":1,"text":"Of another"}"""),
            Value("composerData:empty", """{"composerId":"empty","name":"Draft"}"""),
            "insert into cursorDiskKV values ('composerData:null', null)"
        );

        var session = Assert.Single(Sessions(path));

        Assert.Empty(Broken);
        Assert.Equal(
            [
                "user: Count",
                "thinking: Look.",
                """call t1 read_file {"path":"a"}""",
                """result t1 read_file "{\"contents\":\"x\"}" """.Trim(),
                """call t2 run {"command":"ls"}""",
                """result t2 run {"is_error":true,"content":"no ls"}""",
                "text: Two.",
                "stop ok 9/2//1",
            ],
            Shown(session)
        );
        Assert.Equal(("c1", "Pots"), (session.Summary.SessionId, session.Summary.GeneratedTitle));
        var source = session.Json.Property("source");
        Assert.Equal(
            ("cursor-chat", "/w", """["m-1"]"""),
            (source.Property("format").AsString(), source.Property("cwd").AsString(), source.Property("models").ToString())
        );
    }

    [Fact]
    public void A_conversation_that_holds_its_messages_is_read_too()
    {
        var path = Make(
            "state.vscdb",
            Table,
            Value(
                "composerData:c1",
                """{"composerId":"c1","createdAt":1770000000000,"conversation":[{"type":1,"text":"Count"},{"type":2,"text":"Two."}]}"""
            )
        );

        Assert.Equal(["user: Count", "text: Two.", "stop ok ///"], Shown(Assert.Single(Sessions(path))));
    }
}
