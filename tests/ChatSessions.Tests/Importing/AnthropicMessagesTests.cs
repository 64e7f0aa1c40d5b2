using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class AnthropicMessagesTests : ImportTest
{
    private const string Task = """
        [{"role":"user","content":[{"type":"text","text":"<task>\nWater the ferns.\n</task>"},{"type":"text","text":"<environment_details>\nmorning\n</environment_details>"}],"ts":1775000000000},
         {"role":"assistant","content":[{"type":"thinking","thinking":"Dry?","signature":"x"},{"type":"text","text":"I look."},{"type":"tool_use","id":"t1","name":"feel","input":{"pot":3}}],"ts":1775000001000},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":[{"type":"text","text":"no pot"}]},{"type":"text","text":"<feedback>\nThe small pot.\n</feedback>"}],"ts":1775000002000},
         {"role":"assistant","content":[{"type":"text","text":"Done."}],"ts":1775000003000}]
        """;

    [Fact]
    public void A_task_of_Cline_has_the_users_words_without_tags_and_the_rest_as_context()
    {
        var imported = Import(Task, name: "17/api_conversation_history.json");

        Assert.Equal(AnthropicMessages.Format, imported.Format);
        Assert.Equal(
            [
                "user: Water the ferns.",
                "context user: <environment_details>\nmorning\n</environment_details>",
                "thinking: Dry?",
                "text: I look.",
                """call t1 feel {"pot":3}""",
                """result t1 feel {"is_error":true,"content":"no pot"}""",
                "user: The small pot.",
                "text: Done.",
                "stop ok ///",
            ],
            Shown(imported.Session)
        );
        var summary = imported.Session.Summary;
        Assert.Equal(
            ("17", "Water the ferns.", "2026-03-31T23:33:23.000000"),
            (summary.SessionId, summary.GeneratedTitle, summary.LastUpdatedAt)
        );
    }

    [Fact]
    public void Roo_Code_keeps_the_id_the_folder_and_the_times_in_files_next_to_it()
    {
        Write("a/history_item.json", """{"id":"roo-1","ts":1775000009000,"workspace":"/w/ferns"}""");
        Write("a/ui_messages.json", """[{"ts":1774999999000,"type":"say"},{"ts":1775000009500,"type":"say"}]""");

        var session = Import(
            """[{"role":"user","content":[{"type":"text","text":"<task>\nQ\n</task>"},{"type":"text","text":"<environment_details>\n# Current Workspace Directory (/w) Files\n</environment_details>"}]},{"role":"assistant","content":"A"}]""",
            name: "a/api_conversation_history.json"
        ).Session;

        Assert.Equal(("roo-1", "2026-03-31T23:33:29.500000"), (session.Summary.SessionId, session.Summary.LastUpdatedAt));
        Assert.Equal(
            """{"format":"anthropic","created_at":"2026-03-31T23:33:19.000000","cwd":"/w/ferns"}""",
            session.Json.Property("source").ToString()
        );
    }

    [Fact]
    public void A_task_that_is_marked_as_done_has_ended_and_what_the_user_says_then_begins_a_run()
    {
        var session = Import(
            """
            [{"role":"user","content":[{"type":"text","text":"<task>Q</task>"}]},
             {"role":"assistant","content":[{"type":"tool_use","id":"d","name":"attempt_completion","input":{"result":"A"}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"d","content":""},{"type":"text","text":"<feedback>More.</feedback>"}]}]
            """,
            name: "file.json"
        ).Session;

        Assert.Equal(
            ["user: Q", """call d attempt_completion {"result":"A"}""", "result d attempt_completion \"\"", "stop ok ///", "user: More."],
            Shown(session)
        );
    }

    [Fact]
    public void Calls_that_Clines_model_wrote_as_text_are_calls_and_their_results_are_not_the_users_words()
    {
        var session = Import(
            """
            [{"role":"user","content":[{"type":"text","text":"<task>\nCount.\n</task>"}]},
             {"role":"assistant","content":[{"type":"text","text":"I read.\n<read_file>\n<path>pots.txt</path>\n</read_file>"}]},
             {"role":"user","content":[{"type":"text","text":"[read_file for 'pots.txt'] Result:"},{"type":"text","text":"two pots"},{"type":"text","text":"<environment_details>\nx\n</environment_details>"}]},
             {"role":"assistant","content":[{"type":"text","text":"Hm."}]},
             {"role":"user","content":[{"type":"text","text":"[ERROR] You did not use a tool in your previous response!"}]},
             {"role":"assistant","content":[{"type":"text","text":"<attempt_completion>\n<result>Two.</result>\n</attempt_completion>"}]},
             {"role":"user","content":[{"type":"text","text":"[attempt_completion] Result:"},{"type":"text","text":"<feedback>\nAnd the third?\n</feedback>"}]}]
            """,
            name: "file.json"
        ).Session;

        Assert.Equal(
            [
                "user: Count.",
                "text: I read.\n<read_file>\n<path>pots.txt</path>\n</read_file>",
                """call text-1 read_file {"path":"pots.txt"}""",
                "result text-1 read_file \"two pots\"",
                "context user: <environment_details>\nx\n</environment_details>",
                "text: Hm.",
                "stop ok ///",
                "context user: [ERROR] You did not use a tool in your previous response!",
                "text: <attempt_completion>\n<result>Two.</result>\n</attempt_completion>",
                """call text-2 attempt_completion {"result":"Two."}""",
                "result text-2 attempt_completion \"\"",
                "stop ok ///",
                "user: And the third?",
            ],
            Shown(session)
        );
    }

    [Fact]
    public void A_request_and_its_response_are_one_session_with_the_tokens_of_the_response()
    {
        const string Request = """{"model":"c-1","max_tokens":9,"system":"Be kind.","messages":[{"role":"user","content":"Q"}]}""";
        const string Response =
            """{"id":"msg_1","type":"message","role":"assistant","model":"c-1","content":[{"type":"text","text":"A"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"cache_read_input_tokens":4,"output_tokens":2}}""";

        var both = Import($$"""{"request":{{Request}},"response":{{Response}}}""").Session;

        Assert.Equal(["context system: Be kind.", "user: Q", "text: A", "stop ok 7/2//1"], Shown(both));
        Assert.Equal(["context system: Be kind.", "user: Q"], Shown(Import(Request).Session));
        Assert.Equal(["text: A", "stop ok 7/2//1"], Shown(Import(Response).Session));
        Assert.Equal("msg_1", Import(Response).Session.Summary.SessionId);
    }

    [Fact]
    public void Each_line_can_be_a_message_and_the_first_need_not_show_the_format()
    {
        var session = Import(
            Lines(
                """{"role":"user","content":"Q"}""",
                """{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]}""",
                """{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}"""
            ) + """{"role":"assi"""
        );

        Assert.Equal(AnthropicMessages.Format, session.Format);
        Assert.Equal(["user: Q", "call t f {}", "result t f \"x\""], Shown(session.Session));
        Assert.Contains(session.Notes, note => note.StartsWith("Line 4 is incomplete", StringComparison.Ordinal));
    }

    [Fact]
    public void A_manifest_next_to_newer_sessions_of_Cline_has_their_title_and_folder()
    {
        Write("s/s1.json", """{"cwd":"/w","model":"c-1","provider":"anthropic","metadata":{"title":"Ferns"}}""");

        var session = Import(
            """{"version":1,"agent":"lead","sessionId":"s1","messages":[{"role":"user","content":[{"type":"text","text":"Q"}],"ts":1775000000000}]}""",
            name: "s/s1.messages.json"
        ).Session;

        Assert.Equal(("s1", "Ferns"), (session.Summary.SessionId, session.Summary.GeneratedTitle));
        Assert.Contains("\"cwd\":\"/w\",\"model_provider\":\"anthropic\",\"models\":[\"c-1\"]", session.Json.Property("source").ToString());
    }
}
