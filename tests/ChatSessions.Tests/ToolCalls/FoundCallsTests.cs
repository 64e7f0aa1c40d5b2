using ChatSessions.Model;
using ChatSessions.ToolCalls;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.ToolCalls;

public sealed class FoundCallsTests
{
    private static readonly Session Session = Some.Session(
        Some.UserInput("Go"),
        Some.ToolUse("bash", "{\"command\":\"grep -rn lamp\"}", "{\"returncode\":0,\"output\":\"src/lamp.py\"}"),
        Some.FailedToolUse("bash", "no such table", "{\"command\":\"sqlite3 shop.db\"}"),
        Some.UserInput("And then"),
        Some.ToolUse("Read", "{\"path\":\"a\"}", "\"a longer text than the others\""),
        Some.UnansweredToolUse("bash", "{\"command\":\"sleep 9\"}")
    );

    [Fact]
    public void Each_filter_leaves_the_calls_that_pass_it()
    {
        Assert.Equal([1, 3, 6, 8], Found(new()));
        Assert.Equal([1, 3, 8], Found(new() { Tool = "bash" }));
        Assert.Equal([3], Found(new() { Outcome = ToolOutcomeKind.Failed }));
        Assert.Equal([8], Found(new() { Outcome = ToolOutcomeKind.Unanswered }));
        Assert.Equal([6, 8], Found(new() { Turns = TurnRange.Parse("2") }));
        Assert.Equal([3, 6], Found(new() { Events = EventRange.Parse("4-6") }));
        Assert.Equal([1], Found(new() { Matching = CallPattern.Parse("lamp.py") }));
        Assert.Equal([3], Found(new() { Matching = CallPattern.Parse("sqlite3 table") }));
        Assert.Equal([6], Found(new() { Matching = CallPattern.Parse("/^Read$/") }));
        Assert.Equal([1, 3], Found(new() { Tool = "bash", Turns = TurnRange.Parse("1") }));
    }

    [Fact]
    public void A_tool_is_found_in_another_letter_case_if_there_is_none_in_this_one()
    {
        Assert.Equal([6], Found(new() { Tool = "read" }));
        Assert.Equal([0], Found(new() { Tool = "Bash" }, Some.Session(Some.ToolUse("Bash"), Some.ToolUse("bash"))));
    }

    [Fact]
    public void A_tool_without_a_name_is_found_by_what_is_shown_of_it()
    {
        Assert.Equal([1], Found(new() { Tool = "(no name)" }, Some.Session(Some.UserInput("Go"), Some.ToolUse(""))));
        Assert.Equal([1], Found(new() { Tool = "(no name)" }, Some.Session(Some.ToolCall(""), Some.ToolCall("(no name)"))));
    }

    [Fact]
    public void Calls_are_sorted_by_size_and_those_of_the_same_size_stay_in_order()
    {
        Assert.Equal([6, 3, 1, 8], Found(new() { Order = CallOrder.Size }));
        Assert.Equal([1, 3, 6, 8], Found(new() { Order = CallOrder.Duration }));
    }

    [Fact]
    public void Calls_are_sorted_by_duration_with_unknown_ones_last()
    {
        var session = Some.Session(
            Some.ToolUse("unknown"),
            Timed("short", "2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z"),
            Timed("long", "2026-03-01T10:00:02Z", "2026-03-01T10:00:09Z")
        );

        Assert.Equal([4, 2, 0], Found(new() { Order = CallOrder.Duration }, session));
    }

    [Fact]
    public void Tools_are_counted_with_how_their_calls_ended()
    {
        var found = Find(new(), Session);

        Assert.Equal("bash ×3 (1 failed, 1 unanswered), Read ×1, and 1 more tool", CalledTool.List(found.Tools, more: 1));
    }

