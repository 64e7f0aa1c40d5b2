using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class ClineTextCallsTests : ImportTest
{
    private const string Details =
        "<environment_details>\n# Current Working Directory (c:/My (own) app) Files\na.ts\n\n# Current Mode\nACT MODE\n</environment_details>";

    [Fact]
    public void Calls_that_are_blocks_get_their_results_by_tool_and_order()
    {
        var session = Task(
            Calls(
                ("c1", "read_file", """{"path":"a.ts"}"""),
                ("c2", "read_file", """{"path":"b.ts"}"""),
                ("c3", "list_files", """{"path":"."}"""),
                ("c4", "search_files", """{"regex":"x"}""")
            ),
            User(
                "[read_file for 'a.ts'] Result:\n1 | a",
                "[list_files for '.'] Result:\na.ts",
                "[read_file for 'b.ts'] Result:",
                "1 | b",
                "\n\n\t\t# TODO LIST UPDATE REQUIRED - You MUST include it",
                Details
            )
        );

        Assert.Equal(
            [
                "user: Water the ferns.",
                """call c1 read_file {"path":"a.ts"}""",
                """call c2 read_file {"path":"b.ts"}""",
                """call c3 list_files {"path":"."}""",
                """call c4 search_files {"regex":"x"}""",
                """result c1 read_file "1 | a" """.TrimEnd(),
                """result c3 list_files "a.ts" """.TrimEnd(),
                """result c2 read_file "1 | b" """.TrimEnd(),
                $"context user: \n\n\t\t# TODO LIST UPDATE REQUIRED - You MUST include it\n{Details}",
            ],
            Shown(session)
        );
        Assert.Equal(ToolOutcomeKind.Unanswered, session.ToolUses.Last().Outcome.Kind);
    }

    [Fact]
    public void A_result_with_another_name_is_that_of_the_open_call()
    {
        var session = Task(Calls(("c1", "use_subagents", "{}")), User("[subagents] Result:\nTotal: 5"));

        Assert.Equal("""result c1 use_subagents "Total: 5" """.TrimEnd(), Shown(session)[^1]);
    }

    [Fact]
    public void The_command_above_a_result_may_be_long_and_have_brackets_and_lines()
    {
        var command = $"node -e 'r.rows[0].db]\n{new string('x', 600)}'";

        var session = Task(Calls(("c1", "execute_command", "{}")), User($"[execute_command for '{command}'] Result:\nyes"));

        Assert.Equal("""result c1 execute_command "yes" """.TrimEnd(), Shown(session)[^1]);
    }

    [Fact]
    public void What_looks_like_a_result_without_an_open_call_is_what_the_user_says()
    {
        var session = Task(
            Calls(("c1", "read_file", "{}")),
            User("[read_file for 'a'] Result:\na"),
            """{"role":"assistant","content":[{"type":"text","text":"Done."}]}""",
            User("[read_file for me\nplease, as in\n[a] Result: b")
        );

        Assert.Equal("user: [read_file for me\nplease, as in\n[a] Result: b", Shown(session)[^1]);
    }

    [Theory]
    [InlineData("npm i", "Command failed with exit code 3.\nOutput:\nnpm error ERESOLVE could not resolve", 3, "exit_code 3")]
    [InlineData("npx tsc | findstr /i store", "Command failed with exit code 1.", 1, null)]
    [InlineData("npm i", "Command executed successfully (exit code 0).\nOutput:\nok", null, null)]
    [InlineData("type a.log", "Output:\nCommand failed with exit code 3.", null, null)]
    public void The_exit_code_of_a_command_that_failed_is_known(string command, string result, int? code, string? reason)
    {
        var session = Task(
            Calls(("c1", "execute_command", $$"""{"command":{{Some.Quoted(command)}}}""")),
            User($"[execute_command for '{command}'] Result:\n{result}")
        );

        Assert.Equal(reason, Assert.Single(session.ToolUses).Outcome.Reason);
        Assert.Equal(code, Assert.Single(ChatSessions.Analysis.CallFacts.Of(session)).ExitCode);
    }

    [Fact]
    public void The_command_that_shows_what_is_done_belongs_to_the_result()
    {
        var session = Task(
            Calls(("c1", "attempt_completion", """{"result":"Done.","command":"npm run dev"}""")),
            User(
                "[attempt_completion] Result: Done",
                "Command failed with exit code 1.\nOutput:\nno port",
                "The user has provided feedback on the results. Consider it.",
                "<feedback>\nAnother port.\n</feedback>"
            )
        );

        Assert.Equal(
            [
                """result c1 attempt_completion {"exit_code":1,"content":"Done\nCommand failed with exit code 1.\nOutput:\nno port"}""",
                "stop ok ///",
                "user: Another port.",
                "context user: The user has provided feedback on the results. Consider it.",
            ],
            Shown(session).TakeLast(4)
        );
    }

    [Fact]
    public void The_environment_names_the_folder_and_shows_that_it_is_Cline()
    {
        var recording = Task(User(Details)).Summary.Recording!;

        Assert.Equal(("anthropic", "cline", "c:/My (own) app"), (recording.Format, recording.Program, recording.Folder));
        Assert.Equal(
            "d:/b",
            Task(User(Details), User(Details.Replace("c:/My (own) app", "d:/b", StringComparison.Ordinal))).Summary.Recording!.Folder
        );
        Assert.True(new RecordingFilter(Agent: "cline").Matches(Task(User(Details)).Summary));
        var roo = Task(User(Details.Replace("ACT MODE", "<slug>code</slug>", StringComparison.Ordinal))).Summary.Recording!;
        Assert.Equal(("anthropic", "c:/My (own) app"), (roo.Program, roo.Folder));
        Assert.Null(
            Task(User("<environment_details>\n# Current Working Directory (c:/app\n</environment_details>")).Summary.Recording!.Folder
        );
    }

    private Session Task(params string[] messages) =>
        Import($"[{string.Join(',', messages.Prepend(User("<task>\nWater the ferns.\n</task>")))}]", name: "file.json").Session;

    private static string User(params string[] texts) =>
        $$"""{"role":"user","content":[{{string.Join(',', texts.Select(text => $$"""{"type":"text","text":{{Some.Quoted(text)}}}"""))}}]}""";

    private static string Calls(params (string Id, string Name, string Input)[] calls) =>
        $$"""{"role":"assistant","content":[{{string.Join(
            ',',
            calls.Select(call => $$"""{"type":"tool_use","id":"{{call.Id}}","name":"{{call.Name}}","input":{{call.Input}}}""")
        )}}]}""";
}
