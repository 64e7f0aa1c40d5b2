using ChatSessions.Model;
using Xunit;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

public class CodexCallsTests : ImportTest
{
    private const string Script =
        """{"type":"custom_tool_call","call_id":"c1","name":"exec","input":"text(await tools.exec_command({cmd:\"pump\"}));"}""";

    [Fact]
    public void Searches_of_the_web_are_answered_calls_with_ids_of_their_own()
    {
        var session = Import(
            Lines(
                Meta,
                Item("""{"type":"web_search_call","status":"completed","action":{"type":"search","query":"garlic"}}"""),
                Item("""{"type":"web_search_call","status":"completed","action":{"type":"open_page","url":"https://plants.example"}}"""),
                Answer("In April.")
            )
        ).Session;

        Assert.Equal(
            [
                """call web_search_1 web_search {"action":{"type":"search","query":"garlic"}}""",
                """result web_search_1 web_search {"status":"completed"}""",
                """call web_search_2 web_search {"action":{"type":"open_page","url":"https://plants.example"}}""",
                """result web_search_2 web_search {"status":"completed"}""",
                "text: In April.",
                "stop ok ///",
            ],
            Shown(session)
        );
    }

    [Fact]
    public void A_search_takes_its_id_and_its_results_from_the_event_before_it()
    {
        var session = Import(
            Lines(
                Meta,
                Event(
                    """{"type":"web_search_end","call_id":"ws_1","query":"garlic","action":{"type":"search","query":"garlic"},"results":["April"]}"""
                ),
                Item("""{"type":"web_search_call","status":"completed","action":{"type":"search","query":"garlic"}}"""),
                Event("""{"type":"web_search_end","call_id":"ws_2","query":"leek","action":{"type":"search","query":"leek"}}""")
            )
        ).Session;

        Assert.Equal(
            [
                """call ws_1 web_search {"action":{"type":"search","query":"garlic"}}""",
                """result ws_1 web_search ["April"]""",
                """call ws_2 web_search {"action":{"type":"search","query":"leek"},"query":"leek"}""",
                "result ws_2 web_search null",
            ],
            Shown(session)
        );
    }

    [Theory]
    [InlineData(
        """[{"type":"input_text","text":"Script completed\nWall time 0.4 seconds\nOutput:\n"},{"type":"input_text","text":"{\"chunk_id\": \"ab\", \"exit_code\": 2, \"output\": \"no water\\n\"}"}]""",
        "exit_code 2"
    )]
    [InlineData(
        """[{"type":"input_text","text":"Script completed\nOutput:\n"},{"type":"input_text","text":"[{\"exit_code\":0,\"output\":\"a\"},{\"status\":\"fulfilled\",\"value\":{\"exit_code\":7,\"output\":\"b\"}}]"}]""",
        "exit_code 7"
    )]
    [InlineData(
        """[{"type":"input_text","text":"Script completed\nOutput:\n"},{"type":"input_text","text":"{\"exit_code\":0,\"output\":\"\\\"exit_code\\\": 3\"}"}]""",
        null
    )]
    [InlineData("""[{"type":"input_text","text":"Script failed\nWall time 0.1 seconds\nOutput:\nTypeError"}]""", "is_error is true")]
    [InlineData("""[{"type":"input_text","text":"Script terminated\nOutput:\n"}]""", "is_error is true")]
    [InlineData("""[{"type":"input_text","text":"Script running with cell ID 4\nOutput:\n"}]""", null)]
    public void The_exit_codes_and_the_end_of_a_script_are_found(string output, string? failure)
    {
        var session = Import(
            Lines(
                Meta,
                Item(Script),
                Item($$"""{"type":"custom_tool_call_output","call_id":"c1","output":{{output.Replace("\n", "\\n")}}}""")
            )
        ).Session;

        Assert.Equal(failure, Assert.Single(session.ToolUses).Outcome.Reason);
    }

    [Fact]
    public void A_command_that_a_script_ran_without_printing_it_is_a_call_of_its_own()
    {
        const string output = """[{"type":"input_text","text":"Script completed\nOutput:\nall is well"}]""";

        var session = Import(
            Lines(
                Meta,
                Item(Script),
                CompletedItem(
                    """{"type":"CommandExecution","id":"exec-1","command":["sh","-c","pump"],"aggregated_output":"no water\n","exit_code":2,"duration":{"secs":1,"nanos":500000000}}"""
                ),
                CompletedItem(
                    """{"type":"CommandExecution","id":"exec-2","command":["sh","-c","look"],"aggregated_output":"all is well\n","exit_code":0}"""
                ),
                Item($$"""{"type":"custom_tool_call_output","call_id":"c1","output":{{output.Replace("\n", "\\n")}}}""")
            )
        ).Session;

        Assert.Equal(["exec", "exec_command"], session.ToolUses.Select(use => use.Call!.Name));
        Assert.Equal("""{"exit_code":2,"content":"no water\n"}""", session.ToolUses.Last().Result!.Result.ToString());
        Assert.Equal("1500", session.Events[^1].Json.Property("duration_ms").ToString());
    }

