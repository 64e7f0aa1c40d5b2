using ChatSessions.Json;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public class SessionTests
{
    [Fact]
    public void The_last_stop_says_how_it_ended()
    {
        Assert.Equal(RunOutcome.Ok, Some.Session(Some.Stop("broke"), Some.UserInput("again"), Some.Stop()).Outcome);
        Assert.Equal(RunOutcome.Error, Some.Session(Some.Stop(), Some.UserInput("again"), Some.Stop("broke")).Outcome);
        Assert.Equal("broke", Some.Session(Some.Stop(), Some.Stop("broke")).LastStop?.Error);
    }

    [Theory]
    [InlineData("""{"type":"stop","is_error":true,"error":null}""", RunOutcome.Error)]
    [InlineData("""{"type":"stop","is_error":false,"error":"late"}""", RunOutcome.Error)]
    [InlineData("""{"type":"stop","is_error":false,"error":""}""", RunOutcome.Ok)]
    [InlineData("""{"type":"stop"}""", RunOutcome.Ok)]
    public void A_stop_is_an_error_by_its_flag_or_by_its_text(string stop, RunOutcome outcome) =>
        Assert.Equal(outcome, Some.Session(Some.UserInput("Q"), Some.Event(stop)).Outcome);

    [Theory]
    [InlineData("""{"error":"late"}""", RunOutcome.Error)]
    [InlineData("""{"is_error":false,"error":"late"}""", RunOutcome.Error)]
    [InlineData("""{"error":""}""", RunOutcome.Ok)]
    public void A_summary_is_of_an_error_by_its_flag_or_by_its_text(string job, RunOutcome outcome)
    {
        var json = $$"""{"session_id":"a","job_metadata":{{job}}}""";

        Assert.Equal(outcome, SessionJson.ReadSummary(Some.Json(json).Utf8, "it").Outcome);
    }

    [Fact]
    public void What_follows_the_last_stop_is_a_run_that_has_not_ended() =>
        Assert.Equal(RunOutcome.Unfinished, Some.Session(Some.UserInput("Q"), Some.Stop(), Some.UserInput("and?")).Outcome);

    [Fact]
    public void What_is_only_told_to_the_agent_is_no_run()
    {
        var context = Some.Event("""{"type":"context","role":"system","content":"Be brief."}""");
        var unknown = Some.Event("""{"type":"handover"}""");

        Assert.Equal(RunOutcome.Ok, Some.Session(Some.UserInput("Q"), Some.Stop(), context, context).Outcome);
        Assert.Equal(RunOutcome.Unfinished, Some.Session(Some.UserInput("Q"), Some.Stop(), context, unknown).Outcome);
        Assert.Equal(RunOutcome.Unfinished, Some.Session(Some.UserInput("Q"), Some.Stop(), context, Some.UserInput("Q2")).Outcome);
    }

    [Theory]
    [InlineData("null", """[{"type":"context","content":"S"},{"type":"user_input","content":"Q"}]""", RunOutcome.NeverRun)]
    [InlineData("null", "[]", RunOutcome.NeverRun)]
    [InlineData("{}", "[]", RunOutcome.Ok)]
    [InlineData("""{"is_error":true}""", "[]", RunOutcome.Error)]
    [InlineData("""{"is_error":true}""", """[{"type":"user_input","content":"Q"}]""", RunOutcome.Error)]
    [InlineData("null", """[{"type":"user_input","content":"Q"}]""", RunOutcome.NeverRun)]
    [InlineData("null", """[{"type":"user_input","content":"Q"},{"type":"text","content":"A"}]""", RunOutcome.Unfinished)]
    public void Without_a_stop_the_summary_is_asked(string job, string events, RunOutcome outcome)
    {
        var json = $$"""{"session_id":"a","job_metadata":{{job}},"events":{{events}}}""";

        Assert.Equal(outcome, SessionJson.Read(Some.Json(json).Utf8, "it").Outcome);
    }

    [Theory]
    // It ended with an answer.
    [InlineData("""[{"type":"user_input","content":"Q"},{"type":"text","content":"A"}]""", RunOutcome.Ok)]
    [InlineData("""[{"type":"text_delta","content":"A"},{"type":"context","content":"S"}]""", RunOutcome.Ok)]
    [InlineData(
        """[{"type":"tool_call","call_id":"1"},{"type":"tool_result","call_id":"1"},{"type":"text","content":"A"}]""",
        RunOutcome.Ok
    )]
    [InlineData(
        """[{"type":"tool_call","call_id":"1"},{"type":"user_input","content":"Q"},{"type":"text","content":"A"}]""",
        RunOutcome.Ok
    )]
    [InlineData("""[{"type":"stop","is_error":true},{"type":"user_input","content":"Q"},{"type":"text","content":"A"}]""", RunOutcome.Ok)]
    // It did not.
    [InlineData("""[{"type":"text","content":"A"},{"type":"user_input","content":"Q"}]""", RunOutcome.Unfinished)]
    [InlineData("""[{"type":"text","content":"A"},{"type":"tool_call","call_id":"1"}]""", RunOutcome.Unfinished)]
    [InlineData("""[{"type":"tool_call","call_id":"1"},{"type":"text","content":"A"}]""", RunOutcome.Unfinished)]
    [InlineData(
        """[{"type":"tool_call","call_id":"1"},{"type":"tool_call","call_id":"1"},{"type":"tool_result","call_id":"1"},{"type":"text","content":"A"}]""",
        RunOutcome.Unfinished
    )]
    [InlineData("""[{"type":"thinking","content":"Hm"}]""", RunOutcome.Unfinished)]
    // A recorded end says it.
    [InlineData("""[{"type":"text","content":"A"},{"type":"stop","is_error":true}]""", RunOutcome.Error)]
    // The agent never got to it.
    [InlineData("""[{"type":"user_input","content":"Q"},{"type":"user_input","content":"Q"}]""", RunOutcome.NeverRun)]
    public void An_imported_session_without_a_stop_ended_well_if_it_ends_with_an_answer(string events, RunOutcome outcome)
    {
        var json = $$"""{"session_id":"a","source":{"format":"codex"},"events":{{events}}}""";

        var session = SessionJson.Read(Some.Json(json).Utf8, "it");

        Assert.Equal(outcome, session.Outcome);
        Assert.Equal(outcome, session.Summary.Outcome);
        Assert.Equal(outcome, SessionJson.ReadSummary(Some.Json(json).Utf8, "it").Outcome);
    }
}
