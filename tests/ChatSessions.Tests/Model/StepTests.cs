using ChatSessions.Model;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Model;

public class StepTests
{
    [Fact]
    public void Steps_come_in_order_and_say_what_happened()
    {
        var session = Some.Session(
            Some.UserInput("Q"),
            Some.Thinking("hm"),
            Some.ToolUse("grep"),
            Some.Text("A"),
            Some.Event("{}"),
            Some.Stop()
        );

        Assert.Equal(
            [typeof(UserMessage), typeof(Passage), typeof(ToolUse), typeof(Passage), typeof(Unrecognized), typeof(RunEnd)],
            session.Steps.Select(step => step.GetType())
        );
        Assert.Equal([0, 1, 2, 4, 5, 6], session.Steps.Select(step => step.Position));
    }

    [Fact]
    public void Deltas_that_nothing_repeats_stand_for_the_text() =>
        AssertPassages([Some.TextDelta("a"), Some.TextDelta(""), Some.TextDelta("b")], new Passage(PassageKind.Text, 0, 2, "ab"));

    [Fact]
    public void The_full_event_takes_the_place_of_deltas_that_it_repeats() =>
        AssertPassages(
            [Some.ThinkingDelta("a"), Some.ThinkingDelta("b"), Some.Thinking("ab"), Some.Thinking("ab")],
            new Passage(PassageKind.Thinking, 0, 2, "ab"),
            new Passage(PassageKind.Thinking, 3, 3, "ab")
        );

    [Fact]
    public void A_full_event_that_differs_is_a_passage_next_to_the_deltas() =>
        AssertPassages(
            [Some.TextDelta("a"), Some.TextDelta("b"), Some.Text("abc")],
            new Passage(PassageKind.Text, 0, 1, "ab"),
            new Passage(PassageKind.Text, 2, 2, "abc")
        );

    [Fact]
    public void A_full_event_of_the_other_kind_repeats_nothing() =>
        AssertPassages(
            [Some.TextDelta("a"), Some.Thinking("a")],
            new Passage(PassageKind.Text, 0, 0, "a"),
            new Passage(PassageKind.Thinking, 1, 1, "a")
        );

    [Fact]
    public void Interleaved_deltas_are_a_passage_for_each_run_of_a_kind() =>
        AssertPassages(
            [Some.ThinkingDelta("1"), Some.TextDelta("a"), Some.ThinkingDelta("2"), Some.TextDelta("b"), Some.Text("b")],
            new Passage(PassageKind.Thinking, 0, 0, "1"),
            new Passage(PassageKind.Text, 1, 1, "a"),
            new Passage(PassageKind.Thinking, 2, 2, "2"),
            new Passage(PassageKind.Text, 3, 4, "b")
        );

    [Fact]
    public void A_tool_use_between_deltas_parts_them() =>
        Assert.Equal(
            ["a", "b"],
            PassagesOf(Some.TextDelta("a"), Some.ToolUse("grep"), Some.TextDelta("b")).Select(passage => passage.Text)
        );

    [Fact]
    public void Every_event_of_any_session_is_in_one_step_and_one_turn() => Generated.Sessions.Sample(Generated.AssertWhole, iter: 1_000);

    private static void AssertPassages(SomeEvents[] events, params Passage[] passages) => Assert.Equal(passages, PassagesOf(events));

    private static IEnumerable<Passage> PassagesOf(params SomeEvents[] events) => Some.Session(events).Steps.OfType<Passage>();
}
