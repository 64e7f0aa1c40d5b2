using ChatSessions.Model;
using ChatSessions.Reviewing;
using Xunit;
using static ChatSessions.Tests.Reviewing.ReviewedRun;

namespace ChatSessions.Tests.Reviewing;

public sealed class SessionReviewTests
{
    [Fact]
    public void Failures_of_one_cause_are_one_whatever_their_numbers_and_times()
    {
        var review = Review(
            Some.UserInput("Go."),
            Failed("10:01:02 ValueError: row 17 of /tmp/a1b2.csv"),
            Failed("10:04:09 ValueError: row 4711 of /tmp/zz.csv", """{"command":"make all"}"""),
            Failed("KeyError: 'x'", """{"command":"node b.js"}"""),
            Some.Stop()
        );

        Assert.Equal([2, 1], review.Failures.Select(cause => cause.Calls.Length).Order().Reverse());
        Assert.Contains(review.Failures, cause => cause.Line == "10:04:09 ValueError: row 4711 of /tmp/zz.csv");
    }

    [Fact]
    public void What_followed_a_failure_leads_to_the_try_that_worked()
    {
        var review = Review(
            Some.UserInput("Go."),
            Failed("KeyError: 1"),
            Failed("TypeError: x"),
            Worked(),
            Some.Text("Done."),
            Some.Stop()
        );

        var first = Assert.Single(review.Failures, cause => cause.Line == "KeyError: 1").Calls[0].Then;
        Assert.Equal(new Aftermath(AftermathKind.RetriedSame, 3, false, 0, 5), first);
        Assert.All(review.Failures, cause => Assert.False(cause.IsOpen));
    }

    [Fact]
    public void A_failure_after_which_nothing_worked_is_open_and_comes_first()
    {
        var review = Review(
            Some.UserInput("Go."),
            Failed("TypeError: x", """{"command":"make x"}"""),
            Failed("TypeError: x", """{"command":"make x"}"""),
            Worked("""{"command":"make x"}"""),
            Failed("KeyError: 1"),
            Some.Text("It does not run."),
            Some.Stop()
        );

        Assert.Equal([true, false], review.Failures.Select(cause => cause.IsOpen));
        Assert.Equal(AftermathKind.Abandoned, review.Failures[0].Calls[0].Then.Kind);
    }

