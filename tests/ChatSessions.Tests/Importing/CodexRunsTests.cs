using ChatSessions.Model;
using Xunit;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

public class CodexRunsTests : ImportTest
{
    [Fact]
    public void An_answer_that_calls_nothing_ends_a_run_without_a_recorded_end()
    {
        var session = Import(
            Lines(Meta, User("Fix it."), Call("c1"), Result("c1", "ok"), Total(90, 3), Answer("Fixed."), Total(120, 4))
        ).Session;

        Assert.Equal("stop ok 120/4//", Shown(session)[^1]);
        Assert.Equal(RunOutcome.Ok, session.Outcome);
        Assert.Equal(120, session.Summary.JobMetadata!.Usage.TotalInputTokens);
    }

    [Fact]
    public void A_run_that_broke_off_is_unfinished_and_says_what_it_used()
    {
        var session = Import(Lines(Meta, User("Fix it."), Answer("I look."), Call("c1"), Total(90, 3))).Session;

        Assert.DoesNotContain(session.Events, one => one is StopEvent);
        Assert.Equal(RunOutcome.Unfinished, session.Outcome);
        Assert.Equal(
            """{"total_input_tokens":90,"total_output_tokens":3}""",
            session.Json.Property("source").Property("unfinished_usage").ToString()
        );
    }

    [Theory]
    [InlineData("commentary", RunOutcome.Unfinished)]
    [InlineData("final_answer", RunOutcome.Ok)]
    public void After_a_commentary_the_agent_goes_on(string phase, RunOutcome outcome)
    {
        var answer = Message("assistant", "So far.")
            .Replace("{\"type\":\"message\"", $$"""{"phase":"{{phase}}","type":"message" """, StringComparison.Ordinal);

        Assert.Equal(outcome, Import(Lines(Meta, User("Go."), Item(answer))).Session.Outcome);
    }

    [Fact]
    public void The_user_who_goes_on_ends_a_run_where_the_agent_was_last()
    {
        var session = Import(
            Lines(
                Meta,
                User("One."),
                Answer("1"),
                Total(10, 1),
                User("<environment_context>x</environment_context>"),
                User("Two."),
                Call("c1"),
                Total(30, 2),
                User("Three.")
            )
        ).Session;

        Assert.Equal(
            [
                "user: One.",
                "text: 1",
                "stop ok 10/1//",
                "context user: <environment_context>x</environment_context>",
                "user: Two.",
                "call c1 shell {}",
                "stop ok 20/1//",
                "user: Three.",
            ],
            Shown(session)
        );
        Assert.True(session.Events[6].Json.Property("is_error").IsMissing);
    }

    [Fact]
    public void What_the_user_writes_while_the_agent_works_ends_nothing()
    {
        var session = Import(
            Lines(
                Meta,
                Started,
                User("One."),
                Told("One."),
                Call("c1"),
                User("Leave the rake."),
                Told("Leave the rake."),
                Result("c1", "ok"),
                Answer("1"),
                Completed
            )
        ).Session;

        Assert.Equal(
            ["user: One.", "call c1 shell {}", "user: Leave the rake.", "result c1 shell \"ok\"", "text: 1", "stop ok ///"],
            Shown(session)
        );
    }

    [Fact]
    public void A_run_that_was_never_ended_is_ended_by_the_next()
    {
        var session = Import(Lines(Meta, Started, User("One."), Call("c1"), Started, User("Two."), Answer("2"), Completed)).Session;

        Assert.Equal(["user: One.", "call c1 shell {}", "stop ok ///", "user: Two.", "text: 2", "stop ok ///"], Shown(session));
    }

    [Fact]
    public void Requests_that_are_recorded_one_by_one_are_counted_once_each()
    {
        var session = Import(
            Lines(
                Meta,
                Started,
                User("Q"),
                Request("r1", 100, 10),
                Request("r1", 100, 10),
                Total(100, 10),
                Request("r2", 140, 12),
                Total(240, 22),
                Answer("A"),
                Completed
            )
        ).Session;

        Assert.Equal("stop ok 240/22//2", Shown(session)[^1]);
    }

    [Fact]
    public void Counts_that_begin_again_add_what_the_last_request_used()
    {
        const string resumed =
            """{"type":"token_count","info":{"total_token_usage":{"input_tokens":7,"output_tokens":2},"last_token_usage":{"input_tokens":7,"output_tokens":2}}}""";

        var session = Import(Lines(Meta, User("Q"), Answer("A"), Total(100, 10), User("R"), Answer("B"), Event(resumed))).Session;

        Assert.Equal(
            ["stop ok 100/10//", "stop ok 7/2//"],
            Shown(session).Where(line => line.StartsWith("stop", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Counts_after_the_end_of_a_run_are_still_of_that_run()
    {
        var session = Import(Lines(Meta, Started, User("Q"), Answer("A"), Completed, Total(100, 10))).Session;

        Assert.Equal("stop ok 100/10//", Shown(session)[^1]);
    }
}
