using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class ChatGptExportTests : ImportTest
{
    private static string Node(string id, string? parent, string children, string message) =>
        $$"""
            "{{id}}":{"id":"{{id}}","parent":{{(
                parent is null ? "null" : $"\"{parent}\""
            )}},"children":[{{children}}],"message":{{message}}}
            """.Trim();

    private static string Message(string id, string role, string content, string more = "") =>
        $$"""{"id":"{{id}}","author":{"role":"{{role}}"},"create_time":1775000000.5,"content":{{content}}{{more}}}""";

    private static string Text(string text) => $$"""{"content_type":"text","parts":["{{text}}"]}""";

    [Fact]
    public void A_conversation_has_all_branches_with_the_last_one_last()
    {
        var mapping = string.Join(
            ',',
            Node("root", null, "\"h\"", "null"),
            Node(
                "h",
                "root",
                "\"q\"",
                Message("h", "user", """{"content_type":"user_editable_context","user_profile":"Gardener","user_instructions":""}""")
            ),
            Node(
                "q",
                "h",
                "\"new\",\"old\"",
                Message("q", "user", Text("Which pot?"), ",\"metadata\":{\"attachments\":[{\"name\":\"pot.png\"}]}")
            ),
            Node("old", "q", "", Message("old", "assistant", Text("Clay."))),
            Node(
                "new",
                "q",
                "\"c\"",
                Message(
                    "new",
                    "assistant",
                    """{"content_type":"thoughts","thoughts":[{"summary":"s","content":"Think."}]}""",
                    ",\"metadata\":{\"model_slug\":\"g-x\"}"
                )
            ),
            Node(
                "c",
                "new",
                "\"t\"",
                Message("c", "assistant", """{"content_type":"code","text":"{\"n\":1}"}""", ",\"recipient\":\"python\"")
            ),
            Node(
                "t",
                "c",
                "\"a\"",
                """{"id":"t","author":{"role":"tool","name":"python"},"content":{"content_type":"execution_output","text":"1"}}"""
            ),
            Node("a", "t", "", Message("a", "assistant", Text("Tin."), ",\"end_turn\":true"))
        );
        var question = Node("x", null, "", Message("x", "user", Text("Q")));
        var other = "{\"conversation_id\":\"g2\",\"title\":\"Other\",\"mapping\":{" + question + "}}";
        const string Empty = """{"conversation_id":"g3","mapping":{}}""";

        var sessions = ImportAll(
            "[{\"id\":\"g1\",\"title\":\"Pots\",\"create_time\":1775000000,\"current_node\":\"a\",\"mapping\":{"
                + mapping
                + "}},"
                + other
                + ","
                + Empty
                + "]",
            name: "conversations.json"
        );

        Assert.Equal(["g1", "g2"], sessions.Select(one => one.Session.Summary.SessionId));
        Assert.Equal(ChatGptExport.Format, sessions[0].Format);
        Assert.Equal(
            [
                "context user: Gardener",
                "user: Which pot?\n[file pot.png]",
                "text: Clay.",
                "thinking: Think.",
                """call c python {"n":1}""",
                "result c python \"1\"",
                "text: Tin.",
                "stop ok ///",
            ],
            Shown(sessions[0].Session)
        );
        Assert.Equal(
            ("Pots", "2026-03-31T23:33:20.500000"),
            (sessions[0].Session.Summary.GeneratedTitle, sessions[0].Session.Summary.LastUpdatedAt)
        );
        Assert.Empty(Broken);
    }
}
