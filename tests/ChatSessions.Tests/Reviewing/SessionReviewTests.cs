using ChatSessions.Model;
using ChatSessions.Reviewing;
using Xunit;

namespace ChatSessions.Tests.Reviewing;

public sealed class SessionReviewTests
{
    private const string Python = """{"command":"python a.py"}""";

    private static SessionReview Review(params SomeEvents[] events) =>
        SessionReview.Of(Some.Session(events).Shown(), TestContext.Current.CancellationToken);

    private static SomeEvents Failed(string output, string arguments = Python) =>
        Some.ToolUse("bash", arguments, $$"""{"returncode":1,"output":{{Some.Quoted(output)}}}""");

    private static SomeEvents Worked(string arguments = Python) =>
        Some.ToolUse("bash", arguments, """{"returncode":0,"output":"3 rows"}""");

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
    [InlineData("cd /repo && pip install erfa -q", "cd /repo && pip install pytest coverage -q", AftermathKind.WorkedAround)]
    [InlineData("cd /repo && python test_a.py", "cd /repo && python test_a.py -v 2>&1", AftermathKind.RetriedChanged)]
    [InlineData("pytest tests/test_a.py -q", "pytest tests/test_a.py -q -k leap", AftermathKind.RetriedChanged)]
    [InlineData("make docs", "git status", AftermathKind.WorkedAround)]
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
    [InlineData("{\"error\":\"no such index\"}", "no such index")]
    [InlineData("{\"returncode\":1,\"output\":\"\",\"stderr\":\"a\\nboom\"}", "boom")]
    [InlineData("{\"returncode\":-1,\"output\":\"\",\"exception_info\":\"timed out\"}", "timed out")]
    [InlineData("{\"returncode\":1,\"output\":\"Traceback (most recent call last):\\nKeyError: 1\\nbye\"}", "KeyError: 1")]
    [InlineData("{\"returncode\":1,\"output\":\"x = 1 +\\n       ^\\n\"}", "x = 1 +")]
    [InlineData(
        "\"Your proposed edit has introduced new syntax error(s).\\n\\nERRORS:\\n- E999 IndentationError\\n- F821\"",
        "Your proposed edit has introduced new syntax error(s). - E999 IndentationError"
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
    public void A_loop_ends_at_a_message_of_the_user()
    {
        var look = Some.ToolUse("look", "{}", "\"nothing\"");

        Assert.Empty(Review(Some.UserInput("Go."), look, look, Some.UserInput("Again."), look, look, Some.Stop()).Loops);
        Assert.Single(Review(Some.UserInput("Go."), look, look, Some.Text("Hm."), look, look, Some.Stop()).Loops);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("{\"error\":\"refused again\"}", true)]
    [InlineData("\"connected\"", false)]
    public void A_loop_is_one_unless_the_call_then_works(string? last, bool isLoop)
    {
        var connect = Some.ToolUse("connect", "{}", "{\"error\":\"refused\"}");

        var review = Review([
            Some.UserInput("Go."),
            .. Enumerable.Repeat(connect, 29),
            last is null ? Some.ToolCall("connect") : Some.ToolUse("connect", "{}", last),
        ]);

        Assert.Equal(isLoop ? [29] : [], review.Loops.Select(loop => loop.Rounds));
        Assert.Equal(isLoop, review.Failures[0].IsOpen);
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
    public void A_long_wait_for_long_results_that_change_is_no_loop_and_takes_no_long_time()
    {
        var rows = string.Concat(Enumerable.Range(0, 300).Select(n => $"row {n} at 10:00:00, "));
        SomeEvents[] waits =
        [
            .. Enumerable.Range(0, 2_000).Select(n => Some.ToolUse("get_rows", "{}", Some.Quoted($"{rows}{n} done in {n} ms"))),
        ];

        Assert.Empty(Review([Some.UserInput("Go."), .. waits, Some.Stop()]).Loops);
    }

    [Fact]
    public void Calls_without_a_result_that_are_repeated_are_a_loop()
    {
        var review = Review(Some.UserInput("Go."), Some.ToolCall("ping"), Some.ToolCall("ping"), Some.ToolCall("ping"));

        Assert.Equal((3, 1, 3), (review.Loops.Single().Last, review.Loops.Single().First, review.Loops.Single().Rounds));
        Assert.Equal(3, review.Unanswered.Length);
    }

    [Theory]
    [InlineData("no, instead of the cache use the index", true)]
    [InlineData("No, use the other file.", true)]
    [InlineData("That's not what I asked for.", true)]
    [InlineData("You forgot the tests.", true)]
    [InlineData("The build still fails.", true)]
    [InlineData("Don't touch the schema!", true)]
    [InlineData("Could you check again, please?", true)]
    [InlineData("[Request interrupted by user]", true)]
    [InlineData("不对，应该是另一个文件", true)]
    [InlineData("no problem, thanks", false)]
    [InlineData("No worries, go on.", false)]
    [InlineData("No, thank you!", false)]
    [InlineData("No, that's all for now.", false)]
    [InlineData("Now do the same for the other folder.", false)]
    [InlineData("Great. Next, add a test that uses the index instead of a scan.", false)]
    [InlineData("Notice that the file is read twice.", false)]
    [InlineData("I made a mistake in my booking, I picked the wrong date.", false)]
    [InlineData("I have booked the wrong one, and want to change it.", false)]
    [InlineData("You should have my card on file.", false)]
    [InlineData("You should have received the form by now.", false)]
    [InlineData("You made a mistake.", true)]
    [InlineData("There must be a mistake.", true)]
    [InlineData("I think this is the wrong file.", true)]
    [InlineData("You should have asked first.", true)]
    [InlineData("You shouldn't have changed the schema.", true)]
    public void A_correction_is_not_every_message_with_no_in_it(string message, bool isCorrection)
    {
        var review = Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput(message), Some.Text("Well."), Some.Stop());

        Assert.Equal(isCorrection ? [2] : [], review.Corrections.Select(one => one.Position));
    }

    [Fact]
    public void No_is_an_answer_if_the_agent_asked()
    {
        var review = Review(Some.UserInput("Go."), Some.Text("Do you want insurance?"), Some.UserInput("No, I don't."), Some.Stop());

        Assert.Empty(review.Corrections);
    }

    [Theory]
    [InlineData("The user doesn't want to proceed with this tool use. The tool use was rejected.", true)]
    [InlineData("exec command rejected by user", true)]
    [InlineData("[Operation Cancelled] Reason: User denied execution.", true)]
    [InlineData("user: ann, state: active", false)]
    [InlineData("The user table has 3 rows, rejected by user 7", false)]
    public void A_call_that_the_user_refused_is_a_correction(string result, bool isCorrection)
    {
        var review = Review(Some.UserInput("Go."), Some.ToolUse("bash", Python, Some.Quoted(result)), Some.Stop());

        Assert.Equal(isCorrection ? [(2, 1)] : [], review.Corrections.Select(one => (one.Position, one.About)));
    }

    [Fact]
    public void A_result_without_a_call_is_tried_again_by_no_call()
    {
        var review = Review(Some.UserInput("Go."), Some.ToolResult("save", "{\"error\":\"full\"}"), Some.ToolUse("save"), Some.Stop());

        Assert.Equal(AftermathKind.WorkedAround, review.Failures.Single().Calls[0].Then.Kind);
    }

    [Fact]
    public void The_first_message_corrects_nothing()
    {
        Assert.Empty(Review(Some.UserInput("No, that is wrong: the parser still fails."), Some.Text("I see."), Some.Stop()).Corrections);
    }

    [Theory]
    [InlineData("Why does the parser fail on leap days?", "why does the parser fail on leap days ?", true)]
    [InlineData("Please tell me why the parser fails on leap days.", "Tell me why the parser fails on leap days.", true)]
    [InlineData("What does row 17 of the table say?", "What does row 18 of the table say?", false)]
    [InlineData("Give me the report for 2024-05-20, please.", "Give me the report for 2024-05-21, please.", false)]
    [InlineData("What was going on at 10:20 there?", "What was going on at 10:40 there?", false)]
    [InlineData("Please tell me what /tmp/first.log says.", "Please tell me what /tmp/second.log says.", false)]
    [InlineData(
        "Please tell me now what the file /tmp/first.log says about it.",
        "Please tell me now what the file /tmp/second.log says about it.",
        false
    )]
    [InlineData(
        "I would like the small lamp with the oak base in blue, please.",
        "I would like the small lamp with the oak base in red, please.",
        false
    )]
    [InlineData(
        "Could you check whether the parsre reads leap days right?",
        "Could you check whether the parser reads leap days right?",
        true
    )]
    [InlineData("go on", "go on", false)]
    public void A_question_asked_again_is_found_whatever_its_form(string first, string again, bool isRepeated)
    {
        var review = Review(Some.UserInput(first), Some.Text("Hm."), Some.UserInput(again), Some.Text("Hm."), Some.Stop());

        Assert.Equal(isRepeated ? [2] : [], review.RepeatedQuestions.SelectMany(one => one.Again));
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

    [Theory]
    [InlineData("Done.", EndingKind.EndedWell)]
    [InlineData("I was unable to fix the parser.", EndingKind.GaveUp)]
    [InlineData("There are two files. Which one do you mean?", EndingKind.QuestionOpen)]
    [InlineData("Done. Is there anything else I can help you with?", EndingKind.EndedWell)]
    [InlineData("I was unable to reproduce the crash at first, but with the other input I could, and I fixed it.", EndingKind.EndedWell)]
    [InlineData("I was unable to reproduce the crash. With the other input it came, and I fixed it; all tests pass.", EndingKind.EndedWell)]
    [InlineData("One test passes. I could not fix the other one, and it is not fixed yet.", EndingKind.GaveUp)]
    public void How_it_ended_is_what_the_last_message_says(string last, EndingKind kind)
    {
        var review = Review(Some.UserInput("Go."), Some.Text(last), Some.Stop());

        Assert.Equal(kind, review.Ending.Kind);
        Assert.Equal(1, review.Ending.Position);
        Assert.StartsWith("stop #2", review.Ending.Basis);
    }

    [Theory]
    [InlineData("Thanks! Now also deploy it to staging, please.", false)]
    [InlineData("Thanks, deploy it.", false)]
    [InlineData("Say goodbye to the user in the footer.", false)]
    [InlineData("Yes.", false)]
    [InlineData("Thanks!", true)]
    [InlineData("Great, thank you so much for your help! That's all I needed for now.", true)]
    [InlineData("Got it. Thanks again, have a great day!", true)]
    [InlineData("Merci beaucoup pour votre aide!", true)]
    [InlineData("Perfect", true)]
    [InlineData("I'll get back to you. ###STOP###", true)]
    public void Thanks_end_a_session_only_if_nothing_new_is_asked(string message, bool isEnd)
    {
        var review = Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput(message), Some.Stop());

        Assert.Equal(isEnd ? EndingKind.EndedWell : EndingKind.QuestionOpen, review.Ending.Kind);
    }

    [Fact]
    public void A_session_is_handed_over_only_if_the_call_worked_and_the_agent_did_not_go_on()
    {
        static EndingKind Of(SomeEvents over, params SomeEvents[] then) =>
            Review([Some.UserInput("Go."), over, .. then, Some.Stop()]).Ending.Kind;
        var worked = Some.ToolUse("transfer_to_human_agents");

        Assert.Equal(EndingKind.EndedAfterFailure, Of(Some.FailedToolUse("transfer_to_human_agents")));
        Assert.NotEqual(EndingKind.HandedOver, Of(Some.ToolCall("transfer_to_human_agents")));
        Assert.Equal(EndingKind.EndedWell, Of(worked, Some.UserInput("Nobody comes. Can you do it?"), Some.Text("Done.")));
        Assert.Equal(EndingKind.HandedOver, Of(worked, Some.Text("Please wait."), Some.UserInput("Thanks!"), Some.Text("Goodbye.")));
    }

    [Fact]
    public void How_it_ended_is_said_with_its_evidence()
    {
        Assert.Equal(
            (EndingKind.Error, 1, "rate limit"),
            (
                Review(Some.UserInput("Go."), Some.Stop("rate limit")).Ending is var error ? error.Kind : default,
                Review(Some.UserInput("Go."), Some.Stop("rate limit")).Ending.Position,
                Review(Some.UserInput("Go."), Some.Stop("rate limit")).Ending.Said
            )
        );
        Assert.Equal(
            (EndingKind.CutOff, 3),
            Review(Some.UserInput("Go."), Some.Stop(), Some.UserInput("More."), Some.ToolCall("a")).Ending is var cut
                ? (cut.Kind, cut.Position!.Value)
                : default
        );
        Assert.Equal(
            (EndingKind.QuestionOpen, 2),
            Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput("And the other one?"), Some.Stop()).Ending is var open
                ? (open.Kind, open.Position!.Value)
                : default
        );
        Assert.Equal(
            EndingKind.EndedWell,
            Review(
                Some.UserInput("Go."),
                Some.Text("Done. Right?"),
                Some.UserInput("Yes, thanks a lot! ###STOP###"),
                Some.Stop()
            ).Ending.Kind
        );
        Assert.Equal(
            (EndingKind.HandedOver, 1),
            Review(Some.UserInput("Go."), Some.ToolUse("transfer_to_human_agents"), Some.Text("Please wait."), Some.Stop()).Ending
                is var over
                ? (over.Kind, over.Position!.Value)
                : default
        );
        Assert.Equal(EndingKind.EndedAfterFailure, Review(Some.UserInput("Go."), Some.FailedToolUse("save"), Some.Stop()).Ending.Kind);
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

    [Theory]
    [InlineData("Would you like me to transfer you to a person?", false)]
    [InlineData("I transfer you to a person.", true)]
    public void An_answer_to_a_question_is_no_correction(string said, bool isCorrection)
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.Text(said),
            Some.UserInput("No, I would rather not be transferred."),
            Some.Text("Well."),
            Some.Stop()
        );

        Assert.Equal(isCorrection ? [2] : [], review.Corrections.Select(one => one.Position));
    }

