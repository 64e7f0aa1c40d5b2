using ChatSessions.Analysis;
using ChatSessions.Condensing;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class ErrorLineTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \n\n", "")]
    [InlineData("one\ntwo\n\n  ", "two")]
    [InlineData("one\r\ntwo\r\n", "two")]
    [InlineData("10%\r100%", "100%")]
    public void The_last_line_is_the_last_that_is_not_blank(string text, string line) => Assert.Equal(line, ErrorLine.Last(text));

    [Theory]
    [InlineData("ModuleNotFoundError: No module named 'x'", "ModuleNotFoundError: No module named 'x'")]
    [InlineData("django.core.exceptions.ImproperlyConfigured.Error: bad", "django.core.exceptions.ImproperlyConfigured.Error: bad")]
    [InlineData("AssertionError", "AssertionError")]
    [InlineData("E   ValueError: bad\r", "ValueError: bad")]
    [InlineData("Caused by: java.io.IOException: closed", "Caused by: java.io.IOException: closed")]
    [InlineData(
        "Exception in thread \"main\" java.lang.IllegalStateException: x",
        "Exception in thread \"main\" java.lang.IllegalStateException: x"
    )]
    [InlineData("Unhandled exception. System.IO.IOException: full", "Unhandled exception. System.IO.IOException: full")]
    [InlineData("panic: runtime error: index out of range", "panic: runtime error: index out of range")]
    [InlineData("fatal: not a git repository", "fatal: not a git repository")]
    [InlineData("error[E0425]: cannot find value `x`", "error[E0425]: cannot find value `x`")]
    [InlineData("main.c:3:5: error: expected ';'", "main.c:3:5: error: expected ';'")]
    public void Interpreters_compilers_and_test_runners_name_errors_so(string line, string named)
    {
        Assert.Equal(named, ErrorLine.OfException($"Traceback:\n{line}\nran 3 tests\n"));
        Assert.Null(ErrorLine.OfException($"ValueError: an earlier one\n{line}\n"));
    }

    [Theory]
    [InlineData("all is well\n")]
    [InlineData("Error:\n")]
    [InlineData("    raise ValueError: indented\n")]
    [InlineData("Errors: 3\n")]
    [InlineData("error handling: see below\n")]
    public void Other_lines_name_none(string text) => Assert.Null(ErrorLine.OfException(text + "end"));

    [Fact]
    public void The_last_that_is_named_counts() =>
        Assert.Equal("KeyError: 'b'", ErrorLine.OfException("KeyError: 'a'\nduring that\nKeyError: 'b'\nfailed"));

    [Fact]
    public void What_go_tests_logged_before_a_package_failed_does_not_count() =>
        Assert.Equal("FAIL\tx/a\t3.167s", ErrorLine.OfException("fatal: expected\nFAIL\nFAIL\tx/a\t3.167s\nok  \tx/b\t0.1s\nFAIL"));

    [Fact]
    public void The_label_of_a_failed_call_names_the_exception_that_the_last_line_does_not()
    {
        var output = $"{new string('x', 300)}\nTraceback:\nModuleNotFoundError: No module named 'six'\n{new string('y', 200)}\n";

        Assert.Contains(
            "→ failed (returncode 1; ModuleNotFoundError: No module named 'six'):",
            Shown(output + "make: *** [test] stopped"),
            StringComparison.Ordinal
        );
        Assert.Contains("→ failed (returncode 1):", Shown(output + "SystemError: the last"), StringComparison.Ordinal);
    }

    private static string Shown(string output) =>
        Condenser
            .Condense(
                Some.Session(Some.ToolUse("bash", result: $$"""{"returncode":1,"output":{{Some.Quoted(output)}}}""")).Shown(),
                new() { MaxTokens = 500 },
                TestContext.Current.CancellationToken
            )
            .ToText();
}
