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
}
