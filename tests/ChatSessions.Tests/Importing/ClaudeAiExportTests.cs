using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class ClaudeAiExportTests : ImportTest
{
    [Fact]
    public void A_conversation_becomes_a_session_with_what_was_attached()
    {
        var sessions = ImportAll(
            """
            [{"uuid":"u1","name":"Pots","created_at":"2026-01-01T12:00:00Z","updated_at":"2026-01-01T12:05:00Z","chat_messages":[
              {"sender":"human","text":"Count","content":[{"type":"text","text":"Count"}],"created_at":"2026-01-01T12:00:00Z","attachments":[{"file_name":"hall.txt","extracted_content":"two pots"}],"files":[{"file_name":"hall.png"}]},
              {"sender":"assistant","text":"","created_at":"2026-01-01T12:00:05Z","content":[{"type":"thinking","thinking":"Look."},{"type":"tool_use","id":"t","name":"repl","input":{"code":"1"}},{"type":"tool_result","tool_use_id":"t","name":"repl","is_error":false,"content":[{"type":"text","text":"2"}]},{"type":"token_budget"},{"type":"text","text":"Two."}]}]},
             {"uuid":"u2","name":"","created_at":"2026-01-01T12:00:00Z","chat_messages":[{"sender":"human","text":"Old","created_at":"2026-01-01T12:00:00Z"}]},
             {"uuid":"u3","name":"Empty","chat_messages":[]}]
            """,
            name: "conversations.json"
        );

        Assert.Equal(ClaudeAiExport.Format, sessions[0].Format);
        Assert.Equal(
            [
                "user: Count\n[file hall.png]\n[file hall.txt]",
                "context user: two pots",
                "thinking: Look.",
                """call t repl {"code":"1"}""",
                "result t repl \"2\"",
                "text: Two.",
                "stop ok ///",
            ],
            Shown(sessions[0].Session)
        );
        Assert.Equal(
            [("u1", "Pots"), ("u2", "Old")],
            sessions.Select(one => (one.Session.Summary.SessionId, one.Session.Summary.GeneratedTitle!))
        );
        Assert.Empty(Broken);
    }
}
