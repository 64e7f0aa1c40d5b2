using ChatSessions.Analysis;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public class RepetitionsTests
{
    [Fact]
    public void Between_the_first_call_and_the_last_of_a_run_nothing_new_is_said() =>
        Assert.Equal([2, 4], Nothing(Some.Session([.. Polls(4)])));

    [Fact]
    public void Three_calls_are_no_run() => Assert.Empty(Nothing(Some.Session([.. Polls(3)])));

    [Fact]
    public void Of_calls_in_turn_the_first_pair_and_the_last_say_something() =>
        Assert.Equal(
            [4, 6],
            Nothing(Some.Session([.. Enumerable.Repeat((SomeEvents[])[Some.ToolUse("a"), Some.ToolUse("b")], 3).SelectMany(pair => pair)]))
        );

    [Fact]
    public void A_question_or_the_end_of_a_run_ends_a_run_of_calls()
    {
        Assert.Empty(Nothing(Some.Session([.. Polls(2), Some.UserInput("And?"), .. Polls(2)])));
        Assert.Empty(Nothing(Some.Session([.. Polls(2), Some.Stop(), .. Polls(2)])));
    }

    [Fact]
    public void A_long_passage_between_calls_says_something_and_a_short_one_does_not() =>
        Assert.Equal(
            [2, 3, 6],
            Nothing(
                Some.Session([
                    Some.ToolUse("poll"),
                    Some.Thinking("Wait."),
                    Some.ToolUse("poll"),
                    Some.Thinking(new string('x', 300)),
                    Some.ToolUse("poll"),
                    Some.ToolUse("poll"),
                ])
            )
        );

    [Fact]
    public void What_is_thought_of_news_and_of_the_last_call_is_worth_reading()
    {
        var session = Some.Session([
            .. Polls(3),
            Some.ToolUse("poll", result: "\"paused\""),
            Some.Thinking("Why?"),
            .. Polls(3),
            Some.Thinking("At last."),
        ]);

        Assert.Equal([2, 4, 9, 11], Nothing(session));
    }

    [Fact]
    public void A_result_that_was_seen_before_is_no_news_and_any_other_is()
    {
        string[] states = ["queued", "queued", "running", "queued", "running", "running", "done", "running"];
        var session = Some.Session([.. states.Select(state => Some.ToolUse("poll", result: Some.Quoted(state)))]);

        Assert.Equal([2, 6, 8, 10], Nothing(session));
    }

    [Fact]
    public void Screenshots_and_new_errors_are_news()
    {
        Assert.Empty(Nothing(Some.Session([.. Enumerable.Range(0, 6).Select(n => Some.ToolUse("look", image: ("s", $"{n}.png")))])));
        Assert.Empty(Nothing(Some.Session([.. Enumerable.Range(0, 6).Select(n => Some.FailedToolUse("poll", $"error {n}"))])));
        Assert.Equal([2, 4, 6, 8], Nothing(Some.Session([.. Enumerable.Repeat(Some.FailedToolUse("poll"), 6)])));
    }

    [Fact]
    public void A_run_that_mostly_says_something_is_none()
    {
        var session = Some.Session([
            .. Enumerable
                .Range(0, 20)
                .Select(n => Some.ToolUse("scroll", result: Some.Quoted(n < 4 ? "top" : new string((char)('a' + n), 9)))),
        ]);

        Assert.Empty(Nothing(session));
    }

    [Fact]
    public void Unanswered_and_parallel_calls_may_repeat_each_other() =>
        Assert.Equal([1, 2, 3], Nothing(Some.Session([.. Enumerable.Repeat(Some.UnansweredToolUse("poll"), 5)])));

    [Fact]
    public void A_long_call_is_the_same_as_the_first_of_those_just_before_it()
    {
        var arguments = $$"""{"text":"{{new string('x', 100)}}"}""";
        var edit = Some.ToolUse("edit", arguments);
        var session = Some.Session(edit, Some.Text("Again."), edit, edit, Some.ToolUse("test"), edit);

        Assert.Equal([null, 0, 0, null, null], session.ToolUses.Select(use => new Repetitions(session).Of(use).SameCall));
    }

    private static IEnumerable<SomeEvents> Polls(int count) => Enumerable.Repeat(Some.ToolUse("poll"), count);

    /// <summary>The positions of the steps that say nothing new.</summary>
    private static IEnumerable<int> Nothing(Session session)
    {
        var repetitions = new Repetitions(session);
        return session.Steps.Where(step => repetitions.Of(step).Run is not null).Select(step => step.Position);
    }
}
