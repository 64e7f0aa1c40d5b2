using ChatSessions.Condensing;
using ChatSessions.Model;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>What a reader needs most is shown, and not only the ends of long texts. Each session has far more in it than its budget.</summary>
public sealed class HighlightsTests
{
    private static readonly string Filler = Lines(0, 60);

    [Fact]
    public void A_line_in_the_middle_of_a_result_that_the_agent_used_later_is_shown()
    {
        var answer = Condense([
            Some.ToolUse("bash", Command("grep -rn timeout ."), Some.Quoted($"{Filler}src/pump_control.c:412: start\n{Filler}")),
            Some.ToolUse("bash", Command("sed -n 400,420p src/pump_control.c:412"), Some.Quoted(Filler)),
        ]);

        Assert.Contains("src/pump_control.c:412: start", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_diff_is_shown_whole_and_an_earlier_one_is_not()
    {
        var last = Diff("new", 60);

        var answer = Condense([
            Some.ToolUse("bash", Command("git diff"), Some.Quoted(Diff("old", 60))),
            Some.Text("I try something else."),
            Some.ToolUse("bash", Command("git diff --stat && git diff"), Some.Quoted(last)),
            Some.ToolUse("bash", Command("git status"), Some.Quoted(Filler)),
        ]);

        Assert.Contains(last.Trim().Replace("\n", "\n "), answer, StringComparison.Ordinal);
        Assert.DoesNotContain("old 30", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_diff_that_is_the_same_as_an_earlier_one_is_shown_whole_there()
    {
        var diff = Diff("new", 60);

        var answer = Condense([
            Some.ToolUse("bash", Command("git diff"), Some.Quoted(diff)),
            Some.ToolUse("bash", Command("git diff > patch.txt && cat patch.txt"), Some.Quoted(diff)),
        ]);

        Assert.Contains(diff.Trim().Replace("\n", "\n "), answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_text_is_shown_whole_even_if_the_run_broke_off()
    {
        var last = string.Join(' ', Enumerable.Range(0, 150).Select(number => $"word{number}"));

        Assert.Contains(
            last,
            Condense([Some.Text(last), Some.ToolUse("bash", Command("ls"), Some.Quoted(Filler))]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_sentence_that_gives_the_reason_comes_before_the_beginning_of_a_long_thought()
    {
        var thought =
            string.Concat(Enumerable.Repeat("I look at this and at that. ", 30))
            + "It is too small because the header counts too. "
            + string.Concat(Enumerable.Repeat("I look on. ", 60));

        Assert.Contains(
            "It is too small because the header counts too.",
            Condense([Some.Thinking(thought), Some.Text("Done.")]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_verdict_is_shown_from_the_end_of_a_long_output()
    {
        var answer = Condense([
            Some.ToolUse("bash", Command("run the tests"), Some.Quoted($"{Filler}=== 779 passed in 3.20s ===\n{Filler[..600]}")),
        ]);

        Assert.Contains("779 passed", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_last_line_does_not_say_what_went_wrong_another_line_is_quoted()
    {
        var rejected =
            $"Your proposed edit has introduced new syntax error(s).\n\nERRORS:\n- E999 IndentationError: unexpected indent\n{Filler}Do not run it again.";
        var missing = $"ERROR: not found: tests/test_pump.py::test_flow\n{Filler}(no match)";

        var answer = Condense([
            Some.ToolUse("edit", Command("edit 3:4"), Some.Quoted(rejected)),
            Some.ToolUse("bash", Command("pytest"), $$"""{"returncode":4,"output":{{Some.Quoted(missing)}}}"""),
        ]);

        Assert.Contains("; E999 IndentationError: unexpected indent): ", answer, StringComparison.Ordinal);
        Assert.Contains("(returncode 4; ERROR: not found: tests/test_pump.py::test_flow): ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2_500, "=== 1 failed, 18 passed in 0.06s ===", "")]
    [InlineData(5_000, "=== 1 failed, 18 passed in 0.06s ===", "; FAILED tests/test_pump.py::test_flow[nrel-300]")]
    [InlineData(2_500, "=== 2 warnings in 0.06s ===", "; FAILED tests/test_pump.py::test_flow[nrel-300]")]
    public void Where_the_last_line_counts_tests_it_is_quoted_which_failed_unless_a_small_answer_says_how_many(
        int budget,
        string last,
        string quoted
    )
    {
        var answer = Condense(
            [Some.ToolUse("bash", Command("pytest"), Some.Quoted($"{Filler}FAILED tests/test_pump.py::test_flow[nrel-300]\n{last}"))],
            budget
        );

        Assert.Contains($"→ failed (output shows failed tests{quoted}): ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cd /repo && python -m pytest tests -x", "=== 779 passed in 3.2s ===", true)]
    [InlineData("python try.py", "=== 779 passed in 3.2s ===", false)]
    [InlineData("python -m pytest", "=== 1 failed, 778 passed in 3.2s ===", false)]
    [InlineData("python -m pytest --version", "pytest 8.3.3", false)]
    public void The_last_run_of_the_tests_that_had_failed_is_known(string command, string output, bool isPass)
    {
        var session = Some.Session(
            Some.UserInput("Go."),
            Some.ToolUse("bash", Command("python -m pytest"), Some.Quoted("=== 779 passed in 3.2s ===")),
            Some.ToolUse("bash", Command("python -m pytest"), Some.Quoted("=== 1 failed, 778 passed in 3.2s ===")),
            Some.ToolUse("bash", Command(command), Some.Quoted(output)),
            Some.ToolUse("bash", Command("python a.py"), Some.Quoted("3 passed")),
            Some.Stop()
        );
        var highlights = new Highlights(session);

        Assert.Equal(isPass ? [5] : [], session.Steps.OfType<ToolUse>().Where(highlights.IsLastPass).Select(use => use.Position));
    }

    [Fact]
    public void After_tests_that_failed_a_small_answer_shows_that_they_passed_later()
    {
        var answer = Condense([
            .. Scripts(0),
            Some.ToolUse("bash", Command("python -m pytest"), Some.Quoted($"{Filler}=== 1 failed, 778 passed in 3.2s ===")),
            .. Scripts(100),
            Some.ToolUse("bash", Command("python -m pytest"), Some.Quoted($"{Filler}=== 779 passed in 3.2s ===")),
            .. Scripts(200),
        ]);

        Assert.Contains("\n === 779 passed in 3.2s ===", answer, StringComparison.Ordinal);

        static IEnumerable<SomeEvents> Scripts(int from) =>
            Enumerable
                .Range(from, 100)
                .Select(n => Some.ToolUse("bash", Command($"python try_{n}.py"), Some.Quoted($"{Filler}{n} passed in 0.1s")));
    }

    [Fact]
    public void An_edit_is_shown_by_the_lines_that_it_changes()
    {
        var (before, after) = ($"{Filler}  limit = 5\n{Filler}", $"{Filler}  limit = 50\n{Filler}");

        var answer = Condense([
            Some.ToolUse(
                "Edit",
                $$"""{"file_path":"a.py","old_string":{{Some.Quoted(before)}},"new_string":{{Some.Quoted(after)}}}""",
                "\"The file was updated.\""
            ),
        ]);

        Assert.Contains("limit = 5…", answer.Replace("\n", "…"), StringComparison.Ordinal);
        Assert.Contains("limit = 50", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_that_are_left_out_are_counted_and_lie_in_the_gaps()
    {
        var session = Session([
            .. Enumerable.Range(0, 12).Select(number => Some.ToolUse("read", $$"""{"page":{{number}}}""", Some.Quoted(Filler))),
        ]);

        var answer = Condenser.Condense(session.Shown(), new CondenseOptions { MaxTokens = 700 }, TestContext.Current.CancellationToken);

        Assert.Contains("result ×", answer.Entries[^1].Text, StringComparison.Ordinal);
        Assert.Empty(Honesty.Of(session, Transcript.Of(answer.TranscriptText())).Problems);
    }

    private static string Condense(SomeEvents[] events, int budget = 2_500) =>
        Condenser
            .Condense(Session(events).Shown(), new CondenseOptions { MaxTokens = budget }, TestContext.Current.CancellationToken)
            .ToText();

    /// <summary>A session with those events among many others.</summary>
    private static Session Session(SomeEvents[] events) =>
        Some.Session([
            Some.UserInput("Find out why it stops."),
            .. Enumerable
                .Range(0, 20)
                .Select(number => Some.ToolUse("bash", Command($"cat part{number}.txt"), Some.Quoted(Lines(number * 100, 60)))),
            .. events,
            Some.Stop(),
        ]);

    private static string Command(string command) => $$"""{"command":{{Some.Quoted(command)}}}""";

    private static string Lines(int from, int count) =>
        string.Concat(Enumerable.Range(from, count).Select(number => $"some text on the line with number {Name(number)}\n"));

    /// <summary>A word for a number, because lines that differ in numbers only are folded.</summary>
    private static string Name(int number) => string.Concat(number.ToString("D4", null).Select(digit => (char)('a' + digit - '0')));

    private static string Diff(string word, int lines) =>
        "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1,60 +1,60 @@\n"
        + string.Concat(Enumerable.Range(0, lines).Select(line => $"+{word} {line} {Name(line)}\n"));
}
