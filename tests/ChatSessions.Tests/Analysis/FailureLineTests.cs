using ChatSessions.Analysis;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class FailureLineTests
{
    [Theory]
    [InlineData(
        "A.cs(5,9): error CS0103: no x [A.csproj]\n\nBuild FAILED.\n\nA.cs(5,9): error CS0103: no x [A.csproj]\n    1 Error(s)\n\nTime Elapsed 00:00:01.50",
        "A.cs(5,9): error CS0103: no x [A.csproj]"
    )]
    [InlineData("  MSBUILD : error MSB1003: no project\nTime Elapsed 00:00:01.50", "MSBUILD : error MSB1003: no project")]
    [InlineData(
        "a.ts(3,5): error TS2322: no b\nc.ts(1,1): error TS1005: no d\n\nErrors  Files\n     1  a.ts:3",
        "a.ts(3,5): error TS2322: no b"
    )]
    [InlineData("a.ts:3:5 - error TS2322: no b\n\n3 x = 1\n  ~", "a.ts:3:5 - error TS2322: no b")]
    [InlineData(
        "[INFO] Scanning\n[ERROR] COMPILATION ERROR : \n[ERROR] /src/A.java:[5,9] cannot find symbol\n[ERROR] Failed to execute goal x\n[ERROR] [Help 1] http://x",
        "[ERROR] /src/A.java:[5,9] cannot find symbol"
    )]
    [InlineData("[ERROR] Failed to execute goal x: no b\n[ERROR] -> [Help 1]", "[ERROR] Failed to execute goal x: no b")]
    [InlineData(
        "npm error code E404\nnpm error 404 Not Found - GET x\nnpm error 404\nnpm error 404  'b' is not there.\nnpm error A complete log of this run can be found in: x",
        "npm error 404 Not Found - GET x"
    )]
    [InlineData("npm ERR! code ELIFECYCLE\nnpm ERR! Missing script: \"b\"\nnpm ERR! A complete log", "npm ERR! Missing script: \"b\"")]
    [InlineData(
        "Tests:       1 failed, 11 passed, 12 total\nTime: 1 s\nnpm error code 1\nnpm error path /x\nnpm error command sh -c jest",
        "Tests:       1 failed, 11 passed, 12 total"
    )]
    [InlineData(
        "psql:m.sql:3: ERROR:  column \"x\" does not exist\nLINE 1: b\n        ^\nHINT:  Perhaps",
        "ERROR:  column \"x\" does not exist"
    )]
    [InlineData("error[E0425]: no `x`\n --> a.rs:1:13\n\nerror: aborting due to 1 previous error\n\nFor more", "error[E0425]: no `x`")]
    [InlineData("error: no b\n\nerror: could not compile `app` (lib) due to 1 previous error", "error: no b")]
    [InlineData(
        "thread 'b' panicked at x\n\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\n\nerror: test failed, to rerun pass `--lib`",
        "test result: FAILED. 2 passed; 1 failed; 0 ignored"
    )]
    [InlineData("error: could not compile `app`", "error: could not compile `app`")]
    [InlineData(
        "  ● adds\n\nTests:       1 failed, 11 passed, 12 total\nTime:  1.2 s\nRan all.",
        "Tests:       1 failed, 11 passed, 12 total"
    )]
    [InlineData("--- FAIL: TestParse (0.00s)\n    a_test.go:14: got 3\nFAIL\nFAIL\tx\t0.004s\nFAIL", "--- FAIL: TestParse (0.00s)")]
    [InlineData("  1 passing (8ms)\n  1 failing\n\n  1) Cart\n       removes:\n      at Context.x (a.js:9:20)", "1 failing")]
    [InlineData("2 examples, 1 failure\n\nFailed examples:\n\nrspec ./a.rb:6 # Cart", "2 examples, 1 failure")]
    [InlineData("3 runs, 5 assertions, 1 failures, 0 errors, 0 skips\nCoverage", "3 runs, 5 assertions, 1 failures, 0 errors, 0 skips")]
    [InlineData(
        "12 tests completed, 1 failed\n\n* Try:\n> Run with --scan\n\n1 actionable task: 1 executed",
        "12 tests completed, 1 failed"
    )]
    [InlineData("Tests run: 3, Failures: 1, Errors: 0\nDone", "Tests run: 3, Failures: 1, Errors: 0")]
    [InlineData("50% tests passed, 1 tests failed out of 2\n\nErrors while running CTest", "50% tests passed, 1 tests failed out of 2")]
    [InlineData("ℹ pass 1\nℹ fail 1\nℹ cancelled 0\n\n✖ b (0.6ms)", "ℹ fail 1")]
    [InlineData("╷\n│ Error: creating b\n│ \n│   with c,\n╵", "Error: creating b")]
    [InlineData(
        "\u001b[31m╷\u001b[0m\u001b[0m\n\u001b[31m│\u001b[0m \u001b[0m\u001b[1m\u001b[31mError: \u001b[0mcreating b\n\u001b[31m╵\u001b[0m\u001b[0m",
        "Error: creating b"
    )]
    [InlineData("Failed to compile.\n\n./a.tsx:3:5\nType error: no x\n\n> 3 |     x.y", "Type error: no x")]
    [InlineData(
        "cc1: fatal error: a.c: No such file or directory\ncompilation terminated.",
        "cc1: fatal error: a.c: No such file or directory"
    )]
    [InlineData(
        "ld: a.o: in function `main':\na.c:(.text+0x5): undefined reference to `b'\ncollect2: error: ld returned 1 exit status",
        "a.c:(.text+0x5): undefined reference to `b'"
    )]
    [InlineData(
        "free(): double free detected in tcache 2\nbash: line 1:  4041 Aborted                 ./a",
        "free(): double free detected in tcache 2"
    )]
    [InlineData(
        "a: a.c:12: main: Assertion `n > 0' failed.\nbash: line 1:  4041 Aborted                 ./a",
        "a: a.c:12: main: Assertion `n > 0' failed."
    )]
    [InlineData(
        "\u001b[1;33mLook\u001b[0m\n\u001b[0;31mERROR: \u001b[1mb\u001b[22m is there\u001b[0m\n\u001b[0;32mDone\u001b[0m",
        "ERROR: b is there"
    )]
    [InlineData("\u001b[31mlast\u001b[39;49m \u001b", "last")]
    public void The_line_that_matters_is_mostly_not_the_last(string output, string line) =>
        Assert.Equal(line, LineOf($$"""{"exit_code":1,"output":{{Some.Quoted(output)}}}"""));

    [Theory]
    [InlineData("Tests:       11 passed, 11 total\nlast")]
    [InlineData("2 examples, 0 failures\nlast")]
    [InlineData("Tests run: 3, Failures: 0, Errors: 0\nlast")]
    [InlineData("ℹ fail 0\nlast")]
    [InlineData("There was an error E1: it is known\nlast")]
    [InlineData("npm ERR! @shop/app@1.0.0 test:unit: `jest`\nnpm ERR! Exit status 1\nlast")]
    [InlineData("npm error code 1\nnpm error path /x\nnpm error A complete log of this run\nlast")]
    public void Otherwise_the_last_line_is_what_there_is(string output) =>
        Assert.Equal("last", LineOf($$"""{"exit_code":1,"output":{{Some.Quoted(output)}}}"""));

    [Theory]
    [InlineData(
        "<tool_use_error>String to replace not found in file.\nString:   x = 1</tool_use_error>",
        "String to replace not found in file."
    )]
    [InlineData("<tool_use_error>File has not been read yet.</tool_use_error>", "File has not been read yet.")]
    [InlineData(
        "<tool_use_error>InputValidationError: Edit failed due to the following issue:\nThe parameter `b` is missing</tool_use_error>",
        "InputValidationError: Edit failed due to the following issue: The parameter `b` is missing"
    )]
    public void A_refusal_says_in_its_first_line_why(string text, string line)
    {
        Assert.Equal(line, LineOf($$"""{"is_error":true,"content":{{Some.Quoted(text)}}}"""));
        Assert.Equal(line, LineOf(Some.Quoted(text)));
    }

    [Theory]
    [InlineData(
        "# x/a [x/a.test]\na/b_test.go:9:5: undefined: c\na/b_test.go:12:5: undefined: d\nFAIL\tx/a [build failed]\nok  \tx/b\t1.903s",
        "a/b_test.go:9:5: undefined: c"
    )]
    [InlineData(
        "[test] $ go test ./...\n# x/a\na/b.go:7:2: no required module provides package x/c; to add it:\n\tgo get x/c\nFAIL\tx/a [setup failed]\nFAIL\n[test] ERROR task failed",
        "a/b.go:7:2: no required module provides package x/c; to add it:"
    )]
    [InlineData(
        "fatal: Could not read from remote repository.\nFAIL\nFAIL\tx/a\t3.167s\nok  \tx/b\t(cached)\nFAIL\n[test] ERROR task failed",
        "FAIL\tx/a\t3.167s"
    )]
    [InlineData(
        "--- FAIL: TestB (0.00s)\n    b_test.go:14: got 3\nerror: expected\nERROR: expected\nFAIL\nFAIL\tx\t0.004s\nFAIL",
        "--- FAIL: TestB (0.00s)"
    )]
    [InlineData(
        "--- FAIL: TestB (0.00s)\npanic: no c [recovered]\n\tpanic: no c\n\ngoroutine 5\nFAIL\tx\t0.004s\nfatal: expected",
        "panic: no c [recovered]"
    )]
    [InlineData("fatal: no repository\nok  \tx/b\t1.903s", "fatal: no repository")]
    [InlineData(
        "[lint] $ golangci-lint run ./...\na/b.go:182:30: string `c` has 3 occurrences, make it a constant (goconst)\n\tx = `c`\n1 issues:\n* goconst: 1\n[lint] ERROR task failed",
        "a/b.go:182:30: string `c` has 3 occurrences, make it a constant (goconst)"
    )]
    [InlineData(
        "[lint:go] a/b.go:42:3: embedded fields first (embedded)\n[lint:go] a/b.go:48:10: unwrapped (wrapcheck)\n[lint:go] 2 issues:\n[lint:go] ERROR task failed",
        "a/b.go:42:3: embedded fields first (embedded)"
    )]
    [InlineData(
        "[lint] ERROR task failed\na/b.go:1: : # x/a\na/b.go:92:23: cannot use d{} (typecheck)\n* typecheck: 1",
        "a/b.go:92:23: cannot use d{} (typecheck)"
    )]
    public void Of_Go_it_is_what_the_compiler_a_test_or_a_linter_found_not_what_tests_logged(string output, string line) =>
        Assert.Equal(line, LineOf($$"""{"is_error":true,"content":{{Some.Quoted(output)}}}"""));

    private static string? LineOf(string result) => Assert.Single(CallFacts.Of(Some.Session(Some.ToolUse("t", result: result)))).ErrorLine;
}