    [Fact]
    public void A_script_that_prints_a_command_without_its_exit_code_has_that_of_the_command()
    {
        const string output = """[{"type":"input_text","text":"Script completed\nOutput:\nno water"}]""";

        var session = Import(
            Lines(
                Meta,
                Item(Script),
                CompletedItem(
                    """{"type":"CommandExecution","id":"exec-1","command":["pump"],"aggregated_output":"no water\n","exit_code":2}"""
                ),
                Item($$"""{"type":"custom_tool_call_output","call_id":"c1","output":{{output.Replace("\n", "\\n")}}}""")
            )
        ).Session;

        Assert.Equal("exit_code 2", Assert.Single(session.ToolUses).Outcome.Reason);
    }

    [Fact]
    public void An_event_is_the_result_of_a_call_that_has_no_other()
    {
        var session = Import(
            Lines(
                Meta,
                Call("c1"),
                Event(
                    """{"type":"exec_command_end","call_id":"c1","command":["make"],"aggregated_output":"broken","exit_code":2,"duration":{"secs":0,"nanos":7000000}}"""
                ),
                Call("c2"),
                Event(
                    """{"type":"exec_command_end","call_id":"c2","command":["make"],"aggregated_output":"fine","exit_code":0,"duration":{"secs":3,"nanos":0}}"""
                ),
                Result("c2", "fine"),
                Event("""{"type":"turn_aborted","reason":"interrupted"}""")
            )
        ).Session;

        Assert.Equal(
            [
                "call c1 shell {}",
                """result c1 shell {"exit_code":2,"content":"broken"}""",
                "call c2 shell {}",
                "result c2 shell \"fine\"",
                "stop interrupted ///",
            ],
            Shown(session)
        );
        Assert.Equal(["7", "3000"], session.ToolUses.Select(use => use.Result!.Json.Property("duration_ms").ToString()));
    }

    [Fact]
    public void What_only_events_tell_of_tools_is_kept_and_commands_of_the_user_are_not_the_agents()
    {
        var session = Import(
            Lines(
                Meta,
                Event(
                    """{"type":"exec_command_end","call_id":"u1","source":"user_shell","command":["ls"],"aggregated_output":"a","exit_code":0}"""
                ),
                Event(
                    """{"type":"mcp_tool_call_end","call_id":"m1","invocation":{"server":"shed","tool":"open","arguments":{"door":1}},"result":{"Err":"locked"}}"""
                ),
                Event("""{"type":"patch_apply_end","call_id":"p1","success":false,"stdout":"","stderr":"no such file","changes":{}}""")
            )
        ).Session;

        Assert.Equal(
            [
                """call m1 shed.open {"door":1}""",
                """result m1 shed.open {"is_error":true,"content":"locked"}""",
                """call p1 apply_patch {"changes":{}}""",
                """result p1 apply_patch {"is_error":true,"content":"no such file"}""",
            ],
            Shown(session)
        );
    }

    [Theory]
    [InlineData("aborted by user after 3.1s", "cancelled by the user")]
    [InlineData("exec command rejected by user", "refused by the user")]
    [InlineData(
        "exec_command failed for `make`: CreateProcess { message: \\\"Rejected(\\\\\\\"rejected by user\\\\\\\")\\\" }",
        "refused by the user"
    )]
    [InlineData("failed in sandbox MacosSeatbelt with execution error: sandbox denied exec error, exit code: 9, stdout: ", "exit_code 9")]
    [InlineData("failed in sandbox: no sandbox", "is_error is true")]
    [InlineData("we aborted by user request", null)]
    public void Calls_that_were_not_carried_out_failed(string output, string? failure)
    {
        var session = Import(Lines(Meta, Call("c1"), Result("c1", output))).Session;

        Assert.Equal(failure, Assert.Single(session.ToolUses).Outcome.Reason);
    }

    [Fact]
    public void An_exit_code_is_found_below_a_long_command()
    {
        var output = $"Command: {new string('x', 2_000)}\\nChunk ID: 1\\nProcess exited with code 3\\nOutput:\\nno";

        var session = Import(Lines(Meta, Call("c1"), Result("c1", output))).Session;

        Assert.Equal(ToolOutcomeKind.Failed, Assert.Single(session.ToolUses).Outcome.Kind);
    }

    [Fact]
    public void Calls_without_ids_are_paired_in_order()
    {
        var session = Import(
            Lines(
                Meta,
                Item("""{"type":"tool_call","function":{"name":"look"},"arguments":{"at":1}}"""),
                Item("""{"type":"tool_result","name":"look","result":"a"}""")
            )
        ).Session;

        Assert.Equal(["""call look_1 look {"at":1}""", "result look_1 look \"a\""], Shown(session));
    }
}
