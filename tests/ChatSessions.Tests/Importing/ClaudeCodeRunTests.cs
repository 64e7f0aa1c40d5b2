using ChatSessions.Importing;
using ChatSessions.Model;
using Xunit;
using static ChatSessions.Tests.Importing.ClaudeCodeLines;

namespace ChatSessions.Tests.Importing;

public class ClaudeCodeRunTests : ImportTest
{
    [Fact]
    public void An_answer_that_calls_nothing_ends_the_run_though_nothing_says_so()
    {
        var session = Import(Lines(User("u1", "How many beds?"), Calls("a1", "t1"), Answers("r1", "t1", "6"), Says("a2", "Six."))).Session;

        Assert.Equal("stop ok 20/4//2", Shown(session)[^1]);
        Assert.Equal((RunOutcome.Ok, RunOutcome.Ok), (session.Outcome, session.Summary.Outcome));
        Assert.True(session.Summary.JobMetadata!.Usage.TotalInputTokens == 20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_that_broke_off_has_no_stop_but_its_usage_is_kept(bool isAnswered)
    {
        string[] lines = [User("u1", "Order mint."), Calls("a1", "t1"), .. isAnswered ? [Answers("r1", "t1")] : Array.Empty<string>()];

        var session = Import(Lines(lines)).Session;

        Assert.Equal(RunOutcome.Unfinished, session.Outcome);
        Assert.Null(session.LastStop);
        Assert.Equal(
            """{"total_input_tokens":10,"total_output_tokens":2,"turns":1}""",
            session.Json.Property("source").Property("unfinished_usage").ToString()
        );
    }

    [Fact]
    public void A_request_to_call_a_tool_does_not_end_the_run_before_the_call_is_written() =>
        Assert.Null(Import(Lines(User("u1", "Order mint."), Says("a1", "I look it up.", "tool_use"))).Session.LastStop);

    [Fact]
    public void A_stop_has_the_time_at_which_the_agent_was_done()
    {
        var session = Import(
            Lines(
                User("u1", "Dig."),
                Says("a1", "Dug."),
                """{"type":"file-history-snapshot","messageId":"u1","timestamp":"2026-05-04T12:00:00Z","snapshot":{}}""",
                User("u2", "Water.").Replace("08:00:00", "23:00:00", StringComparison.Ordinal)
            )
        ).Session;

        Assert.Equal(new DateTimeOffset(2026, 5, 4, 8, 0, 5, default), session.LastStop!.Timestamp);
    }

    [Fact]
    public void A_compaction_says_so_and_shows_its_summary_behind_the_run_before()
    {
        var session = Import(
            Lines(
                User("u1", "Prune the apples."),
                Says("a1", "Row one is done."),
                $$"""{"type":"system","subtype":"compact_boundary","uuid":"c1","sessionId":"{{Garden}}","content":"Conversation compacted","compactMetadata":{"trigger":"auto","preTokens":155000} }""",
                User("u2", "This session is being continued: row one is pruned.", "\"isCompactSummary\":true,"),
                Says("a2", "Row two next.")
            )
        ).Session;

        Assert.Equal(
            [
                "stop ok 10/2//1",
                "context system: Conversation compacted (auto, at 155,000 tokens)",
                "context user: This session is being continued: row one is pruned.",
            ],
            Shown(session).Skip(2).Take(3)
        );
        Assert.Single(session.Turns);
    }

    [Fact]
    public void Records_with_the_same_id_are_copies_only_if_they_say_the_same()
    {
        var session = Import(
            Lines(User("u1", "Is it dry?"), Says("a1", "Yes."), User("u1", "Is it cold?"), User("u1", "Is it dry?"))
        ).Session;

        Assert.Equal(
            ["user: Is it dry?", "user: Is it cold?"],
            Shown(session).Where(line => line.StartsWith("user", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void What_was_left_by_going_back_is_marked()
    {
        var session = Import(
            Lines(
                User("u1", "Dig a pond.", "\"parentUuid\":null,"),
                Says("a1", "Where?"),
                User("u2", "In the north.", "\"parentUuid\":\"a1\","),
                Says("a2", "Dug."),
                User("u3", "In the south.", "\"parentUuid\":\"a1\",")
            )
        ).Session;

        Assert.Equal(
            "context system: The conversation went back to before \"In the north.\". What stands between there and here was left, and the agent no longer saw it.",
            Shown(session)[^2]
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Stream_json_is_read_as_lines_and_as_a_list(bool isList)
    {
        string[] lines =
        [
            """{"type":"system","subtype":"init","session_id":"str-1","cwd":"/w","uuid":"s0"}""",
            """{"type":"assistant","message":{"id":"m1","role":"assistant","model":"claude-x","content":[{"type":"tool_use","id":"t1","name":"Task","input":{"prompt":"Look."}}],"usage":{"input_tokens":5,"output_tokens":2}},"parent_tool_use_id":null,"session_id":"str-1","uuid":"s1"}""",
            """{"type":"user","message":{"role":"user","content":[{"type":"text","text":"Look."}]},"parent_tool_use_id":"t1","session_id":"str-1","uuid":"s2"}""",
            """{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"a.txt"}]},"parent_tool_use_id":null,"session_id":"str-1","uuid":"s3"}""",
            """{"type":"assistant","message":{"id":"m2","role":"assistant","model":"claude-x","content":[{"type":"text","text":"One file."}],"usage":{"input_tokens":9,"output_tokens":3}},"parent_tool_use_id":null,"session_id":"str-1","uuid":"s4"}""",
            """{"type":"result","subtype":"success","is_error":false,"duration_ms":4200,"num_turns":2,"session_id":"str-1","usage":{"input_tokens":14,"output_tokens":5},"uuid":"s5","result":"One file."}""",
        ];

        var sessions = ImportAll(isList ? $"[{string.Join(",\n", lines)}]" : Lines(lines), name: isList ? "run.json" : "run.jsonl");

        Assert.Equal(["str-1", "str-1.agent-t1"], sessions.Select(one => one.Session.Summary.SessionId));
        Assert.Equal(["text: One file.", "stop ok 14/5/4200/2"], Shown(sessions[0].Session).Skip(2));
        Assert.Equal(("str-1", "t1"), (Parent(sessions[1])!.SessionId, Parent(sessions[1])!.CallId));
    }

    [Fact]
    public void A_result_that_failed_says_why()
    {
        var session = Import(
            Lines(
                """{"type":"system","subtype":"init","session_id":"str-1","uuid":"s0"}""",
                """{"type":"assistant","message":{"id":"m1","role":"assistant","content":[{"type":"text","text":"I try."}]},"session_id":"str-1","uuid":"s1"}""",
                """{"type":"result","subtype":"error_max_turns","is_error":true,"duration_ms":9,"session_id":"str-1","uuid":"s2"}"""
            )
        ).Session;

        Assert.Equal(["text: I try.", "stop error_max_turns //9/"], Shown(session));
    }

    private static ParentSession? Parent(ImportedSession session) => session.Session.Summary.Recording?.Parent;
}
