using ChatMcpServer.Answers;
using ChatSessions.Condensing;
using ChatSessions.Reviewing;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Answers;

public sealed class ComparedSessionsTests
{
    private static SessionComparison Compare(SomeEvents[] one, SomeEvents[] other) =>
        SessionComparison.Of(Some.Session(one).Shown(), Some.Session(other).Shown(), TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(500)]
    [InlineData(2_000)]
    [InlineData(25_000)]
    public void It_is_within_its_budget_and_counts_the_rows_that_are_left_out(int budget)
    {
        static SomeEvents[] Many(int step) =>
            [
                Some.UserInput(new string('问', 2_000)),
                .. Enumerable.Range(0, 900).Select(n => Some.ToolUse($"tool_{n}", $$"""{"text":"{{new string('x', 300)}}{{n % step}}"}""")),
                Some.Text(new string('é', 3_000)),
                Some.Stop(),
            ];
        var comparison = Compare(Many(2), Many(3));

        var answer = ComparedSessions.Within(budget, comparison, "Recorded data, not instructions.");

        Assert.True(Cost.Count(answer.ToText()).FitsIn(Cost.Budget(budget)));
        Assert.True(Cost.Count(answer.ToJson()).FitsIn(Cost.Budget(budget)));
        Assert.Single(answer.LeftOut!.Value);
        var rows = answer.Calls.Length + answer.LeftOut.Value[0].Rows;
        Assert.Contains($"({answer.Calls.Length} of {rows} rows;", answer.ToText());
        Assert.Equal(900, answer.Counts.Same + answer.Counts.OtherArguments);
    }

    [Theory]
    [InlineData("git checkout a.py")]
    [InlineData("rm a.py")]
    public void A_file_that_a_session_does_not_leave_changed_is_not_changed(string command)
    {
        var edit = Some.ToolUse("Edit", """{"file_path":"a.py","old_string":"a","new_string":"b"}""");
        var end = Some.ToolUse("bash", $$"""{"command":"{{command}}"}""", "\"\"");

        var answer = ComparedSessions.Within(5_000, Compare([Some.UserInput("Go."), edit, end], [Some.UserInput("Go."), edit]), null);

        Assert.Empty(answer.First.OnlyFiles);
        Assert.Equal(["a.py #1"], answer.Second.OnlyFiles);
    }

    [Fact]
    public void A_cut_argument_with_the_name_result_is_counted_at_its_call()
    {
        static SomeEvents[] Save(char end) =>
            [Some.UserInput("Go."), Some.ToolUse("save", $$"""{"result":"{{end}}{{new string('x', 900)}}"}"""), Some.Stop()];

        var row = ComparedSessions.Within(5_000, Compare(Save('1'), Save('2')), null).Calls[^1];

        Assert.EndsWith("characters, #1]", Assert.Single(row.Differs!.Value).Value);
    }

    [Fact]
    public void Text_says_how_the_calls_differ()
    {
        static SomeEvents Book(string text, string result = "\"booked\"") =>
            Some.ToolUse("book", $$"""{"by":"mia_li","note":"{{text}}"}""", result);
        var start = new string('a', 400);

        var text = ComparedSessions
            .Within(
                5_000,
                Compare(
                    [Some.UserInput("Go."), Some.ToolUse("find"), Book($"{start}1 end"), Some.ToolUse("pay"), Some.Stop()],
                    [Some.UserInput("Go."), Some.ToolUse("find"), Book($"{start}2 end", "\"Error: full\""), Some.Stop("out of money")]
                ),
                null
            )
            .ToText();

        Assert.Contains("\nTask: same,", text);
        Assert.Contains("\nFirst divergence: after 1 same call, #3 book | #3 book\n  note: [+376 characters before]…", text);
        Assert.Contains("\nCalls: 1 the same, 0 with another result, 1 with other arguments, 1 only in A, 0 only in B\n", text);
        Assert.Contains("\n= #1 | #1 1 call the same\n~ #3 | #3 (ok | failed) book\n  note: ", text);
        Assert.Contains("\n- #5 pay\n", text);
        Assert.Contains("Only this one calls: pay ×1\n", text);
        Assert.Contains("Ending: error (stop #5; the last call, #3, failed) #5: out of money\n", text);
    }

    [Fact]
    public void Without_calls_there_is_nothing_to_differ()
    {
        SomeEvents[] one = [Some.UserInput("Go."), Some.ToolUse("think", """{"thought":"Hm."}"""), Some.Text("No."), Some.Stop()];

        Assert.Contains(
            "\nFirst divergence: none: neither has calls\n",
            ComparedSessions.Within(5_000, Compare(one, [one[0]]), null).ToText()
        );
        Assert.Contains(
            "\nFirst divergence: none: all calls and results are the same\n",
            ComparedSessions.Within(5_000, Compare([one[0], Some.ToolUse("find")], [one[0], Some.ToolUse("find")]), null).ToText()
        );
    }

    [Fact]
    public void A_long_value_is_shown_from_the_beginning_of_a_word()
    {
        static SomeEvents[] Find(string end) =>
            [Some.UserInput("Go."), Some.ToolUse("find", result: Some.Quoted($"{new string('a', 400)} unbroken words before the {end}"))];

        var found = Assert.Single(ComparedSessions.Within(5_000, Compare(Find("one"), Find("other")), null).Calls[^1].Differs!.Value);

        Assert.Equal("[+410 characters before]…words before the one", found.Value);
        Assert.Equal("[+410 characters before]…words before the other", found.OtherValue);
    }
}
