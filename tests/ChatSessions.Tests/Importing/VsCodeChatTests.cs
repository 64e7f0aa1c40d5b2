using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class VsCodeChatTests : ImportTest
{
    private const string Request = """
        {"requestId":"r1","timestamp":1786000291425,"modelId":"copilot/g-x","message":{"text":"Read the label."},"response":[{"kind":"thinking","value":"Hm"},{"kind":"thinking","value":"m."},{"value":"I read "},{"kind":"inlineReference","inlineReference":{"path":"/w/label.txt"}},{"value":"."},{"kind":"toolInvocationSerialized","toolId":"copilot_readFile","toolCallId":"shown-1","pastTenseMessage":{"value":"Reading"}},{"kind":"toolInvocationSerialized","toolId":"copilot_readFile","toolCallId":"shown-1","pastTenseMessage":{"value":"Read it"}},{"kind":"toolInvocationSerialized","toolId":"run_in_terminal","toolCallId":"t2","toolSpecificData":{"kind":"terminal","commandLine":{"original":"wc label.txt"},"terminalCommandState":{"exitCode":2},"terminalCommandOutput":{"text":"no wc"}}},{"kind":"undoStop","id":"x"},{"value":"Done."}],"result":{"timings":{"totalElapsed":900},"metadata":{"promptTokens":30,"outputTokens":5,"toolCallRounds":[{"toolCalls":[{"id":"call-1","name":"read_file","arguments":"{\"path\":\"label.txt\"}"}]}],"toolCallResults":{"call-1":{"content":[{"value":"ferns"}]}}}}}
        """;

    private static readonly string[] Expected =
    [
        "user: Read the label.",
        "thinking: Hmm.",
        "text: I read `/w/label.txt`.",
        """call call-1 read_file {"path":"label.txt"}""",
        "result call-1 read_file \"ferns\"",
        """call t2 run_in_terminal {"command":"wc label.txt"}""",
        """result t2 run_in_terminal {"exit_code":2,"content":"no wc"}""",
        "text: Done.",
        "stop ok 30/5/900/1",
    ];

    [Fact]
    public void A_chat_has_the_calls_as_the_model_wrote_them_and_the_folder_that_was_open()
    {
        Write("ws/workspace.json", """{"folder":"file:///w/my%20garden"}""");

        var imported = Import(
            $$"""{"version":3,"sessionId":"v1","creationDate":1786000235709,"customTitle":"Labels","requests":[{{Request.Trim()}}]}""",
            name: "ws/chatSessions/v1.json"
        );

        Assert.Equal(VsCodeChat.Format, imported.Format);
        Assert.Equal(Expected, Shown(imported.Session));
        Assert.Equal(("v1", "Labels"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
        Assert.Contains("\"cwd\":\"/w/my garden\",\"models\":[\"copilot/g-x\"]", imported.Session.Json.ToString());
    }

    [Fact]
    public void Lines_are_a_first_state_and_its_changes()
    {
        var imported = Import(
            Lines(
                """{"kind":0,"v":{"version":3,"sessionId":"v1","old":1,"requests":[]}}""",
                """{"kind":1,"k":["customTitle"],"v":"Labels"}""",
                $$"""{"kind":2,"k":["requests"],"v":[{{Request.Trim()}}]}""",
                """{"kind":2,"k":["requests",0,"response"],"i":9,"v":[{"value":"Do"},{"value":"ne."}]}""",
                """{"kind":3,"k":["old"]}""",
                """{"kind":1,"k":["requests",7,"x"],"v":1}"""
            )
        );

        Assert.Equal(Expected, Shown(imported.Session));
        Assert.Equal("Labels", imported.Session.Summary.GeneratedTitle);
        Assert.Contains(imported.Notes, note => note.Contains("1 change that does not fit", StringComparison.Ordinal));
    }

    [Fact]
    public void A_request_that_failed_says_why()
    {
        var session = Import(
            """{"sessionId":"v","requests":[{"message":{"text":"Q"},"response":[],"result":{"errorDetails":{"message":"no quota"}}},{"message":{"text":"R"},"response":[{"value":"A"}],"isCanceled":true}]}"""
        ).Session;

        Assert.Equal(["user: Q", "stop no quota ///", "user: R", "text: A", "stop canceled ///"], Shown(session));
    }

    [Theory]
    [InlineData(
        """{"kind":0,"v":{"version":"\ud800","sessionId":"v1","requests":[{"message":{"text":"\udfff\ud800 \\ud800 \uD83D\uDE00"}}]}}"""
    )]
    [InlineData("""{"kind":0,"v":{"\ud800":1,"sessionId":"v1","requests":[{"message":{"text":"\ud800\uDBFF \\ud800 \uD83D\uDE00"}}]}}""")]
    public void Half_a_character_in_a_state_is_replaced(string line)
    {
        var session = Import(Lines(line, """{"kind":1,"k":["customTitle"],"v":"Lab\udfffels"}""")).Session;

        Assert.Equal("user: \ufffd\ufffd \\ud800 \ud83d\ude00", Shown(session)[0]);
        Assert.Equal("Lab\ufffdels", session.Summary.GeneratedTitle);
    }
}
