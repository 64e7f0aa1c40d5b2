using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class SweAgentTrajectoryTests : ImportTest
{
    [Fact]
    public void What_answers_a_command_in_the_users_name_is_its_result()
    {
        var imported = Import(
            """
            {"trajectory":[],"info":{"exit_status":"exit_cost","model_stats":{"tokens_sent":90,"tokens_received":8,"api_calls":3}},"history":[
             {"role":"system","content":"You fix things.","message_type":"system_prompt"},
             {"role":"user","content":"An example.","is_demo":true},
             {"role":"user","content":"Fix the gate.","message_type":"observation"},
             {"role":"assistant","content":"Look.\n```\nls\n```","action":"ls\n","message_type":"action"},
             {"role":"user","content":"gate.py","message_type":"observation"},
             {"role":"assistant","content":"Edit.","tool_calls":[{"id":"c","type":"function","function":{"name":"edit","arguments":"{\"n\":1}"}}]},
             {"role":"tool","content":"edited","tool_call_ids":["c"]}]}
            """,
            name: "gate.traj"
        );

        Assert.Equal(SweAgentTrajectory.Format, imported.Format);
        Assert.Equal(
            [
                "context system: You fix things.",
                "context user: An example.",
                "user: Fix the gate.",
                "text: Look.\n```\nls\n```",
                """call action-1 bash {"command":"ls"}""",
                "result action-1 bash \"gate.py\"",
                "text: Edit.",
                """call c edit {"n":1}""",
                "result c edit \"edited\"",
                "stop exit_cost 90/8//3",
            ],
            Shown(imported.Session)
        );
    }

    [Fact]
    public void The_commands_of_mini_swe_agent_are_in_fenced_blocks()
    {
        const string Messages = """
            [{"role":"user","content":"Fix the gate."},{"role":"assistant","content":"Look.\n\n```bash\nls -a\n```"},
             {"role":"user","content":"<returncode>0</returncode>\n<output>\ngate.py\n</output>"},{"role":"assistant","content":"I stop."}]
            """;
        List<string> expected =
        [
            "user: Fix the gate.",
            "text: Look.\n\n```bash\nls -a\n```",
            """call action-1 bash {"command":"ls -a"}""",
            """result action-1 bash "<returncode>0</returncode>\n<output>\ngate.py\n</output>" """.TrimEnd(),
            "text: I stop.",
        ];

        var list = Import(Messages, name: "a.traj.json");
        var whole = Import(
            $$"""{"info":{"exit_status":"Submitted","mini_version":"1.2"},"trajectory_format":"mini-swe-agent-1","messages":{{Messages}}}""",
            name: "b.traj.json"
        );

        Assert.Equal([.. expected, "stop ok ///"], Shown(list.Session));
        Assert.Equal([.. expected, "stop ok ///"], Shown(whole.Session));
        Assert.False(Assert.IsType<ChatSessions.Model.StopEvent>(whole.Session.Events[^1]).IsError);
    }

    [Theory]
    [InlineData("submit", "\ndiff --git a/x b/x", "patch", "result action-1 bash \"\\ndiff --git a/x b/x\"")]
    [InlineData("submit", "", "the flag", "result action-1 bash \"the flag\"")]
    [InlineData("submit", "", "", "call action-1 bash {\"command\":\"submit\"}")]
    [InlineData("ls", "a list", "the flag", "call action-1 bash {\"command\":\"submit\"}")]
    public void The_result_of_the_last_command_is_with_its_step(string action, string observation, string submission, string last)
    {
        var session = Import(
            $$"""
            {"trajectory":[{"action":"ls","observation":"x"},{"action":"{{action}}\n","observation":{{Some.Quoted(observation)}}}],
             "info":{"exit_status":"submitted","submission":{{Some.Quoted(submission)}}},
             "history":[{"role":"user","content":"Fix it.","message_type":"observation"},
              {"role":"assistant","content":"I submit.","action":"submit\n","message_type":"action"}]}
            """,
            name: "gate.traj"
        ).Session;

        Assert.Equal([last, "stop ok ///"], Shown(session).TakeLast(2));
    }

    [Fact]
    public void The_last_step_of_a_call_that_is_a_block_has_its_result_too()
    {
        var session = Import(
            """
            {"trajectory":[{"action":"submit","observation":"a patch"}],"info":{"exit_status":"submitted"},"history":[
             {"role":"user","content":"Fix it.","message_type":"observation"},
             {"role":"assistant","content":"","action":"submit","tool_calls":[{"id":"c","type":"function","function":{"name":"submit","arguments":"{}"}}]}]}
            """,
            name: "gate.traj"
        ).Session;

        Assert.Equal(["call c submit {}", "result c submit \"a patch\"", "stop ok ///"], Shown(session).TakeLast(3));
    }
}