    [Fact]
    public void A_call_that_was_made_before_the_failure_was_known_is_no_answer_to_it()
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.ToolCall("get", """{"id":1}""", "a"),
            Some.ToolCall("get", """{"id":2}""", "b"),
            Some.ToolResult("get", """{"error":"gone"}""", "a"),
            Some.ToolResult("get", "\"here\"", "b"),
            Some.Text("One is gone."),
            Some.Stop()
        );

        Assert.Equal(AftermathKind.Abandoned, review.Failures.Single().Calls[0].Then.Kind);
    }

    [Theory]
    [InlineData("Request failed with status code 404", "Request failed with status code 401", 2)]
    [InlineData("curl: (22) The requested URL returned error: HTTP 404", "curl: (22) The requested URL returned error: HTTP 500", 2)]
    [InlineData("OSError: [Errno 2] b", "OSError: [Errno 13] b", 2)]
    [InlineData("HTTP/1.1 404 of 3 pages", "HTTP/1.1 404 of 4 pages", 1)]
    [InlineData("ld exited with code 1 after 3 files", "ld exited with code 1 after 12 files", 1)]
    [InlineData("3 of 4 pages failed", "4 of 4 pages failed", 1)]
    public void Codes_of_errors_tell_causes_apart_and_other_numbers_do_not(string first, string second, int causes)
    {
        var review = Review(Some.UserInput("Go."), Failed(first), Failed(second), Some.Stop());

        Assert.Equal(causes, review.Failures.Length);
    }

    [Theory]
    [InlineData("cd /repo && pip install erfa -q", "cd /repo && pip install pytest coverage -q", AftermathKind.WorkedAround)]
    [InlineData("cd /repo && python test_a.py", "cd /repo && python test_a.py -v 2>&1", AftermathKind.RetriedChanged)]
    [InlineData("pytest tests/test_a.py -q", "pytest tests/test_a.py -q -k leap", AftermathKind.RetriedChanged)]
    [InlineData("make docs", "git status", AftermathKind.WorkedAround)]
    [InlineData("cd /repo && sed -i '5a\\\\# isn\\\\'t' a.py", "cd /repo && sed -n 5,9p b.py", AftermathKind.WorkedAround)]
    [InlineData("sed -i 's/it/them/' src/a.py", "sed -n 's/it/them/p' src/a.py", AftermathKind.WorkedAround)]
    [InlineData("sed -i 's/it/them/' src/a.py", "sed -i.bak 's/it/them/g' src/a.py", AftermathKind.RetriedChanged)]
    [InlineData("cd /repo && sed -i '5a # x' a.py", "cd /repo && git diff HEAD -- a.py > a.patch", AftermathKind.WorkedAround)]
    [InlineData("cat src/a.py > /gone/a.py", "cat src/a.py", AftermathKind.WorkedAround)]
    [InlineData("cat src/a.py > /gone/a.py", "cat src/a.py > b.py", AftermathKind.RetriedChanged)]
    [InlineData("cat src/a.py 2> /dev/null", "cat src/a.py > /dev/stdout", AftermathKind.RetriedChanged)]
    [InlineData("cd /repo && cat gone.txt", "cd /repo && grep -rn leap src", AftermathKind.WorkedAround)]
    [InlineData("cd /repo && find src -name leap -newer a", "cd /repo && find src -name leap", AftermathKind.RetriedChanged)]
    [InlineData("python make_calendar.py --year 2024 --all", "python make_calendar2.py --year 2024 --all", AftermathKind.RetriedChanged)]
    [InlineData("cd /repo && echo 'a;;' | lint - | head", "cd /repo && echo 'a;' | lint - | head", AftermathKind.WorkedAround)]
    [InlineData("cd /repo && echo 'a;;' | lint - | head", "cd /repo && echo 'a;;' | lint - -v | head", AftermathKind.RetriedChanged)]
    [InlineData("echo select | lint --all --fast", "lint --all --fast select", AftermathKind.RetriedChanged)]
    [InlineData("python check.py --fast one two", "cat > x.txt && python check.py --other", AftermathKind.RetriedChanged)]
    public void A_command_is_tried_again_if_it_runs_the_same_program_with_mostly_the_same_words(
        string first,
        string next,
        AftermathKind kind
    )
    {
        var review = Review(
            Some.UserInput("Go."),
            Failed("boom", $$"""{"command":"{{first}}"}"""),
            Worked($$"""{"command":"{{next}}"}"""),
            Some.Stop()
        );

        Assert.Equal(kind, review.Failures.Single().Calls[0].Then.Kind);
    }

    [Theory]
    [InlineData("""{"path":"src/nope.py"}""", """{"path":"README.md"}""", AftermathKind.WorkedAround)]
    [InlineData("""{"path":"a.py"}""", """{"path":"b.py"}""", AftermathKind.WorkedAround)]
    [InlineData("""{"url":"https://a.example/one"}""", """{"url":"https://a.example/other/"}""", AftermathKind.WorkedAround)]
    [InlineData("""{"to":"ann@example.com"}""", """{"to":"bob@example.com"}""", AftermathKind.WorkedAround)]
    [InlineData("""{"path":"nope.py"}""", """{"path":"src/nope.py"}""", AftermathKind.RetriedChanged)]
    [InlineData("""{"path":"src/settings.json"}""", """{"path":"src/setting.json"}""", AftermathKind.RetriedChanged)]
    [InlineData("""{"path":"src/a.py","old":"one"}""", """{"path":"src/a.py","old":"two"}""", AftermathKind.RetriedChanged)]
    [InlineData("""{"day":"2024-02-29"}""", """{"day":"2024-02-28"}""", AftermathKind.RetriedChanged)]
    public void A_call_about_another_file_page_or_person_is_no_other_try(string first, string next, AftermathKind kind)
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.FailedToolUse("tool", "boom", first),
            Some.ToolUse("tool", next, "\"done\""),
            Some.Stop()
        );

        Assert.Equal(kind, review.Failures.Single().Calls[0].Then.Kind);
    }

    [Theory]
    [InlineData("python test_leap2.py --year 2024 --all", AftermathKind.RetriedChanged)]
    [InlineData("python test_months.py --year 2024 --all", AftermathKind.WorkedAround)]
    public void Of_two_scripts_that_have_much_in_common_a_later_one_is_another_try_if_its_name_says_so(string next, AftermathKind kind)
    {
        var review = Review(
            Some.UserInput("Go."),
            Failed("boom", """{"command":"python test_leap.py --year 2024 --all"}"""),
            Worked("""{"command":"cat a.py"}"""),
            Worked("""{"command":"cat b.py"}"""),
            Worked($$"""{"command":"{{next}}"}"""),
            Some.Stop()
        );

        Assert.Equal(kind, review.Failures.Single().Calls[0].Then.Kind);
    }

    [Theory]
    [InlineData("python a.py 2>&1 | grep -A 9 DEBUG", 1, "", false)]
    [InlineData("python a.py 2>&1 | grep -c DEBUG", 1, "0", false)]
    [InlineData("python a.py 2>&1 | grep DEBUG | head -n 5", 0, " \\n", false)]
    [InlineData("python a.py 2>&1; grep x b.py", 1, "", false)]
    [InlineData("python a.py 2>&1 | grep -A 9 DEBUG", 0, "DEBUG: 3 rows", false)]
    [InlineData("python a.py 2>&1 | grep -E 'DEBUG|Step 14' | head", 0, "Step 14", false)]
    [InlineData("python a.py 2>&1 | grep -E 'DEBUG|keyerror'", 0, "DEBUG", true)]
    [InlineData("python a.py 2>&1 | grep -i 'DEBUG\\\\|error'", 0, "DEBUG", true)]
    [InlineData("python a.py 2>&1 | grep -E 'Step [0-9]+|K.y'", 0, "Step 14", true)]
    [InlineData("python a.py 2>&1 | grep -v DEBUG", 0, "Step 14", true)]
    [InlineData("python a.py 2>&1 | grep passed", 0, "3 passed in 0.1s", true)]
    [InlineData("python a.py && ls | grep DEBUG", 0, "DEBUG.txt", true)]
    [InlineData("python a.py 2>&1 | tail -n 5", 0, "", true)]
    [InlineData("python a.py && grep x b.py", 1, "", true)]
    public void A_try_whose_output_a_filter_hides_is_no_evidence_that_it_worked(string command, int code, string output, bool isEvidence)
    {
        var review = Review(
            Some.UserInput("Go."),
            Failed("KeyError: 1", """{"command":"python a.py 2>&1"}"""),
            Some.ToolUse("bash", $$"""{"command":"{{command}}"}""", $$"""{"returncode":{{code}},"output":"{{output}}"}"""),
            Worked("""{"command":"python a.py"}"""),
            Some.Stop()
        );

        Assert.Equal(
            new Aftermath(AftermathKind.RetriedChanged, isEvidence ? 3 : 5, true, isEvidence ? 0 : 1),
            review.Failures.Single().Calls[0].Then
        );
    }

    [Fact]
    public void A_search_that_finds_nothing_is_a_try_that_worked()
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.ToolUse("bash", """{"command":"grep -rn 'a(b' src"}""", """{"returncode":2,"output":"grep: Unmatched ("}"""),
            Some.ToolUse("bash", """{"command":"grep -rn 'a.b' src"}""", """{"returncode":1,"output":""}"""),
            Some.Stop()
        );

        Assert.Equal(new Aftermath(AftermathKind.RetriedChanged, 3, true, 0), review.Failures.Single().Calls[0].Then);
    }

    [Theory]
    [InlineData("{\"error\":\"no such index\"}", "no such index")]
    [InlineData("{\"returncode\":1,\"output\":\"\",\"stderr\":\"a\\nboom\"}", "boom")]
    [InlineData("{\"returncode\":-1,\"output\":\"\",\"exception_info\":\"timed out\"}", "timed out")]
    [InlineData("{\"returncode\":1,\"output\":\"Traceback (most recent call last):\\nKeyError: 1\\nbye\"}", "KeyError: 1")]
    [InlineData("{\"returncode\":1,\"output\":\"x = 1 +\\n       ^\\n\"}", "x = 1 +")]
    [InlineData(
        "\"Your proposed edit has introduced new syntax error(s).\\n\\nERRORS:\\n- E999 IndentationError\\n- F821\"",
        "E999 IndentationError"
    )]
    [InlineData("{\"returncode\":3,\"output\":\"\"}", "")]
    [InlineData("\"Error: full\\nTry later.\"", "Error: full")]
    public void The_line_that_names_the_error_is_found(string result, string line)
    {
        var review = Review(Some.UserInput("Go."), Some.ToolUse("bash", Python, result), Some.Stop());

        Assert.Equal(line, review.Failures.Single().Line);
    }

    [Fact]
    public void A_tool_that_only_holds_a_thought_is_neither_between_calls_nor_instead_of_them()
    {
        static SomeEvents Think(string thought) => Some.ToolUse("think", $$"""{"thought":"{{thought}}"}""", "\"\"");
        var book = Some.ToolUse("book", """{"seat":"12A"}""", "\"Error: full\"");

        var review = Review(Some.UserInput("Go."), book, Think("Hm."), book, Think("Again."), book, Think("I stop."), Some.Stop());

        Assert.Equal((1, 9, 3), review.Loops.Select(loop => (loop.First, loop.Last, loop.Rounds)).Single());
        Assert.Equal(
            [(AftermathKind.RetriedSame, 0), (AftermathKind.RetriedSame, 0), (AftermathKind.Abandoned, 0)],
            review.Failures.Single().Calls.Select(call => (call.Then.Kind, call.Then.CallsBetween))
        );
    }

    [Fact]
    public void Data_that_a_later_call_has_in_it_is_used()
    {
        var data = string.Concat(Enumerable.Range(0, 200).Select(n => $"{(char)('a' + n % 26)}{n * 7919}"));
        var rows = string.Concat(Enumerable.Range(0, 40).Select(n => $"id-{n} {n * 31}\n"));

        SomeEvents[] Session(string command) =>
            [
                Some.UserInput("Go."),
                Some.ToolUse("read", """{"file":"x"}""", Some.Quoted($"{rows}{data}")),
                Some.ToolUse("bash", $$"""{"command":"{{command}}"}"""),
                Some.Text("Ok."),
                Some.Stop(),
            ];

        Assert.Empty(Review(Session($"echo {data} | base64 -d")).UnusedResults);
        Assert.Single(Review(Session("echo nothing")).UnusedResults);
    }

    [Fact]
    public void A_try_that_failed_too_and_was_then_worked_around_leaves_nothing_open()
    {
        var review = Review(
            Some.UserInput("Go."),
            Failed("ModuleNotFoundError: No module named 'pytz'"),
            Failed("AttributeError: np.Inf"),
            Worked("""{"command":"sed -n 1,9p a.py"}"""),
            Some.Text("Done."),
            Some.Stop()
        );

        Assert.Equal([false, false], review.Failures.Select(cause => cause.IsOpen));
    }

    [Fact]
    public void A_result_without_a_call_is_tried_again_by_no_call()
    {
        var review = Review(Some.UserInput("Go."), Some.ToolResult("save", "{\"error\":\"full\"}"), Some.ToolUse("save"), Some.Stop());

        Assert.Equal(AftermathKind.WorkedAround, review.Failures.Single().Calls[0].Then.Kind);
    }

    [Theory]
    [InlineData("The order shipped on Monday, and I have told them.", false)]
    [InlineData("I have written to Dana.Miles@example.com.", false)]
    [InlineData("I have told them.", true)]
    public void A_result_that_only_the_answer_uses_is_used(string answer, bool isUnused)
    {
        var filler = string.Concat(Enumerable.Range(0, 60).Select(row => $"id-{row * 7919}: cn-{row} ok\n"));
        var review = Review(
            Some.UserInput("Has it left?"),
            Some.ToolUse("get_order", """{"id":"A-1"}""", Some.Quoted($"{filler}state: shipped, mail Dana.Miles@example.com")),
            Some.Text(answer),
            Some.Stop()
        );

        Assert.Equal(isUnused ? [2] : [], review.UnusedResults.Select(one => one.Use.LastPosition));
    }

    [Fact]
    public void Commands_and_files_have_their_last_state()
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.ToolUse("write_file", """{"path":"a.py","content":"x = 1\n"}""", "\"ok\""),
            Failed("1 failed, 2 passed in 0.1s", """{"command":"cd /repo && python -m pytest -q"}"""),
            Some.ToolUse("bash", """{"command":"pytest -q"}""", """{"returncode":0,"output":"=== 3 passed in 0.1s ==="}"""),
            Some.ToolUse("bash", """{"command":"ls -la"}""", """{"returncode":0,"output":"a.py"}"""),
            Failed("", """{"command":"git push"}"""),
            Some.Stop()
        );

        Assert.Equal(
            [("git push", 1, 1, true, null), ("pytest", 2, 1, false, "3 passed in 0.1s")],
            review.Commands.Select(one => (one.Program, one.Runs, one.Failed, one.Last.Outcome.IsFailure, one.Verdict))
        );
        Assert.Equal(("a.py", FileState.Written, 1), review.Files.Select(one => (one.File, one.State, one.Position)).Single());
    }

    [Fact]
    public void A_try_with_the_filter_that_showed_the_error_is_evidence()
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.ToolUse("bash", """{"command":"python a.py 1 2>&1 | grep -A 9 DEBUG"}""", "\"DEBUG\\n    a[1]\\nKeyError: 1\""),
            Worked("""{"command":"python a.py 2 2>&1 | grep -A 9 DEBUG"}"""),
            Some.Stop()
        );

        Assert.True(review.Failures.Single().Calls[0].Then.Worked);
    }

    [Fact]
    public void Each_run_has_its_own_usage_and_only_recorded_times_count()
    {
        static SomeEvents At(string type, int minute, string rest) =>
            Some.Event($$"""{"type":"{{type}}","call_id":"c","name":"slow","timestamp":"2026-04-22T12:0{{minute}}:00Z",{{rest}}}""");

        var review = Review(
            Some.UserInput("One."),
            Some.Stop(inputTokens: 10),
            Some.UserInput("Two."),
            At("tool_call", 1, "\"arguments\":{}"),
            At("tool_result", 3, "\"result\":\"ok\""),
            Some.ToolUse("slow"),
            Some.Stop(inputTokens: 20)
        );

        Assert.Equal([(2, 20L), (0, 10L)], review.Runs.Select(run => (run.First, run.Stop.Usage.TotalInputTokens!.Value)));
        Assert.Equal((2, 1, TimeSpan.FromMinutes(2)), review.Tools.Select(tool => (tool.Calls, tool.Timed, tool.Time!.Value)).Single());
        Assert.Null(Review(Some.ToolUse("fast")).Tools.Single().Time);
    }

    [Fact]
    public void A_session_without_events_has_nothing_to_say()
    {
        var review = Review();

        Assert.Empty(review.Failures);
        Assert.Empty(review.Tools);
        Assert.Equal(RunOutcome.Ok, review.Shown.Session.Outcome);
    }

    [Fact]
    public void A_cancelled_review_ends_also_while_it_reads_failures_loops_or_results()
    {
        var session = Some.Session(Failed("KeyError: 'a'"), Failed("KeyError: 'a'"));
        var uses = session.ToolUses.ToList();
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => SessionReview.Of(session.Shown(), cancelled));
        Assert.Throws<OperationCanceledException>(() => new Aftermaths(session, uses, [0, 0]).Find(cancelled));
        Assert.Throws<OperationCanceledException>(() => FailureCause.Find(session, uses, [0, 0], cancelled));
        Assert.Throws<OperationCanceledException>(() => CallLoop.Find(session, uses, [0, 0], cancelled));
        Assert.Throws<OperationCanceledException>(() => UnusedResult.Find(session, uses, new(session), cancelled));
    }
}
