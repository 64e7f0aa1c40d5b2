using ChatSessions.Analysis;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

/// <summary>What the ends of test runs say whose exit code a pipe hides.</summary>
public sealed class RunnerLineTests
{
    [Theory]
    [InlineData(
        "sbt test",
        "[info] *** 8 TESTS FAILED ***\n[error] Failed: Total 8, Failed 8, Errors 0, Passed 0\n[error] Failed tests:\n[error] \ta.B\n[error] (Test / test) sbt.TestsFailedException: Tests unsuccessful",
        null
    )]
    [InlineData("sbt test", "[error] Error: Total 3, Failed 0, Errors 1, Passed 2", "[error] Error: Total 3, Failed 0, Errors 1, Passed 2")]
    [InlineData("sbt test", "[info] Tests: succeeded 2, failed 1, canceled 0\n[info] *** 1 TEST FAILED ***", null)]
    [InlineData("sbt test", "[error] (Test / test) sbt.TestsFailedException: Tests unsuccessful\n[error] Total time: 1 s", null)]
    [InlineData(
        "bazel test //...",
        "//a:b  FAILED in 0.1s\n  /x/test.log\n\nExecuted 1 out of 1 test: 1 fails locally.",
        "Executed 1 out of 1 test: 1 fails locally."
    )]
    [InlineData(
        "bazel test //...",
        "Executed 2 out of 3 tests: 1 test passes and 2 fail remotely.",
        "Executed 2 out of 3 tests: 1 test passes and 2 fail remotely."
    )]
    [InlineData("bazel test //...", "INFO: Build completed, 1 test FAILED, 2 total actions", null)]
    [InlineData("flutter test", "00:02 +0 -1: Reset restores it [E]\n00:11 +14 -1: Some tests failed.", "00:11 +14 -1: Some tests failed.")]
    [InlineData(
        "dart test",
        "00:23 +95 ~2 -1: Some tests failed.\n\nConsider enabling the flag chain-stack-traces",
        "00:23 +95 ~2 -1: Some tests failed."
    )]
    [InlineData(
        "swift test",
        "Test Suite 'All tests' failed at 2026-10-02 10:00:01.001.\n\t Executed 24 tests, with 2 failures (0 unexpected) in 0.912 (0.916) seconds",
        "Executed 24 tests, with 2 failures (0 unexpected) in 0.912 (0.916) seconds"
    )]
    [InlineData(
        "swift test",
        "✘ Test run with 75 tests in 9 suites failed after 4.0 seconds with 1 issue.",
        "✘ Test run with 75 tests in 9 suites failed after 4.0 seconds with 1 issue."
    )]
    [InlineData("xcodebuild test", "Failing tests:\n\tA.b()\n\n** TEST FAILED **", null)]
    [InlineData(
        "ctest",
        "90% tests passed, 1 tests failed out of 10\n\nTotal Test time (real) =  32.50 sec",
        "90% tests passed, 1 tests failed out of 10"
    )]
    [InlineData("ctest", "The following tests FAILED:\n\t  9 - test3 (Subprocess aborted)\nErrors while running CTest", null)]
    [InlineData("./ring_test", "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] RingTest.Wraps", null)]
    [InlineData(
        "zig build test",
        "Build Summary: 1/3 steps succeeded; 1 failed; 1/2 tests passed; 1 failed\ntest transitive failure",
        "Build Summary: 1/3 steps succeeded; 1 failed; 1/2 tests passed; 1 failed"
    )]
    [InlineData("zig test a.zig", "1 passed; 0 skipped; 1 failed.", null)]
    [InlineData("deno test", "FAILED | 1 passed (2 steps) | 1 failed (66ms)", "FAILED | 1 passed (2 steps) | 1 failed (66ms)")]
    [InlineData("bun test", " 0 pass\n 1 fail\n 2 expect() calls\nRan 1 tests across 1 files [24.00ms]", null)]
    [InlineData("bun test", "(fail) suite > breaks [1.23s]\n\n 1 pass", null)]
    [InlineData("phpunit", "ERRORS!\nTests: 4, Assertions: 3, Errors: 1.", "Tests: 4, Assertions: 3, Errors: 1.")]
    [InlineData("phpunit", "Tests: 5, Assertions: 6, Failures: 1, Skipped: 1.", "Tests: 5, Assertions: 6, Failures: 1, Skipped: 1.")]
    [InlineData("pest", "  Tests:    1 failed, 2 passed (3 assertions)\n  Duration: 0.10s", "Tests:    1 failed, 2 passed (3 assertions)")]
    public void A_run_whose_output_says_that_tests_failed_is_a_failure(string command, string output, string? line)
    {
        var use = Use($"{command} 2>&1 | tail -5", output);

        Assert.Equal(new ToolOutcome(ToolOutcomeKind.Failed, "output shows failed tests"), use.Outcome);
        if (line is not null)
            Assert.Equal(line, FailureLine.Find(use));
        Assert.Equal(ToolOutcomeKind.Ok, Use("cat test.log | tail -5", output).Outcome.Kind);
    }