    [Theory]
    [InlineData("book_reservation", "{}", null, true)]
    [InlineData("book_reservation", "{}", "book_reservation", false)]
    [InlineData("book_reservation", "{}", "get_reservation", true)]
    [InlineData("get_reservation", "{}", null, false)]
    [InlineData("run_shell", """{"command":"make"}""", null, false)]
    public void What_a_tool_should_do_and_never_did_is_open_whatever_the_agent_did_then(
        string tool,
        string arguments,
        string? later,
        bool isOpen
    )
    {
        var filler = Enumerable.Range(0, 14).Select(n => Some.ToolUse($"calculate_{n}"));
        var review = Review([
            Some.UserInput("Go."),
            Some.FailedToolUse(tool, "price is 3", arguments),
            Some.FailedToolUse(tool, "price is 4", arguments),
            .. filler,
            .. later is null ? (SomeEvents[])[] : [Some.ToolUse(later)],
            Some.Text("The price is 4. Shall I go on?"),
            Some.Stop(),
        ]);

        Assert.Equal(isOpen, Assert.Single(review.Failures).IsOpen);
    }

    [Fact]
    public void A_goodbye_is_not_called_unanswered()
    {
        var review = Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput("Thanks!"), Some.Stop());

        Assert.Equal("stop #3; the last user message, #2, ends the conversation", review.Ending.Basis);
    }
}
