using ChatSessions.Analysis;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Analysis;

/// <summary>What Claude Code answers when the agent asks after a task in the background.</summary>
public sealed class BackgroundTaskTests
{
    private const string Time = "\n\n<timestamp>2026-01-04T20:41:02.608Z</timestamp>";

    [Theory]
    [InlineData(
        "BashOutput",
        "<status>failed</status>\n\n<exit_code>2</exit_code>\n\n<stdout>\nbuilding\n</stdout>\n\n<stderr>\nno rule to make x\n</stderr>"
            + Time,
        "exit_code 2",
        2,
        "no rule to make x"
    )]
    [InlineData("BashOutput", "<status>failed</status>\n\n<exit_code>124</exit_code>" + Time, "exit_code 124", 124, null)]
    [InlineData("BashOutput", "<status>failed</status>\n\n<stdout>\nbuilding\n</stdout>" + Time, "status is failed", null, "building")]
    [InlineData(
        "TaskOutput",
        "<retrieval_status>success</retrieval_status>\n\n<task_id>b1</task_id>\n\n<task_type>local_bash</task_type>\n\n<status>failed</status>\n\n<exit_code>1</exit_code>\n\n<output>\n1 failed in 0.10s\n</output>",
        "exit_code 1",
        1,
        "1 failed in 0.10s"
    )]
    [InlineData(
        "TaskOutput",
        "<retrieval_status>success</retrieval_status>\n\n<task_id>a1</task_id>\n\n<task_type>local_agent</task_type>\n\n<status>failed</status>\n\n<error>no credit left</error>",
        "status is failed",
        null,
        "no credit left"
    )]
    public void A_task_that_failed_fails_the_call_that_asks_after_it(string tool, string text, string reason, int? code, string? line)
    {
        var facts = Assert.Single(CallFacts.Of(Some.Session(Some.ToolUse(tool, result: Some.Quoted(text)))));

        Assert.Equal(new ToolOutcome(ToolOutcomeKind.Failed, reason), facts.Use.Outcome);
        Assert.Equal(code, facts.ExitCode);
        if (line is not null)
            Assert.Equal(line, facts.ErrorLine);
    }

    [Theory]
    [InlineData("BashOutput", "<status>running</status>\n\n<stdout>\n<status>failed</status>\n<exit_code>1</exit_code>\n</stdout>")]
    [InlineData("BashOutput", "<status>completed</status>\n\n<exit_code>0</exit_code>\n\n<stdout>\n<exit_code>1</exit_code>\n</stdout>")]
    [InlineData("BashOutput", "<status>killed</status>\n\n<exit_code>137</exit_code>")]
    [InlineData("TaskOutput", "<retrieval_status>timeout</retrieval_status>\n\n<task_id>b1</task_id>\n\n<status>running</status>")]
    [InlineData("get_order", "<status>failed</status>\n\n<exit_code>1</exit_code>")]
    [InlineData("BashOutput", "no element\n<status>failed</status>")]
    [InlineData("BashOutput", "<status>")]
    [InlineData("BashOutput", "<status></status>")]
    [InlineData("BashOutput", "<exit_code></exit_code>")]
    [InlineData("BashOutput", "</>")]
    [InlineData("BashOutput", "<a>")]
    public void Any_other_answer_is_no_failure(string tool, string text) =>
        Assert.Equal(ToolOutcomeKind.Ok, Assert.Single(Some.Session(Some.ToolUse(tool, result: Some.Quoted(text))).ToolUses).Outcome.Kind);
}
