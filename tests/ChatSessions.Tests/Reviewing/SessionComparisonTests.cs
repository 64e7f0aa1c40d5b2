using ChatSessions.Reviewing;
using Xunit;

namespace ChatSessions.Tests.Reviewing;

public sealed class SessionComparisonTests
{
    private static readonly SomeEvents Ask = Some.UserInput("Please cancel my flight to Oslo.");

    private static SessionComparison Compare(SomeEvents[] one, SomeEvents[] other) =>
        SessionComparison.Of(Some.Session(one).Shown(), Some.Session(other).Shown(), TestContext.Current.CancellationToken);

    private static SomeEvents Get(string id, string result = "\"found\"") =>
        Some.ToolUse("get_order", $$"""{"order_id":"{{id}}"}""", result);

    [Fact]
    public void A_session_does_not_differ_from_itself()
    {
        SomeEvents[] same = [Ask, Get("order-1"), Some.Text("Done."), Some.Stop()];

        var comparison = Compare(same, same);

        Assert.Equal(TaskMatch.Same, comparison.Task.Match);
        Assert.Null(comparison.FirstDivergence);
        Assert.Null(comparison.FirstOtherMessage);
    }

    [Theory]
    [InlineData("Please  cancel my flight\nto Oslo.", TaskMatch.Same)]
    [InlineData("Can you cancel the flight to Oslo that I booked?", TaskMatch.Similar)]
    [InlineData("Write a parser for dates.", TaskMatch.Different)]
    public void The_task_is_compared_by_the_first_messages(string message, TaskMatch match)
    {
        Assert.Equal(match, Compare([Ask], [Some.UserInput(message)]).Task.Match);
    }

    [Fact]
    public void Two_tasks_in_the_same_template_are_different()
    {
        var template = string.Join(' ', Enumerable.Range(0, 120).Select(n => $"rule{n}"));
        var (one, other) = ($"{template} {Words("a")}", $"{template} {Words("b")}");

        Assert.Equal(TaskMatch.Different, Compare([Some.UserInput(one)], [Some.UserInput(other)]).Task.Match);

        static string Words(string name) => string.Join(' ', Enumerable.Range(0, 20).Select(n => $"{name}{n}"));
    }

    [Fact]
    public void Without_a_message_nothing_is_known_of_the_task()
    {
        Assert.Equal(TaskMatch.Unknown, Compare([Ask], [Some.Text("Hi.")]).Task.Match);
    }

    [Fact]
    public void Wording_order_of_arguments_times_and_thoughts_are_no_divergence()
    {
        var comparison = Compare(
            [
                Ask,
                Some.Text("Let me look."),
                Some.ToolUse("find", """{"a":"x","b":1,"c":null}""", "\"took 12 ms\""),
                Some.ToolUse("think", """{"thought":"It is late."}"""),
            ],
            [Ask, Some.Thinking("I look."), Some.ToolUse("find", """{ "b":1.0, "a":"x" }""", "\"took 3 ms\"")]
        );

        Assert.Null(comparison.FirstDivergence);
    }

    [Theory]
    [InlineData("drwxr-xr-x 1 root root 4096 Apr 10 01:59 ..", "drwxr-xr-x 1 root root 4096 Apr  3  2024 ..")]
    [InlineData("Mon Nov 30 21:20:51 UTC 2026", "Tue Dec  1 09:20:51 CET 2026")]
    [InlineData("Date:   Mon Nov 30 21:20:51 2026 +0000", "Date:   Tue Dec 1 01:02:03 2026 +0200")]
    [InlineData("Date: Thu, 10 Apr 2025 01:59:03 GMT", "Date: Fri, 2 May 2025 11:59:03 GMT")]
    [InlineData("a\n2026-04-10 01:59:03 b", "a\n2026-04-13 07:26:00 b")]
    [InlineData("a\n1.2 s", "a\n3 s")]
    public void Times_of_all_kinds_are_no_divergence(string one, string other) =>
        Assert.Null(Compare([Ask, Get("order-1", Some.Quoted(one))], [Ask, Get("order-1", Some.Quoted(other))]).FirstDivergence);

    [Theory]
    [InlineData("Apr 10 items", "Apr 12 items")]
    [InlineData("May 3 be", "May 4 be")]
    [InlineData("ran 2024 tests", "ran 2025 tests")]
    public void Other_numbers_are_a_divergence(string one, string other) =>
        Assert.NotNull(Compare([Ask, Get("order-1", Some.Quoted(one))], [Ask, Get("order-1", Some.Quoted(other))]).FirstDivergence);

    [Fact]
    public void Results_differ_where_more_than_a_time_does()
    {
        var divergence = Compare(
            [Ask, Get("order-1", Some.Quoted("took 12 ms\nApr 10 01:59 a.py\nb.py"))],
            [Ask, Get("order-1", Some.Quoted("took 3 ms\nApr 13 07:26 a.py\nc.py"))]
        ).FirstDivergence!;

        var found = Assert.Single(CallDifference.Between(divergence.One!, divergence.Other!));
        Assert.Equal(("b.py", "c.py"), (found.One![found.Start..], found.Other![found.OtherStart..]));
    }