    [Theory]
    [InlineData("** BUILD FAILED **")]
    [InlineData("FAILED: Build did NOT complete successfully")]
    [InlineData("Build Summary: 1/3 steps succeeded; 1 failed")]
    public void A_build_that_failed_is_an_error(string output) =>
        Assert.Equal("output shows an error", Use("make app 2>&1 | tail -5", output).Outcome.Reason);

    [Theory]
    [InlineData("[error] Failed: Total 0, Failed 0, Errors 0, Passed 0")]
    [InlineData("[info] Passed: Total 8, Failed 0, Errors 0, Passed 8")]
    [InlineData("[info] *** 0 TESTS FAILED ***")]
    [InlineData("Executed 1 out of 2 tests: 2 tests pass.")]
    [InlineData("Executed 3 of 4 steps, none fails")]
    [InlineData("INFO: Build completed successfully, 2 total actions")]
    [InlineData("00:05 +3: All tests passed!")]
    [InlineData("00:05 the log says: Some tests failed.")]
    [InlineData("Some tests failed.")]
    [InlineData("\t Executed 509 tests, with 0 failures (0 unexpected) in 22.582 (22.755) seconds")]
    [InlineData("✔ Test run with 75 tests in 9 suites passed after 3.3 seconds.")]
    [InlineData("*** TEST FAILED ***")]
    [InlineData("    ** TEST FAILED **")]
    [InlineData("100% tests passed, 0 tests failed out of 471")]
    [InlineData("The following tests failed:")]
    [InlineData("Build Summary: 3/3 steps succeeded; 2/2 tests passed")]
    [InlineData("Build Summary: 3 built, 1 failed.")]
    [InlineData("ok | 5 passed | 0 failed (12ms)")]
    [InlineData("FAILED | 0 of them")]
    [InlineData(" 13 pass\n 0 fail\n 26 expect() calls\nRan 13 tests across 1 file.")]
    [InlineData(" 1 fail\nand more")]
    [InlineData("(fail) means that it failed")]
    [InlineData("OK (2 tests, 2 assertions)")]
    [InlineData("Tests: 3, Assertions: 3, Warnings: 1.")]
    [InlineData("[  PASSED  ] 3 tests.")]
    [InlineData("[error")]
    [InlineData("*")]
    [InlineData("(")]
    [InlineData("Executed ")]
    public void Other_lines_are_no_failure(string output) =>
        Assert.Equal(ToolOutcomeKind.Ok, Use("./run 2>&1 | tail -5", output).Outcome.Kind);

    private static ToolUse Use(string command, string output) =>
        Assert.Single(
            Some.Session(
                Some.ToolUse(
                    "bash",
                    $$"""{"command":{{Some.Quoted(command)}}}""",
                    $$"""{"returncode":0,"output":{{Some.Quoted(output)}}}"""
                )
            ).ToolUses
        );
}
