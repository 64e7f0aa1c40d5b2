using ChatSessions.Model;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Model;

public class ToolUseTests
{
    [Fact]
    public void A_reused_call_id_pairs_by_order() =>
        AssertPairs([Some.ToolUse("search", callId: "x"), Some.Text("hm"), Some.ToolUse("search", callId: "x")], (0, 1), (3, 4));

    [Fact]
    public void Parallel_calls_pair_by_id() =>
        AssertPairs([Call("a"), Call("b"), Call("c"), Result("c"), Result("a"), Result("b")], (0, 4), (1, 5), (2, 3));

    [Fact]
    public void Parallel_calls_with_one_id_pair_by_order() => AssertPairs([Call("x"), Call("x"), Result("x"), Result("x")], (0, 2), (1, 3));

    [Fact]
    public void Parallel_calls_with_one_id_pair_by_name_where_names_differ() =>
        AssertPairs([Call("x", "search"), Call("x", "bash"), Result("x", "bash"), Result("x", "search")], (0, 3), (1, 2));

    [Fact]
    public void A_result_under_another_name_still_answers_the_only_open_call_of_its_id() =>
        AssertPairs([Call("x", "search"), Result("x", "")], (0, 1));

    [Fact]
    public void A_call_without_a_result_and_a_result_without_a_call_stand_alone() =>
        AssertPairs([Result("a"), Call("a"), Call("b"), Result("c")], (null, 0), (1, null), (2, null), (null, 3));

    [Fact]
    public void A_second_result_answers_nothing() => AssertPairs([Call("a"), Result("a"), Result("a")], (0, 1), (null, 2));

    [Fact]
    public void An_unanswered_call_does_not_take_the_result_of_a_later_turn_that_reuses_its_id() =>
        AssertPairs([Some.UserInput("1"), Call("x"), Some.UserInput("2"), Call("x"), Result("x")], (1, null), (3, 4));

    [Fact]
    public void The_turn_outweighs_the_name() =>
        AssertPairs([Some.UserInput("1"), Call("x", "bash"), Some.UserInput("2"), Call("x", ""), Result("x", "bash")], (1, null), (3, 4));

    [Fact]
    public void A_result_that_comes_after_the_next_question_still_answers_its_call() =>
        AssertPairs([Some.UserInput("1"), Call("x"), Call("y"), Some.UserInput("2"), Result("y"), Result("x")], (1, 5), (2, 4));

    [Theory]
    [InlineData("")]
    [InlineData("\"call_id\":null,")]
    [InlineData("\"call_id\":\"\",")]
    [InlineData("\"call_id\":7,")]
    public void Ids_that_are_missing_null_or_numbers_pair_like_others(string id) =>
        AssertPairs(
            [
                Some.Event($$"""{"type":"tool_call",{{id}}"name":"search"}"""),
                Some.Event($$"""{"type":"tool_call",{{id}}"name":"bash"}"""),
                Some.Event($$"""{"type":"tool_result",{{id}}"name":"bash","result":1}"""),
                Some.Event($$"""{"type":"tool_result",{{id}}"name":"search","result":2}"""),
            ],
            (0, 3),
            (1, 2)
        );

    [Fact]
    public void A_tool_use_is_named_by_its_call_or_else_by_its_result() =>
        Assert.Equal(
            ["search", "bash", "grep", ""],
            Some.Session(
                    Call("a", "search"),
                    Result("a", "other"),
                    Call("b", ""),
                    Result("b", "bash"),
                    Result("c", "grep"),
                    Some.Event("""{"type":"tool_call","call_id":"d"}""")
                )
                .ToolUses.Select(use => use.Name)
        );

    [Fact]
    public void A_hundred_thousand_open_calls_under_one_id_are_paired()
    {
        // With quadratic time this would take minutes: in both directions, with the other name, and left over from another turn.
        var calls = Enumerable.Repeat(Call("x", "search"), 50_000);
        var session = Some.Session([
            Some.UserInput("1"),
            .. calls,
            Some.UserInput("2"),
            .. calls,
            .. Enumerable.Repeat(Result("x", "bash"), 50_000),
            .. Enumerable.Repeat(Result("x", "search"), 40_000),
        ]);

        Assert.Equal(90_000, session.ToolUses.Count(use => use is { Call: not null, Result: not null }));
        Assert.Equal(10_000, session.ToolUses.Count(use => use is { Result: null, Position: > 40_000 and <= 50_000 }));
    }

    [Fact]
    public void In_any_session_a_result_answers_one_earlier_call_of_its_id_and_none_is_left_that_could() =>
        Generated.Sessions.Sample(
            session =>
            {
                var pairs = session.ToolUses.Where(use => use is { Call: not null, Result: not null }).ToList();
                Assert.All(pairs, use => Assert.True(use.Call!.CallId == use.Result!.CallId && use.Call.Position < use.Result.Position));
                foreach (var orphan in session.ToolUses.Where(use => use.Call is null).Select(use => use.Result!))
                    Assert.DoesNotContain(
                        session.ToolUses,
                        use => use is { Call: { } call, Result: null } && call.CallId == orphan.CallId && call.Position < orphan.Position
                    );
            },
            iter: 1_000
        );

    [Fact]
    public void What_was_derived_does_not_change_what_a_tool_use_equals()
    {
        var use = Some.Session(Some.FailedToolUse("search")).ToolUses.Single();
        var same = new ToolUse(use.Call, use.Result);

        Assert.True(use.Outcome.IsFailure);
        Assert.Equal(same, use);
        Assert.Equal(same.GetHashCode(), use.GetHashCode());
    }

    private static SomeEvents Call(string id, string name = "search") => Some.ToolCall(name, callId: id);

    private static SomeEvents Result(string id, string name = "search") => Some.ToolResult(name, callId: id);

    private static void AssertPairs(SomeEvents[] events, params (int? Call, int? Result)[] pairs) =>
        Assert.Equal(pairs, Some.Session(events).ToolUses.Select(use => (use.Call?.Position, use.Result?.Position)));
}
