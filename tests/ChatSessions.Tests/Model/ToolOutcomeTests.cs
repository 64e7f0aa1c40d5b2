using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public class ToolOutcomeTests
{
    [Theory]
    [InlineData("""{"is_error":true}""", "is_error is true")]
    [InlineData("""{"isError":true,"content":[]}""", "isError is true")]
    [InlineData("""{"success":false}""", "success is false")]
    [InlineData("""{"ok":false}""", "ok is false")]
    [InlineData("""{"output":"","error":"no such file"}""", "error is set")]
    [InlineData("""{"error":{"code":3}}""", "error is set")]
    [InlineData("""{"error":true}""", "error is set")]
    [InlineData("""{"output":"x","returncode":1}""", "returncode 1")]
    [InlineData("""{"exit_code":-9}""", "exit_code -9")]
    [InlineData("""{"exitCode":127}""", "exitCode 127")]
    [InlineData("""{"return_code":1234567890123456789012345678901234567890}""", "return_code is not 0")]
    [InlineData("\"Error: no such file\"", "begins with \"Error\"")]
    [InlineData("\"Traceback (most recent call last):\\n\"", "begins with a traceback")]
    [InlineData("\"\\nEXECUTION TIMED OUT\"", "the execution timed out")]
    [InlineData(
        "\"\\nEXECUTION TIMED OUT\\n(Open file: /a/very/long/folder/name/that/goes/on/and/on/and/on/and/on/and/on/get_seed.py)\\n(Current directory: /a/very/long/folder/name/that/goes/on/and/on/and/on/and/on/and/on/and/on)\\n(Interactive session: n/a)\\nbash-$\"",
        "the execution timed out"
    )]
    [InlineData("\"solving\\nEXECUTION TIMED OUT BECAUSE NO OUTPUT WAS PRODUCED FOR 30 SECONDS.\"", "the execution timed out")]
    [InlineData("""{"\u0065rror":"\ud800","\ud800":1}""", "error is set")]
    public void A_result_failed_by_these_signs(string result, string reason) =>
        Assert.Equal(new ToolOutcome(ToolOutcomeKind.Failed, reason), OutcomeOf(Some.ToolUse("t", result: result)));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("false")]
    [InlineData("\"\"")]
    [InlineData("\"No Error at all\"")]
    [InlineData("""[{"error":"of an item"}]""")]
    [InlineData("""{"is_error":false,"isError":"true","success":true,"ok":null}""")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":""}""")]
    [InlineData("""{"error":false}""")]
    [InlineData("""{"error":0}""")]
    [InlineData("""{"error":[]}""")]
    [InlineData("""{"error":{}}""")]
    [InlineData("""{"returncode":0,"exit_code":0.0,"exitCode":"1","return_code":null}""")]
    [InlineData("""{"result":{"error":"inside"}}""")]
    public void A_result_without_a_sign_answered(string result) =>
        Assert.Equal(new ToolOutcome(ToolOutcomeKind.Ok, null), OutcomeOf(Some.ToolUse("t", result: result)));

    [Fact]
    public void A_call_without_a_result_is_unanswered() =>
        Assert.Equal(new ToolOutcome(ToolOutcomeKind.Unanswered, null), OutcomeOf(Some.UnansweredToolUse("t")));

    [Fact]
    public void A_result_without_a_call_may_have_failed_too() => Assert.True(OutcomeOf(Some.ToolResult("t", "\"Error\"")).IsFailure);

    [Theory]
    [InlineData("cd src && grep -rn 'a|b' .")]
    [InlineData("cat x | LC_ALL=C /usr/bin/egrep -v \"a; b\"")]
    [InlineData("ls; diff a b")]
    [InlineData("[ -f x ]")]
    [InlineData("git -C src diff --exit-code")]
    [InlineData("cat > x << 'EOF'\nexit 3; false\nEOF\nwhich rg")]
    [InlineData("bash -lc 'cd x && rg y'")]
    [InlineData("tsc --noEmit 2>&1 | findstr /i store")]
    public void Exit_code_1_of_a_command_that_asks_is_an_answer(string command) => Assert.Null(ReasonOf(command, 1, ""));

    [Theory]
    [InlineData("find . | xargs grep -l x 2>/dev/null", "", null)]
    [InlineData("find . | sudo xargs -n 9 grep -l x", "", null)]
    [InlineData("find . | xargs grep -l x", "grep: y: No such file or directory", "returncode 123")]
    [InlineData("find . | xargs python check.py", "", "returncode 123")]
    [InlineData("grep -l x", "", "returncode 123")]
    public void Exit_code_123_is_an_answer_if_xargs_asks(string command, string output, string? reason) =>
        Assert.Equal(reason, ReasonOf(command, 123, output));

    [Fact]
    public void A_text_that_speaks_of_a_timeout_did_not_time_out() =>
        Assert.False(OutcomeOf(Some.ToolUse("t", result: "\"It says EXECUTION TIMED OUT if it takes too long.\"")).IsFailure);

    [Theory]
    [InlineData("grep a x", 2, "")]
    [InlineData("grep a x | python y.py", 1, "")]
    [InlineData("grep a x || false", 1, "")]
    [InlineData("cd x && grep a y", 1, "bash: line 1: cd: x: No such file or directory")]
    [InlineData("grep a x y", 1, "grep: y: No such file or directory")]
    [InlineData("python y.py && grep a x", 1, "Traceback (most recent call last):\n  File \"y.py\"\nValueError: b")]
    [InlineData("pytest -q && grep a x", 1, "1 failed in 0.10s")]
    public void Any_other_exit_code_than_0_is_a_failure(string command, int code, string output) =>
        Assert.Equal($"returncode {code}", ReasonOf(command, code, output));

    [Fact]
    public void The_exit_code_may_stand_above_the_output()
    {
        Assert.False(OutcomeOf("grep a x", """{"is_error":true,"content":"Exit code 1\n"}""").IsFailure);
        Assert.True(OutcomeOf("grep a x", """{"is_error":true,"content":"Exit code 2\n"}""").IsFailure);
        Assert.True(OutcomeOf("grep a x", """{"is_error":true,"content":"Timed out"}""").IsFailure);
        Assert.True(OutcomeOf("grep a x", """{"returncode":1,"error":"killed"}""").IsFailure);
    }

    [Theory]
    [InlineData("Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\nKeyError: 'a'\nran", "output shows a traceback")]
    [InlineData("Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>", "output shows a traceback")]
    [InlineData("    return a[b]\nmodule.OddError: b", "output shows a traceback")]
    [InlineData("error: a.py: patch does not apply", "output shows an error")]
    [InlineData("main.c:3:5: error: no b", "output shows an error")]
    [InlineData("a.ts(3,5): error TS2322: no b", "output shows an error")]
    [InlineData("\u001b[31mE   AssertionError: b", "output shows an error")]
    [InlineData("npm ERR! code 1", "output shows an error")]
    [InlineData("fatal: not a git repository", "output shows an error")]
    [InlineData("make: *** [all] Error 2", "output shows an error")]
    [InlineData("Hunk #1 FAILED at 3.", "output shows an error")]
    [InlineData("/usr/bin/python3: No module named pytest", "output shows an error")]
    [InlineData("bash: line 1: cargoo: command not found", "output shows an error")]
    [InlineData("Error: No such option: -x", "output shows an error")]
    [InlineData("collecting ... ERROR: not found: /x/a.py::test_b\n\ncollected 0 items", "output shows an error")]
    [InlineData("collecting ... \u001b[31mERROR: not found: /x/a.py::test_b", "output shows an error")]
    [InlineData("collected 0 items\n\n==== no tests ran in 0.03s ====", "output shows an error")]
    [InlineData("Ran 0 tests in 0.000s\n\nNO TESTS RAN", "output shows an error")]
    [InlineData("==== 36 deselected in 0.01s ====", "output shows an error")]
    [InlineData("==== 18 deselected, 2 warnings in 0.04s ====", "output shows an error")]
    [InlineData("23 deselected, 1 warning in 0.01s", "output shows an error")]
    [InlineData("==== 1 warning in 0.01s ====", "output shows an error")]
    [InlineData("==== no tests collected (36 deselected) in 0.01s ====", "output shows an error")]
    [InlineData("collecting ... collected 36 items / 36 deselected / 0 selected", "output shows an error")]
    [InlineData("collected 0 items", "output shows an error")]
    [InlineData("Ran 0 tests in 0.000s\n\nOK", "output shows an error")]
    [InlineData("No tests found, exiting with code 1", "output shows an error")]
    [InlineData("==== 1 failed, 89 deselected in 0.05s ====", "output shows failed tests")]
    [InlineData("12 passed, 2 errors in 1.2s", "output shows failed tests")]
    [InlineData("FAILED tests/a.py::test_b - KeyError", "output shows failed tests")]
    [InlineData("FAILED (failures=2)", "output shows failed tests")]
    [InlineData("Tests:       1 failed, 2 passed, 3 total", "output shows failed tests")]
    [InlineData("test result: FAILED. 1 passed; 2 failed", "output shows failed tests")]
    [InlineData("     Failed: 2", "output shows failed tests")]
    [InlineData("    --- FAIL: TestB (0.00s)\r\nok", "output shows failed tests")]
    [InlineData("2 tests, 1 failure", "output shows failed tests")]
    [InlineData("1 doctest, 2 tests, 1 failure, 1 excluded", "output shows failed tests")]
    [InlineData("3 runs, 5 assertions, 1 failures, 0 errors, 0 skips", "output shows failed tests")]
    [InlineData("3 runs, 5 assertions, 0 failures, 2 errors, 0 skips", "output shows failed tests")]
    [InlineData("Tests run: 3, Failures: 1, Errors: 0, Skipped: 0", "output shows failed tests")]
    [InlineData("[ERROR] Tests run: 3, Failures: 0, Errors: 1, Skipped: 0, Time elapsed: 0.05 s", "output shows failed tests")]
    [InlineData("# tests 2\n# pass 1\n# fail 1", "output shows failed tests")]
    [InlineData("ℹ tests 2\nℹ fail 1\nℹ cancelled 0", "output shows failed tests")]
    [InlineData("ok 1 - a\nnot ok 2 - b", "output shows failed tests")]
    [InlineData("not ok 2", "output shows failed tests")]
    [InlineData("Files=2, Tests=5,  0 wallclock secs\nResult: FAIL", "output shows failed tests")]
    [InlineData("  1 failed\n    a.spec.ts:7:1 › logs in ───\n  1 passed (6.0s)", "output shows failed tests")]
    [InlineData("✖ 1 problem (1 error, 0 warnings)", "output shows an error")]
    [InlineData("Found 1 error.", "output shows an error")]
    [InlineData("Found 2 errors (1 fixed, 1 remaining).", "output shows an error")]
    [InlineData("Found 1 error in 1 file (checked 3 source files)", "output shows an error")]
    [InlineData("Found 3 errors in 2 files.", "output shows an error")]
    [InlineData("ninja: build stopped: subcommand failed.", "output shows an error")]
    [InlineData("CONFLICT (content): Merge conflict in a.py", "output shows an error")]
    [InlineData("Automatic merge failed; fix conflicts and then commit the result.", "output shows an error")]
    public void What_a_program_printed_can_be_a_failure_if_its_exit_code_is_hidden(string output, string reason)
    {
        Assert.Equal(reason, ReasonOf("cd x && ./run | tail", 0, output));
        Assert.Equal(reason, ReasonOf("./run; echo done", 0, "fine\n" + output));
        if (!output.StartsWith("Traceback", StringComparison.Ordinal) && !output.StartsWith("Error", StringComparison.Ordinal))
            Assert.Equal(reason, OutcomeOf("./run", Some.Quoted(output)).Reason);

        // A reader shows what others wrote, and an exit code that is known speaks for itself, except at the end of tests.
        Assert.Null(ReasonOf("cd x && cat log | tail", 0, output));
        Assert.Null(ReasonOf("git log -p", 0, output));
        Assert.Null(ReasonOf("cd x && ./run && ./go", 0, output + "\nDone."));
    }

    [Theory]
    [InlineData("     Failed: 0")]
    [InlineData("==== 0 failed, 3 passed in 0.05s ====")]
    [InlineData("OK (expected failures=1)")]
    [InlineData("3 passed, 1 xfailed in 0.05s")]
    [InlineData("collecting ... collected 37 items / 36 deselected / 1 selected")]
    [InlineData("==== 1 passed, 36 deselected, 2 warnings in 0.05s ====")]
    [InlineData("==== 1 skipped, 36 deselected in 0.05s ====")]
    [InlineData("==== 1/37 tests collected (36 deselected) in 0.01s ====")]
    [InlineData("2 warnings in 3 files")]
    [InlineData("==== 2 warnings in 3 files ====")]
    [InlineData("deselected in 1")]
    [InlineData("====")]
    [InlineData("no error: all fine")]
    [InlineData("  raise Error: b")]
    [InlineData("Caught ValueError: b")]
    [InlineData("collecting ... collected 5 items")]
    [InlineData("collecting ... ")]
    [InlineData("Checking ... ERROR: b was handled")]
    [InlineData("{\"message\":\"error: b\"}")]
    [InlineData("2 tests, 0 failures")]
    [InlineData("2 tests, 1 failure of which is known")]
    [InlineData("3 pages, 1 error")]
    [InlineData("3 runs, 5 assertions, 0 failures, 0 errors, 1 skips")]
    [InlineData("[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1")]
    [InlineData("Tests run: about 3, Failures: none")]
    [InlineData("# fail 0")]
    [InlineData("# fail 1 of the tests on purpose")]
    [InlineData("ℹ fail 0")]
    [InlineData("ok 1 - not ok 2")]
    [InlineData("not ok 2 - b # TODO later")]
    [InlineData("not ok, said the test")]
    [InlineData("Result: FAIL")]
    [InlineData("  1 failed")]
    [InlineData("  1 failed\n    to start")]
    [InlineData("  0 failed\n    a.spec.ts:7:1 › logs in")]
    [InlineData("✖ 3 problems (0 errors, 3 warnings)")]
    [InlineData("Found 0 errors.")]
    [InlineData("Found 2 errors (2 fixed, 0 remaining).")]
    [InlineData("Found 2 errors in the text of a.py")]
    [InlineData("CONFLICT is a word")]
    [InlineData("ninja: no work to do.")]
    public void Other_output_is_no_failure(string output) => Assert.Null(ReasonOf("./run | tail", 0, output));

    [Theory]
    [InlineData("python -c \"import unittest; unittest.TextTestRunner().run(suite)\"")]
    [InlineData("cd x && python - << EOF\nimport unittest\nunittest.main(exit=False)\nEOF")]
    [InlineData("cd x && python run_tests.py && rm run_tests.py")]
    [InlineData("make check")]
    public void Tests_that_failed_are_a_failure_also_if_the_exit_code_does_not_say_it(string command)
    {
        const string Failed = "Ran 5 tests in 0.001s\n\nFAILED (failures=1)\n";

        Assert.Equal("output shows failed tests", ReasonOf(command, 0, Failed));
        Assert.Equal("output shows failed tests", ReasonOf(command, 0, "Ran 5 tests in 0.001s\n\nOK\n" + Failed));
        Assert.Equal("output shows failed tests", ReasonOf(command, 0, Failed + "Destroying test database for alias 'default'...\n"));
        Assert.Equal("output shows failed tests", ReasonOf(command, 0, "==== 1 failed, 2 passed in 0.05s ====\n\n"));
        Assert.Equal("output shows failed tests", ReasonOf(command, 0, "1 failed, 2 passed in 65.20s (0:01:05)"));
        Assert.Equal(
            "output shows failed tests",
            OutcomeOf(command, $$"""{"returncode":0,"stdout":"done","stderr":{{Some.Quoted(Failed)}}}""").Reason
        );
        Assert.Null(ReasonOf(command, 0, Failed + "\nRan 5 tests in 0.001s\n\nOK\n"));
        Assert.Null(ReasonOf(command, 0, Failed + "As it should be: the test fails without the fix."));
        Assert.Null(ReasonOf(command, 0, "FAILED (failures=1)"));
        Assert.Null(ReasonOf(command, 0, "3 failed in the first half, 2 passed"));
        Assert.Null(ReasonOf(command, 0, "==== 3 passed, 1 xfailed in 0.05s ===="));
    }

    [Theory]
    [InlineData("cat test.log")]
    [InlineData("python x.py && cat test.log")]
    [InlineData("python x.py && tail -n 3 test.log && cd ..")]
    [InlineData("make && git log -1")]
    [InlineData("git stash pop && git commit")]
    [InlineData("docker compose logs tests")]
    [InlineData("python -c \"print(open('test_run.log').read())\"")]
    [InlineData("python - << EOF\nprint(open('test_run.log').read())\nEOF")]
    public void A_log_of_tests_that_failed_is_no_failure(string command) =>
        Assert.Null(ReasonOf(command, 0, "Ran 5 tests in 0.001s\n\nFAILED (failures=1)\n"));

    [Theory]
    [InlineData("Error: no such file")]
    [InlineData("Error:\nno such file")]
    [InlineData("Error executing tool read: no such file")]
    [InlineData("Error calling tool 'read': no such file")]
    [InlineData("Error while reading the file")]
    [InlineData("Error from server (NotFound): pods \"web\" not found")]
    [InlineData("Error response from daemon: no such container")]
    [InlineData("Error in f(x) : no b")]
    [InlineData("Error 404: not found")]
    [InlineData("Error code: 429 - too many requests")]
    [InlineData("Error [ERR_MODULE_NOT_FOUND]: no b")]
    [InlineData("Error.")]
    public void A_text_that_begins_as_an_error_message_is_a_failure(string text) =>
        Assert.Equal("begins with \"Error\"", OutcomeOf(Some.ToolUse("t", result: Some.Quoted(text))).Reason);

    [Theory]
    [InlineData("Error handling in Go\n\nErrors are values.")]
    [InlineData("Error when saving an empty form")]
    [InlineData("Error codes\n===")]
    [InlineData("Error in the parser is explained below.")]
    [InlineData("Error = 1")]
    [InlineData("Error(\"code\")")]
    [InlineData("ErrorHandler: handles errors")]
    [InlineData("Errors: none")]
    [InlineData("Errors are handled in src/err.py.")]
    public void A_text_may_be_about_errors(string text) => Assert.False(OutcomeOf(Some.ToolUse("t", result: Some.Quoted(text))).IsFailure);

    [Theory]
    [InlineData("cat app.log")]
    [InlineData("tail -n 20 app.log | head -5")]
    [InlineData("git log -1 --format=%s")]
    [InlineData("jq -r .title issue.json")]
    [InlineData("docker logs web --tail 5")]
    [InlineData("docker compose logs web")]
    [InlineData("kubectl -n shop logs web | tail")]
    [InlineData("kubectl logs web 2>&1 | tail")]
    public void A_program_that_reads_may_show_errors_of_others(string command)
    {
        Assert.False(OutcomeOf(command, Some.Quoted("Error: connection refused")).IsFailure);
        Assert.False(OutcomeOf(command, Some.Quoted("Traceback (most recent call last):\n  x\nKeyError: 1")).IsFailure);
        Assert.False(OutcomeOf(command, Some.Quoted("ERROR db: refused\nTraceback (most recent call last):\nKeyError: 1")).IsFailure);
        // The tool that was to run the program says this.
        Assert.True(OutcomeOf(command, Some.Quoted("Error executing tool bash: no shell")).IsFailure);
    }

    [Theory]
    [InlineData("docker run web")]
    [InlineData("docker exec web cat logs")]
    public void A_program_that_runs_has_its_own_errors(string command) =>
        Assert.True(OutcomeOf(command, Some.Quoted("Error: connection refused")).IsFailure);

    [Theory]
    [InlineData("5 passed in 0.1s")]
    [InlineData("==== 5 passed, 1 xfailed, 2 warnings in 61.10s (0:01:01) ====")]
    [InlineData("Ran 5 tests in 0.1s\n\nOK")]
    [InlineData("Ran 5 tests in 0.1s\n\nOK (skipped=1)\nDestroying test database for alias 'default'...")]
    public void Tests_that_passed_may_have_logged_a_traceback(string end)
    {
        const string Logged = "Traceback (most recent call last):\n  File \"a.py\", line 3\nValueError: logged\n";

        Assert.Null(OutcomeOf("pytest -q | tail -9", Some.Quoted("ERROR    root:a.py:3 logged\n" + Logged + end)).Reason);
        Assert.Null(OutcomeOf("cd x && pytest -q 2>&1 | tail", Some.Quoted(Logged + end + "\n")).Reason);
        Assert.Equal("output shows an error", OutcomeOf("pytest | tail", Some.Quoted("ERROR: coverage is low\n" + Logged + end)).Reason);
        // Another program may have failed before the tests.
        Assert.Equal("output shows a traceback", OutcomeOf("python a.py; pytest -q", Some.Quoted("go\n" + Logged + end)).Reason);
        Assert.Equal("output shows a traceback", OutcomeOf("pytest -q | tail", Some.Quoted("go\n" + end + "\n" + Logged)).Reason);
    }

    [Theory]
    [InlineData("5 passed, 1 error in 0.1s", "output shows failed tests")]
    [InlineData("OK", "output shows a traceback")]
    [InlineData("2 skipped in 0.1s", "output shows a traceback")]
    public void Another_end_does_not_speak_for_tests(string end, string reason) =>
        Assert.Equal(
            reason,
            OutcomeOf("pytest -q | tail", Some.Quoted("go\nTraceback (most recent call last):\n  x\nValueError: b\n" + end)).Reason
        );

    [Theory]
    [InlineData("make || true", "error: b", null)]
    [InlineData("make || make -k || :", "error: b", null)]
    [InlineData("cd x && (make && ./a) || echo none", "error: b", null)]
    [InlineData("make || true", "1 failed in 0.10s", "output shows failed tests")]
    [InlineData("make || ./fallback", "error: b", "output shows an error")]
    [InlineData("(make || true); ./a", "error: b", "output shows an error")]
    [InlineData("./a && (make || true); make | cat", "error: b", "output shows an error")]
    [InlineData("(clang -v || true) && (gcc -v | cat)", "/bin/bash: line 1: clang: command not found\ngcc 14", null)]
    [InlineData("(clang -v || true) && (gcc -v | cat)", "sh: 1: clang: not found\ngcc 14", null)]
    [InlineData("(clang -v || true) && (gcc -v | cat)", "bash: line 1: gcc: command not found", "output shows an error")]
    [InlineData("(clang -v || true) && (gcc -v | cat)", "bash: clang: command not found\nerror: b", "output shows an error")]
    public void A_command_may_let_errors_of_its_programs_pass(string command, string output, string? reason) =>
        Assert.Equal(reason, OutcomeOf(command, Some.Quoted(output)).Reason);

    [Fact]
    public void A_text_that_begins_with_an_error_may_be_of_a_program_whose_failure_the_command_lets_pass()
    {
        Assert.False(OutcomeOf("lint -x || lint || true", Some.Quoted("Error: unknown option\n0 issues.")).IsFailure);
        Assert.True(OutcomeOf("lint -x || lint", Some.Quoted("Error: unknown option\n0 issues.")).IsFailure);
        Assert.True(OutcomeOf("lint -x || true", """{"returncode":1,"output":"Error: unknown option"}""").IsFailure);
    }

    [Fact]
    public void A_script_may_print_errors_that_it_handled() => Assert.Null(ReasonOf("python x.py | tail", 0, "Error: b"));

    [Theory]
    [InlineData("<tool_use_error>String to replace</tool_use_error>")]
    [InlineData("String to replace not found in file.")]
    [InlineData("No replacement was performed, old_str did not appear")]
    [InlineData("error: patch failed: a.py:3")]
    [InlineData("Your proposed edit has introduced new syntax error(s).")]
    public void A_rejected_call_is_a_failure(string result) =>
        Assert.Equal("the call was rejected", OutcomeOf("edit 1:2\nx", Some.Quoted(result)).Reason);

    [Fact]
    public void A_file_may_say_that_a_call_was_rejected() =>
        Assert.False(OutcomeOf("cat log", Some.Quoted("No replacement was performed")).IsFailure);

    [Theory]
    [InlineData("edit 1:2\npython x.py")]
    [InlineData("cat > x << EOF\npython x.py\nEOF\ncat x | head")]
    [InlineData("find . | xargs -n 1 cat # python")]
    public void Text_for_a_file_runs_nothing(string command) => Assert.Null(ReasonOf(command, 0, "error: b"));

    [Fact]
    public void Only_the_beginning_and_the_end_of_a_long_output_are_read()
    {
        var filler = string.Concat(Enumerable.Repeat("C:\\new \\\n", 2_000));
        Assert.NotNull(ReasonOf("make | cat", 0, "error: b\n" + filler));
        Assert.NotNull(ReasonOf("make | cat", 0, filler + "error: b"));
        Assert.Null(ReasonOf("make | cat", 0, filler + "error: b\n" + filler));
    }

    private static string? ReasonOf(string command, int code, string output) =>
        OutcomeOf(command, $$"""{"returncode":{{code}},"output":{{Some.Quoted(output)}}}""").Reason;

    private static ToolOutcome OutcomeOf(string command, string result) =>
        OutcomeOf(Some.ToolUse("bash", $$"""{"command":{{Some.Quoted(command)}}}""", result));

    private static ToolOutcome OutcomeOf(SomeEvents events) => Assert.Single(Some.Session(events).ToolUses).Outcome;
}
