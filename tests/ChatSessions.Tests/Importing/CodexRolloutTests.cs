using Xunit;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

public class CodexRolloutTests : ImportTest
{
    [Fact]
    public void A_rollout_becomes_a_session()
    {
        var imported = Import(
            Lines(
                Meta,
                Item(Message("user", "<environment_context>x</environment_context>")),
                Item(Message("user", "Run the tests")),
                Event("""{"type":"user_message","message":"Run the tests"}"""),
                """{"timestamp":"2026-02-01T09:00:01Z","type":"turn_context","payload":{"model":"gpt-x"}}""",
                Event("""{"type":"agent_reasoning","text":"Hm"}"""),
                Item("""{"type":"reasoning","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"e"}"""),
                Item("""{"type":"function_call","name":"shell","arguments":"{\"command\":[\"dotnet\",\"test\"]}","call_id":"c1"}"""),
                Item("""{"type":"custom_tool_call","name":"apply_patch","input":"*** Begin","call_id":"c2"}"""),
                Item(
                    """{"type":"function_call_output","call_id":"c1","output":"{\"output\":\"1 failed\\n\",\"metadata\":{\"exit_code\":1,\"duration_seconds\":6.5}}"}"""
                ),
                Item("""{"type":"custom_tool_call_output","call_id":"c2","output":"Success"}"""),
                Item(Message("assistant", "One test fails.")),
                Event("""{"type":"agent_message","message":"One test fails."}"""),
                Event(
                    """{"type":"token_count","info":{"total_token_usage":{"input_tokens":100,"cached_input_tokens":80,"output_tokens":20}}}"""
                ),
                Event("""{"type":"task_complete","turn_id":"t","last_agent_message":"One test fails.","duration_ms":10000}""")
            )
        );

        Assert.Equal(
            [
                "context user: <environment_context>x</environment_context>",
                "user: Run the tests",
                "thinking: Hm",
                """call c1 shell {"command":["dotnet","test"]}""",
                """call c2 apply_patch {"input":"*** Begin"}""",
                """result c1 shell {"exit_code":1,"duration_seconds":6.5,"output":"1 failed\n"}""",
                "result c2 apply_patch \"Success\"",
                "text: One test fails.",
                "stop ok 100/20/10000/",
            ],
            Shown(imported.Session)
        );
        Assert.Equal([true, false], imported.Session.ToolUses.Select(use => use.Outcome.IsFailure));
        Assert.Equal(("0199-a", "Run the tests"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
        Assert.Equal(["gpt-x"], imported.Session.Summary.Recording!.Models);
        Assert.Empty(imported.Notes);
    }

    [Fact]
    public void Lines_from_before_the_wrapper_are_read_too()
    {
        var imported = Import(
            Lines(
                """{"id":"0199-b","timestamp":"2025-05-01T09:00:00.000Z","instructions":null,"git":{"branch":"dev"}}""",
                """{"record_type":"state"}""",
                Message("user", "# AGENTS.md instructions for /w"),
                Message("user", "Hi"),
                """{"type":"local_shell_call","call_id":"c1","status":"completed","action":{"type":"exec","command":["ls"]}}""",
                """{"type":"function_call_output","call_id":"c1","output":{"content":"denied","success":false}}""",
                Message("assistant", "Ho")
            )
        );

        Assert.Equal(
            [
                "context user: # AGENTS.md instructions for /w",
                "user: Hi",
                """call c1 local_shell {"type":"exec","command":["ls"]}""",
                """result c1 local_shell {"is_error":true,"content":"denied"}""",
                "text: Ho",
                "stop ok ///",
            ],
            Shown(imported.Session)
        );
        Assert.Equal("0199-b", imported.Session.Summary.SessionId);
        Assert.Equal("2025-05-01T09:00:00.000000", imported.Session.Summary.LastUpdatedAt);
        Assert.Equal("Skipped, not part of the conversation: 1 state.", Assert.Single(imported.Notes));
    }

    [Fact]
    public void Events_speak_where_there_are_no_items()
    {
        var session = Import(
            Lines(
                Meta,
                Event("""{"type":"user_message","message":"Q"}"""),
                Event("""{"type":"agent_reasoning","text":"Hm"}"""),
                Event("""{"type":"agent_message","message":"A"}"""),
                Event("""{"type":"turn_aborted","reason":"interrupted"}""")
            )
        ).Session;

        Assert.Equal(["user: Q", "thinking: Hm", "text: A", "stop interrupted ///"], Shown(session));
    }

    [Fact]
    public void A_message_with_an_image_is_still_the_users()
    {
        var session = Import(
            Lines(
                Meta,
                Item(
                    """{"type":"message","role":"user","content":[{"type":"input_text","text":"<image>"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"},{"type":"input_text","text":"What is it?"}]}"""
                ),
                Event("""{"type":"user_message","message":"What is it?"}""")
            )
        ).Session;

        Assert.Equal(["user: [input_image image/png, 3 bytes, not kept]\nWhat is it?"], Shown(session));
    }

    [Theory]
    [InlineData("Exit code: 2\\nWall time: 1 seconds\\nOutput:\\nno", true)]
    [InlineData("Chunk ID: 1\\nProcess exited with code 127\\nOutput:\\nno", true)]
    [InlineData("Exit code: 0\\nOutput:\\nExit code: 5", false)]
    [InlineData("Output:\\nExit code: 5", false)]
    public void An_exit_code_above_the_output_tells_of_failure(string output, bool isFailure)
    {
        var session = Import(
            Lines(
                Meta,
                Item("""{"type":"function_call","name":"shell","arguments":"not json","call_id":"c1"}"""),
                Item($$"""{"type":"function_call_output","call_id":"c1","output":"{{output}}"}""")
            )
        ).Session;

        var use = Assert.Single(session.ToolUses);
        Assert.Equal(isFailure, use.Outcome.IsFailure);
        Assert.Contains(output, use.Result!.Result.ToString());
        Assert.Equal("""{"input":"not json"}""", use.Call!.Arguments.ToString());
    }

    [Fact]
    public void Each_run_takes_what_the_counts_grew_by()
    {
        var session = Import(
            Lines(
                Meta,
                Item(Message("user", "Q")),
                Total(100, 10),
                Event("""{"type":"task_complete"}"""),
                Item(Message("user", "R")),
                Total(150, 30),
                Event("""{"type":"error","message":"limit"}"""),
                Event("""{"type":"task_complete"}"""),
                Item(Message("user", "S")),
                Total(5, 5),
                Event("""{"type":"task_complete"}""")
            )
        ).Session;

        Assert.Equal(
            ["stop ok 100/10//", "stop limit 50/20//", "stop ok ///"],
            Shown(session).Where(line => line.StartsWith("stop", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void A_fork_keeps_its_own_id_and_the_last_name_is_the_title()
    {
        var summary = Import(
            Lines(
                Meta,
                Meta.Replace("0199-a", "0199-parent"),
                Item(Message("user", "Q")),
                Event("""{"type":"thread_name_updated","thread_name":"Named"}""")
            )
        ).Session.Summary;

        Assert.Equal(("0199-a", "Named"), (summary.SessionId, summary.GeneratedTitle));
    }

    [Fact]
    public void Compaction_calls_without_result_and_unknown_records_are_kept_or_counted()
    {
        var imported = Import(
            Lines(
                Meta,
                Item("""{"type":"web_search_call","id":"w1","status":"completed","action":{"query":"x"}}"""),
                Item("""{"type":"image_generation_call","id":"i1","status":"completed","revised_prompt":"cat","result":"AAAA"}"""),
                Item("""{"type":"hologram","x":1}"""),
                Item("""{"type":"ghost_snapshot"}"""),
                Item("""{"type":"reasoning","summary":[],"encrypted_content":"e"}"""),
                """{"timestamp":"2026-02-01T09:00:01Z","type":"compacted","payload":{"message":"Sum","replacement_history":[1]}}""",
                """{"timestamp":"2026-02-01T09:00:01Z","type":"world_state","payload":{}}""",
                Event("""{"type":"novelty"}""")
            )
        );

        Assert.Equal(
            [
                """call w1 web_search {"action":{"query":"x"}}""",
                """result w1 web_search {"status":"completed"}""",
                """call i1 image_generation {"revised_prompt":"cat"}""",
                """result i1 image_generation {"type":"image","media_type":"image/png","bytes":3,"omitted":true}""",
                """{"type":"record","record":{"type":"hologram","x":1}}""",
                "context system: The conversation before this point was compacted. The agent went on with this summary:\n\nSum",
            ],
            Shown(imported.Session)
        );
        Assert.Equal(
            "Skipped, not part of the conversation: 1 event_msg/novelty, 1 ghost_snapshot, 1 reasoning without a text, 1 world_state.",
            imported.Notes[0]
        );
    }

    [Fact]
    public void A_line_that_is_still_written_is_left_out()
    {
        var imported = Import(Lines(Meta, Item(Message("user", "Q"))) + "{\"timestamp\":\"2026-02-01T09:00");

        Assert.Equal(["user: Q"], Shown(imported.Session));
        Assert.StartsWith("Line 3 is incomplete", Assert.Single(imported.Notes), StringComparison.Ordinal);
    }
}
