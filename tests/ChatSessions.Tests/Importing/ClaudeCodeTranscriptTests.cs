using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class ClaudeCodeTranscriptTests : ImportTest
{
    private const string Question = """
        {"type":"user","uuid":"u1","parentUuid":null,"sessionId":"s-1","timestamp":"2026-03-01T10:00:00.000Z","cwd":"/w","gitBranch":"main","version":"2.1.100","isSidechain":false,"message":{"role":"user","content":"Why does the build fail?\nIt did not."}}
        """;

    [Fact]
    public void A_transcript_becomes_a_session()
    {
        var imported = Import(
            Lines(
                Question,
                Assistant("a1", "m1", """{"type":"thinking","thinking":"Look at the log.","signature":"xyz"}""", usage: (9, 1)),
                Assistant("a2", "m1", """{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"make"}}""", usage: (9, 30)),
                Result("u2", """{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":"make: *** No rule"}"""),
                Assistant("a3", "m2", """{"type":"text","text":"There is no rule."}""", "end_turn", (50, 7)),
                """{"type":"system","subtype":"turn_duration","uuid":"d1","sessionId":"s-1","durationMs":6500,"timestamp":"2026-03-01T10:00:09.5Z"}"""
            )
        );

        Assert.Equal(
            [
                "user: Why does the build fail?\nIt did not.",
                "thinking: Look at the log.",
                """call t1 Bash {"command":"make"}""",
                """result t1 Bash {"is_error":true,"content":"make: *** No rule"}""",
                "text: There is no rule.",
                "stop ok 359/37/6500/2",
            ],
            Shown(imported.Session)
        );
        var summary = imported.Session.Summary;
        Assert.Equal(("s-1", "2026-03-01T10:00:09.500000"), (summary.SessionId, summary.LastUpdatedAt));
        Assert.Equal("Why does the build fail?...", summary.GeneratedTitle);
        Assert.Equal(RunOutcome.Ok, summary.Outcome);
        Assert.Equal(359, summary.JobMetadata!.Usage.TotalInputTokens);
        Assert.True(Assert.Single(imported.Session.ToolUses).Outcome.IsFailure);
        Assert.Equal(
            """{"format":"claude-code","created_at":"2026-03-01T10:00:00.000000","cwd":"/w","git_branch":"main","version":"2.1.100","models":["claude-x"]}""",
            imported.Session.Json.Property("source").ToString()
        );
        Assert.Empty(imported.Notes);
    }

    [Fact]
    public void Events_have_their_times_and_the_model_where_it_changes()
    {
        var session = Import(
            Lines(
                Question,
                Assistant("a1", "m1", """{"type":"text","text":"A"}"""),
                Assistant("a2", "m2", """{"type":"text","text":"B"}"""),
                Assistant("a3", "m3", """{"type":"text","text":"C"}""").Replace("claude-x", "claude-y", StringComparison.Ordinal),
                """{"type":"user","uuid":"u2","sessionId":"s-1","message":{"role":"user","content":"Untimed"}}"""
            )
        ).Session;

        Assert.Equal([null, "claude-x", null, "claude-y", null], session.Events.Take(5).Select(one => one.Model));
        Assert.Equal(["claude-x", "claude-y"], session.Summary.Recording!.Models);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 10, 0, 0, default), session.Events[0].Timestamp);
        Assert.Null(session.Events.OfType<UserInputEvent>().Last().Timestamp);
    }

    [Fact]
    public void Parallel_calls_pair_with_their_results()
    {
        var session = Import(
            Lines(
                Question,
                Assistant("a1", "m1", """{"type":"tool_use","id":"t1","name":"Read","input":{"path":"a"}}"""),
                Assistant("a2", "m1", """{"type":"tool_use","id":"t2","name":"Grep","input":{"q":"b"}}"""),
                Result(
                    "u2",
                    """{"type":"tool_result","tool_use_id":"t2","content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]}"""
                ),
                Result("u3", """{"type":"tool_result","tool_use_id":"t1","content":"z"}""")
            )
        ).Session;

        Assert.Equal(["Read \"z\"", "Grep \"x\\ny\""], session.ToolUses.Select(use => $"{use.Name} {use.Result!.Result}"));
        Assert.Equal(RunOutcome.Unfinished, session.Outcome);
    }

    [Fact]
    public void The_tokens_of_a_request_count_once_though_each_of_its_lines_repeats_them()
    {
        var session = Import(
            Lines(
                Question,
                Assistant("a1", "m1", """{"type":"text","text":"A"}""", usage: (10, 1)),
                Assistant("a2", "m1", """{"type":"text","text":"B"}""", usage: (10, 8)),
                Assistant("a2", "m1", """{"type":"text","text":"B"}""", usage: (10, 8)),
                Assistant("a3", "m2", """{"type":"text","text":"C"}""", "end_turn", (20, 2))
            )
        );

        Assert.Equal("stop ok 330/10//2", Shown(session.Session)[^1]);
        Assert.Equal(5, session.Session.Events.Length);
        Assert.Equal("Skipped, not part of the conversation: 1 repeated.", Assert.Single(session.Notes));
    }

    [Fact]
    public void A_run_ends_where_the_user_goes_on_interrupts_or_the_API_fails()
    {
        var session = Import(
            Lines(
                Question,
                Assistant("a1", "m1", """{"type":"text","text":"A"}"""),
                User("u2", "Go on"),
                Assistant("a2", "m2", """{"type":"text","text":"B"}"""),
                User("u3", "[Request interrupted by user]"),
                User("u4", "And now?"),
                """{"type":"system","subtype":"api_error","uuid":"e1","sessionId":"s-1","error":{"status":529}}""",
                """{"type":"assistant","uuid":"a3","sessionId":"s-1","isApiErrorMessage":true,"message":{"id":"x","model":"<synthetic>","role":"assistant","content":[{"type":"text","text":"API Error: 529"}]}}""",
                User("u5", "Still there?")
            )
        ).Session;

        Assert.Equal(
            [
                "user: Why does the build fail?\nIt did not.",
                "text: A",
                "stop ok ///",
                "user: Go on",
                "text: B",
                "stop [Request interrupted by user] ///",
                "user: And now?",
                """{"type":"record","record":{"type":"system","subtype":"api_error","uuid":"e1","sessionId":"s-1","error":{"status":529}}}""",
                "stop API Error: 529 ///",
                "user: Still there?",
            ],
            Shown(session)
        );
    }

    [Fact]
    public void What_the_program_says_in_the_users_name_is_context()
    {
        var session = Import(
            Lines(
                """{"type":"user","uuid":"u0","isMeta":true,"sessionId":"s-1","message":{"role":"user","content":"Caveat: …"}}""",
                User("u1", "<local-command-stdout>ok</local-command-stdout>"),
                Question.Replace("u1", "u2"),
                """{"type":"system","subtype":"compact_boundary","uuid":"c1","parentUuid":null,"logicalParentUuid":"u2","content":"Conversation compacted"}""",
                """{"type":"user","uuid":"u3","isCompactSummary":true,"sessionId":"s-1","message":{"role":"user","content":[{"type":"text","text":"This session is being continued"}]}}"""
            )
        ).Session;

        Assert.Equal(
            [
                "context user: Caveat: …",
                "context user: <local-command-stdout>ok</local-command-stdout>",
                "user: Why does the build fail?\nIt did not.",
                "context system: Conversation compacted",
                "context user: This session is being continued",
            ],
            Shown(session)
        );
        Assert.Single(session.Turns, turn => turn.UserInput is not null);
    }

    [Fact]
    public void Images_leave_a_mark_where_they_were()
    {
        var imported = Import(
            Lines(
                """{"type":"user","uuid":"u1","sessionId":"s-1","message":{"role":"user","content":[{"type":"text","text":"See"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAAAAAA"}}]}}""",
                Assistant("a1", "m1", """{"type":"tool_use","id":"t1","name":"Shot","input":{}}"""),
                Result(
                    "u2",
                    """{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"x"},{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAAA"}}]}"""
                )
            )
        );

        Assert.Equal("user: See\n[image image/png, 6 bytes, not kept]", Shown(imported.Session)[0]);
        Assert.Equal(
            """result t1 Shot [{"type":"text","text":"x"},{"type":"image","media_type":"image/jpeg","bytes":3,"omitted":true}]""",
            Shown(imported.Session)[2]
        );
        Assert.Equal("Replaced by a marker: 2 images or files (9 bytes).", Assert.Single(imported.Notes));
    }

    [Fact]
    public void A_sidechain_is_a_session_of_its_own()
    {
        var sessions = ImportAll(
            Lines(
                Question,
                Assistant("a1", "m1", """{"type":"tool_use","id":"t1","name":"Task","input":{}}"""),
                """{"type":"user","uuid":"x1","parentUuid":null,"isSidechain":true,"sessionId":"s-1","message":{"role":"user","content":"Search"}}""",
                """{"type":"assistant","uuid":"x2","parentUuid":"x1","isSidechain":true,"sessionId":"s-1","message":{"id":"m2","content":[{"type":"text","text":"Found"}]}}""",
                """{"type":"user","uuid":"u2","parentUuid":"a1","sessionId":"s-1","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"Found"}]},"toolUseResult":{"agentId":"9f","content":"Found"}}"""
            )
        );

        Assert.Equal(["s-1", "s-1.agent-x1"], sessions.Select(one => one.Session.Summary.SessionId));
        Assert.Equal(["user: Search", "text: Found", "stop ok ///"], Shown(sessions[1].Session));
        Assert.DoesNotContain("text: Found", Shown(sessions[0].Session));
        Assert.Equal("9f", sessions[0].Session.Events[2].Json.Property("agent_id").AsString());
        Assert.Equal("s-1", sessions[1].Session.Json.Property("source").Property("parent_session_id").AsString());
    }

    [Fact]
    public void A_file_of_a_sidechain_is_that_session_alone()
    {
        var session = Import(
            """{"type":"user","uuid":"x1","agentId":"9f","isSidechain":true,"sessionId":"s-1","message":{"role":"user","content":"Search"}}"""
                + "\n{\"type\":\"assist",
            name: "agent-9f.jsonl"
        );

        Assert.Equal("s-1.agent-9f", session.Session.Summary.SessionId);
        Assert.Equal("Line 2 is incomplete and was skipped; the program may still be writing it.", Assert.Single(session.Notes));
    }

    [Theory]
    [InlineData("""{"type":"summary","summary":"Of this","leafUuid":"u1"}""", "Of this")]
    [InlineData("""{"type":"summary","summary":"Of another","leafUuid":"zz"}""", "Why does the build fail?...")]
    [InlineData("""{"type":"ai-title","aiTitle":"Made","sessionId":"s-1"}""", "Made")]
    [InlineData("""{"type":"custom-title","customTitle":"Given","sessionId":"s-1"}""", "Given")]
    public void The_title_is_the_recorded_one_if_it_is_of_this_session(string record, string title) =>
        Assert.Equal(title, Import(Lines(record, Question)).Session.Summary.GeneratedTitle);

    [Fact]
    public void Bookkeeping_is_counted_and_unknown_parts_are_kept()
    {
        var imported = Import(
            Lines(
                """{"type":"file-history-snapshot","messageId":"u1","snapshot":{}}""",
                Question,
                """{"type":"progress","uuid":"p1","data":{}}""",
                """{"type":"novelty","uuid":"n1","x":1}""",
                """{"type":"novelty","uuid":"n2","message":{"role":"user","content":"?"}}""",
                Assistant("a1", "m1", """{"type":"hologram","x":1}"""),
                """{"type":"attachment","uuid":"q1","attachment":{"type":"queued_command","prompt":"Faster"}}""",
                """{"type":"attachment","uuid":"q2","attachment":{"type":"todo"}}"""
            )
        );

        Assert.Equal(
            "Skipped, not part of the conversation: 1 attachment/todo, 1 file-history-snapshot, 1 novelty, 1 progress.",
            Assert.Single(imported.Notes)
        );
        Assert.Equal(
            [
                """{"type":"record","record":{"type":"novelty","uuid":"n2","message":{"role":"user","content":"?"}}}""",
                """{"type":"record","record":{"type":"hologram","x":1}}""",
                "user: Faster",
            ],
            Shown(imported.Session).Skip(1)
        );
    }

    [Fact]
    public void A_resumed_session_has_the_id_of_its_file_or_else_the_last_one()
    {
        var text = Lines(Question, Question.Replace("u1", "u2").Replace("s-1", "s-2"));

        Assert.Equal("s-2", Import(text).Session.Summary.SessionId);
        Assert.Equal("s-1", Import(text, name: "s-1.jsonl").Session.Summary.SessionId);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\\u0000")]
    public void An_id_that_could_not_be_asked_for_is_replaced_by_one_that_stays_the_same(string id)
    {
        string[] texts = [Lines(Question.Replace("s-1", id)), Lines(Question.Replace("s-1", id), User("u9", "More").Replace("s-1", id))];

        var made = Assert.Single(texts.Select(text => Import(text).Session.Summary.SessionId).Distinct());

        Assert.StartsWith("imported-", made, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transcript_without_a_conversation_makes_no_session() =>
        Assert.Empty(ImportAll(Lines("""{"type":"summary","summary":"Of another","leafUuid":"zz"}""")));

    [Fact]
    public void The_list_that_the_web_exports_is_read_too() =>
        Assert.Equal(["user: hi"], Shown(Import($$"""{"loglines":[{{User("u1", "hi")}}]}""", name: "x.json").Session));

    private static string User(string uuid, string text) =>
        $$$"""{"type":"user","uuid":"{{{uuid}}}","sessionId":"s-1","message":{"role":"user","content":"{{{text}}}"}}""";

    private static string Result(string uuid, string block) =>
        $$$"""{"type":"user","uuid":"{{{uuid}}}","sessionId":"s-1","timestamp":"2026-03-01T10:00:06.000Z","message":{"role":"user","content":[{{{block}}}]},"toolUseResult":"Error: …"}""";

    /// <param name="usage">Input and output tokens, in addition to 150 of the cache.</param>
    private static string Assistant(string uuid, string id, string block, string? stop = null, (int Input, int Output)? usage = null)
    {
        var tokens = usage is { } known
            ? $$"""{"input_tokens":{{known.Input}},"cache_creation_input_tokens":100,"cache_read_input_tokens":50,"output_tokens":{{known.Output}}}"""
            : "null";
        return $$$"""{"type":"assistant","uuid":"{{{uuid}}}","sessionId":"s-1","message":{"id":"{{{id}}}","role":"assistant","model":"claude-x","content":[{{{block}}}],"stop_reason":{{{Some.Quoted(stop)}}},"usage":{{{tokens}}} }}""";
    }
}