    [Theory]
    [InlineData(
        "bsh",
        "No call matches: of 4 calls, tool 'bsh' leaves none. Did you mean bash? The tools are bash ×3 (1 failed, 1 unanswered), Read ×1."
    )]
    [InlineData(
        "unobtainium",
        "No call matches: of 4 calls, tool 'unobtainium' leaves none. The tools are bash ×3 (1 failed, 1 unanswered), Read ×1."
    )]
    public void Where_nothing_matches_the_tools_are_named(string tool, string said) =>
        Assert.Equal(said, Find(new() { Tool = tool }, Session).Nothing(TimeProvider.System, Cancelled));

    [Fact]
    public void Where_nothing_matches_each_filter_says_what_it_leaves_alone()
    {
        var found = Find(
            new()
            {
                Tool = "Read",
                Outcome = ToolOutcomeKind.Failed,
                Matching = CallPattern.Parse("a"),
            },
            Session
        );

        Assert.StartsWith(
            "No call matches: of 4 calls, tool 'Read' alone leaves 1, outcome failed alone leaves 1, matching 'a' alone leaves 4. The tools are",
            found.Nothing(TimeProvider.System, Cancelled),
            StringComparison.Ordinal
        );
        Assert.Null(Find(new(), Session).Nothing(TimeProvider.System, Cancelled));
        Assert.Equal(
            "The session has no tool calls.",
            Find(new(), Some.Session(Some.UserInput("Go"))).Nothing(TimeProvider.System, Cancelled)
        );
    }

    [Fact]
    public void Where_nothing_matches_an_expression_that_takes_too_long_alone_was_not_counted()
    {
        // Each text takes a second: those of one call are enough, those of all are not.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        var found = FoundCalls.Find(
            Session.Shown(),
            new() { Tool = "Read", Matching = CallPattern.Parse("/unobtainium/") },
            time,
            Cancelled
        );

        Assert.StartsWith(
            "No call matches: of 4 calls, tool 'Read' alone leaves 1, matching the expression /unobtainium/ alone takes more than 5 seconds, so what it leaves was not counted. The tools are",
            found.Nothing(time, Cancelled),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Where_nothing_matches_the_only_filter_is_not_tried_again()
    {
        var time = new FakeTimeProvider();
        var found = FoundCalls.Find(Session.Shown(), new() { Matching = CallPattern.Parse("/unobtainium/") }, time, Cancelled);
        time.AutoAdvanceAmount = TimeSpan.FromSeconds(9);

        Assert.StartsWith(
            "No call matches: of 4 calls, matching the expression /unobtainium/ leaves none. The tools are",
            found.Nothing(time, Cancelled),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Turns_and_events_that_the_session_does_not_have_are_refused()
    {
        Assert.Equal(
            ChatSessionError.NotFound,
            Assert.Throws<ChatSessionException>(() => Found(new() { Turns = TurnRange.Parse("9") })).Error
        );
        Assert.Equal(
            ChatSessionError.NotFound,
            Assert.Throws<ChatSessionException>(() => Found(new() { Events = EventRange.Parse("99") })).Error
        );
    }

    [Fact]
    public void What_is_asked_is_said_in_words()
    {
        Assert.Null(new CallQuery().Description);
        Assert.Equal(
            "tool 'bash', outcome ok, events 1-9, turns last 2, matching the expression /a/, longest results first",
            new CallQuery
            {
                Tool = "bash",
                Outcome = ToolOutcomeKind.Ok,
                Events = EventRange.Parse("1-9"),
                Turns = TurnRange.Parse("last 2"),
                Matching = CallPattern.Parse("/a/"),
                Order = CallOrder.Size,
            }.Description
        );
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static FoundCalls Find(CallQuery query, Session session) =>
        FoundCalls.Find(session.Shown(), query, TimeProvider.System, Cancelled);

    private static IEnumerable<int> Found(CallQuery query, Session? session = null) =>
        Find(query, session ?? Session).Matching.Select(call => call.Use.Position);

    private static SomeEvents Timed(string name, string called, string answered) =>
        position =>
            [
                $$"""{"type":"tool_call","call_id":"c{{position}}","name":"{{name}}","arguments":{},"timestamp":"{{called}}"}""",
                $$"""{"type":"tool_result","call_id":"c{{position}}","name":"{{name}}","result":"","timestamp":"{{answered}}"}""",
            ];
}
