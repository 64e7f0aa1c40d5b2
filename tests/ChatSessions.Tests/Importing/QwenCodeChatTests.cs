using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class QwenCodeChatTests : ImportTest
{
    private static string Line(string fields, string at = "30") =>
        $$"""{"sessionId":"q1","cwd":"/w","gitBranch":"main","version":"0.21.14","timestamp":"2026-08-19T22:05:{{at}}Z",{{fields}}}""";

    private static string User(string parts, string more = "") =>
        Line($$"""{{more}}"type":"user","message":{"role":"user","parts":[{{parts}}]}""");

    private static string Agent(string parts, string more = "") =>
        Line($$"""{{more}}"type":"assistant","model":"q-x","message":{"role":"model","parts":[{{parts}}]}""", "31");

    [Fact]
    public void A_chat_becomes_a_session()
    {
        var imported = Import(
            Lines(
                Line(
                    """
                    "type":"system","subtype":"ui_telemetry","systemPayload":{"uiEvent":{}}
                    """.Trim()
                ),
                User("""{"text":"How warm?"},{"text":"<qwen:user-prompt-submit-context>\nhook\n</qwen:user-prompt-submit-context>"}"""),
                Agent("""{"text":"Read it.","thought":true}""", "\"uuid\":\"a\","),
                Agent(
                    """{"functionCall":{"id":"c","name":"read","args":{"path":"t"}}}""",
                    "\"uuid\":\"a\",\"usageMetadata\":{\"promptTokenCount\":50,\"candidatesTokenCount\":9},"
                ),
                Line(
                    """
                    "type":"tool_result","message":{"role":"user","parts":[{"functionResponse":{"id":"c","name":"read","response":{"output":"21"}}}]},"toolCallResult":{"status":"error"}
                    """.Trim()
                ),
                User("""{"text":"In Celsius."}""", "\"subtype\":\"mid_turn_user_message\","),
                Agent("""{"text":"21 degrees."}"""),
                User("""{"text":"A task ended."}""", "\"subtype\":\"notification\","),
                Line(
                    """
                    "type":"system","subtype":"custom_title","systemPayload":{"customTitle":"Warmth"}
                    """.Trim()
                )
            )
        );

        Assert.Equal(QwenCodeChat.Format, imported.Format);
        Assert.Equal(
            [
                "user: How warm?",
                "context user: <qwen:user-prompt-submit-context>\nhook\n</qwen:user-prompt-submit-context>",
                "thinking: Read it.",
                """call c read {"path":"t"}""",
                """result c read {"is_error":true,"content":"21"}""",
                "user: In Celsius.",
                "text: 21 degrees.",
                "stop ok 50/9//1",
                "context user: A task ended.",
            ],
            Shown(imported.Session)
        );
        Assert.Equal(("q1", "Warmth"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
        Assert.Contains("\"cwd\":\"/w\",\"git_branch\":\"main\",\"version\":\"0.21.14\"", imported.Session.Json.ToString());
    }
}
