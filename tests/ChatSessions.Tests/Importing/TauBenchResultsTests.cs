using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class TauBenchResultsTests : ImportTest
{
    [Fact]
    public void Each_task_that_was_tried_is_a_session()
    {
        var sessions = ImportAll(
            """
            [{"task_id":0,"trial":0,"reward":1,"info":{},"traj":[{"role":"user","content":"Book"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"book","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","name":"book","content":"ok"},{"role":"assistant","content":"Booked."}]},
             {"task_id":0,"trial":1,"reward":0,"info":{},"traj":[]},
             {"task_id":1,"trial":0,"reward":0,"info":{},"traj":[{"role":"user","content":"Cancel"}]}]
            """,
            name: "results.json"
        );

        Assert.Equal(TauBenchResults.Format, sessions[0].Format);
        Assert.Equal(["user: Book", "call c book {}", "result c book \"ok\"", "text: Booked.", "stop ok ///"], Shown(sessions[0].Session));
        Assert.Equal(["user: Cancel"], Shown(sessions[1].Session));
        Assert.Equal(2, sessions.Select(one => one.Session.Summary.SessionId).Distinct().Count());
    }

    [Fact]
    public void Simulations_of_tau2_are_read_too()
    {
        var session = Import(
            """
            {"info":{},"tasks":[],"simulations":[{"id":"s1","task_id":"0","messages":[{"role":"user","content":"Book","timestamp":"2026-01-01T00:00:00"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","name":"book","arguments":{"n":1},"requestor":"assistant"}],"usage":{"prompt_tokens":5,"completion_tokens":2}},{"id":"c","role":"tool","content":"full","requestor":"assistant","error":true},{"role":"assistant","content":"No."}]}]}
            """,
            name: "results.json"
        ).Session;

        Assert.Equal(
            [
                "user: Book",
                """call c book {"n":1}""",
                """result c book {"is_error":true,"content":"full"}""",
                "text: No.",
                "stop ok 5/2//1",
            ],
            Shown(session)
        );
        Assert.Equal("s1", session.Summary.SessionId);
    }
}
