using System.Text;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;
using Xunit;

namespace ChatSessions.Tests.Sources.Samples;

public sealed class SampleSourceTests
{
    private readonly SampleSource source = new();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_sample_is_listed_once_newest_first_and_found()
    {
        var summaries = new List<SessionSummary>();
        await foreach (var page in source.ListAsync(Caller.Local, SessionFilter.All, after: null, TestEnd))
            summaries.AddRange(page);
        Assert.Equal(
            ["ses-sample-not-started", "ses-sample-lamp-order", "ses-sample-failing-tests", "ses-sample-quarterly-report"],
            summaries.Select(summary => summary.SessionId)
        );
        foreach (var summary in summaries)
        {
            var session = await Sample(summary.SessionId["ses-sample-".Length..]);
            Assert.DoesNotContain(session.Events, @event => @event is UnknownEvent);
            Assert.NotNull(summary.LastUpdated);
            Assert.Equal(summary, session.Summary with { Facts = SessionFacts.Of(session) });
            Assert.StartsWith("{\n  \"session_id\"", Encoding.UTF8.GetString(session.Json.Utf8.Span));
        }
        Assert.Null(await source.FindAsync("other", Caller.Local, TestEnd));
    }

    [Fact]
    public async Task The_quarterly_report_is_questioned_twice_with_retrieval_a_screenshot_and_thinking()
    {
        var session = await Sample("quarterly-report");
        Assert.Equal(2, session.Turns.Length);
        Assert.Equal(2, session.Events.OfType<StopEvent>().Count());
        Assert.Equal(["retrieve", "read_file", "grep_file"], session.ToolUses.Select(use => use.Name));
        Assert.Contains(session.ToolUses, use => use.Result?.ImageAttachment is not null);
        Assert.Contains(session.Events, @event => @event is ThinkingEvent);
        Assert.Equal(RunOutcome.Ok, session.Outcome);
    }

    [Fact]
    public async Task The_failing_tests_fail_twice_and_the_run_ends_in_an_error_with_a_call_unanswered()
    {
        var session = await Sample("failing-tests");
        Assert.Equal(2, session.ToolUses.Count(use => use.Outcome.IsFailure));
        Assert.Single(session.ToolUses, use => use.Result is null);
        Assert.Equal(RunOutcome.Error, session.Outcome);
        Assert.Equal("Maximum number of turns reached", session.LastStop!.Error);
        Assert.True(session.Summary.JobMetadata!.IsError);
    }

    [Fact]
    public async Task The_lamp_order_has_parallel_calls_a_reused_call_id_and_deltas()
    {
        var session = await Sample("lamp-order");
        var uses = session.ToolUses.ToList();
        Assert.True(uses[0].LastPosition > uses[1].Position);
        Assert.Equal(3, uses.Count(use => use.Call!.CallId == "call_1"));
        Assert.All(uses, use => Assert.Equal(use.Call!.Name, use.Result!.Name));
        Assert.Single(uses, use => use.Outcome.IsFailure);
        Assert.Contains(session.Events, @event => @event is TextDeltaEvent);
        Assert.Contains(session.Events, @event => @event is ThinkingDeltaEvent);
        Assert.Equal(RunOutcome.Ok, session.Outcome);
    }

    [Fact]
    public async Task The_one_not_started_never_ran()
    {
        var session = await Sample("not-started");
        Assert.IsType<UserInputEvent>(Assert.Single(session.Events));
        Assert.Null(session.Summary.JobMetadata);
        Assert.Null(session.Summary.GeneratedTitle);
        Assert.Equal(RunOutcome.NeverRun, session.Summary.Outcome);
    }

    [Fact]
    public async Task The_last_run_is_the_same_in_the_summary_and_in_the_events()
    {
        foreach (var name in (string[])["quarterly-report", "failing-tests", "lamp-order"])
        {
            var session = await Sample(name);
            Assert.Equal(session.LastStop!.Usage, session.Summary.JobMetadata!.Usage);
        }
    }

    private async Task<Session> Sample(string name) => (await source.FindAsync($"ses-sample-{name}", Caller.Local, TestEnd))!;
}