    [Fact]
    public void The_first_divergence_has_the_next_call_of_both()
    {
        var cancel = Some.ToolUse("cancel", """{"order_id":"order-1"}""");
        var transfer = Some.ToolUse("transfer_to_human_agents");

        var divergence = Compare(
            [Ask, Get("order-1"), cancel, Some.Stop()],
            [Ask, Some.Text("I see."), Get("order-1"), transfer]
        ).FirstDivergence!;

        Assert.Equal((1, 3, 4), (divergence.After, divergence.One!.Position, divergence.Other!.Position));
        var end = Compare([Ask, Get("order-1")], [Ask, Get("order-1"), cancel]).FirstDivergence!;
        Assert.Equal((1, null, 3), (end.After, end.One?.Position, end.Other!.Position));
    }

    [Fact]
    public void Another_result_of_the_same_call_is_a_divergence()
    {
        var divergence = Compare([Ask, Get("order-1")], [Ask, Get("order-1", "\"not found\"")]).FirstDivergence!;

        Assert.Equal(AlignmentKind.OtherResult, divergence.Kind);
        Assert.Equal(
            [new CallDifference("result", "found", "not found", 0, IsResult: true)],
            CallDifference.Between(divergence.One!, divergence.Other!)
        );
    }

    [Theory]
    [InlineData("\"a\"", "\"b\"", "a", "b")]
    [InlineData("1", "\"1\"", "1", "\"1\"")]
    public void An_argument_with_the_name_result_is_an_argument(string one, string other, string value, string otherValue)
    {
        static SomeEvents Save(string result) => Some.ToolUse("save", $$"""{"result":{{result}}}""", $"\"saved {result.Length}\"");

        var call = Assert.Single(Compare([Ask, Save(one)], [Ask, Save(other)]).Calls);

        Assert.Equal(AlignmentKind.OtherArguments, call.Kind);
        Assert.Equal([new CallDifference("result", value, otherValue, 0, IsResult: false)], CallDifference.Between(call.One!, call.Other!));
    }

    [Fact]
    public void Arguments_that_differ_are_named_with_where_they_differ()
    {
        var comparison = Compare(
            [Ask, Some.ToolUse("book", """{"user":"mia_li","date":"2024-05-20","seats":2}""")],
            [Ask, Some.ToolUse("book", """{"user":"mia_li","date":"2024-05-22","card":"visa"}""")]
        );

        var call = Assert.Single(comparison.Calls);
        Assert.Equal(AlignmentKind.OtherArguments, call.Kind);
        Assert.Equal(
            [
                new CallDifference("date", "2024-05-20", "2024-05-22", 9),
                new CallDifference("seats", "2", null, 0),
                new CallDifference("card", null, "visa", 0),
            ],
            CallDifference.Between(call.One!, call.Other!)
        );
    }

    [Fact]
    public void Commands_of_a_shell_are_next_to_each_other_only_if_they_run_the_same()
    {
        static SomeEvents Bash(string command) => Some.ToolUse("bash", $$"""{"command":{{Some.Quoted(command)}}}""");

        var kinds = Compare([Ask, Bash("pytest tests"), Bash("ls")], [Ask, Bash("cd /x && pytest tests -q"), Bash("git status")]).Calls;

        Assert.Equal(
            [AlignmentKind.OtherArguments, AlignmentKind.OnlyOne, AlignmentKind.OnlyOther],
            kinds.Select(call => call.Kind).Order()
        );
    }

    [Fact]
    public void The_first_other_message_is_found_even_if_one_says_nothing_more()
    {
        var comparison = Compare([Ask, Some.UserInput("Yes.")], [Ask, Some.UserInput("Yes."), Some.UserInput("And refund it.")]);

        Assert.Equal((null, 2), (comparison.FirstOtherMessage!.Value.One?.Position, comparison.FirstOtherMessage.Value.Other!.Position));
    }

    [Fact]
    public void A_cancelled_comparison_ends_also_while_it_aligns()
    {
        var (one, other) = (Some.Session(Ask, Get("order-1")), Some.Session(Ask, Get("order-2")));
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => SessionComparison.Of(one.Shown(), other.Shown(), cancelled));
        Assert.Throws<OperationCanceledException>(() => Alignment.Of([new(1, 1, 1)], [new(2, 2, 2)], cancelled));
        Assert.Throws<OperationCanceledException>(() => AlignedCall.Align(one, one, cancelled));
    }

    [Theory]
    [InlineData(3, 6, TaskMatch.Similar)]
    [InlineData(3, 7, TaskMatch.Different)]
    [InlineData(2, 2, TaskMatch.Different)]
    public void A_wish_in_other_words_is_similar_if_most_calls_are_the_same(int same, int all, TaskMatch match)
    {
        static IEnumerable<SomeEvents> Gets(string name, int count) => Enumerable.Range(0, count).Select(n => Get($"{name}-{n}"));

        var task = Compare(
            [Some.UserInput("Help me with changing flight details."), .. Gets("order", same), .. Gets("one", all - same)],
            [Some.UserInput("A reservation must be another day."), .. Gets("order", same), .. Gets("other", all - same + 2)]
        ).Task;

        Assert.Equal((match, 0), (task.Match, task.Shared));
    }
}
