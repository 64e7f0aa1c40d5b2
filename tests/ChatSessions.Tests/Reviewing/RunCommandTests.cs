using Xunit;
using static ChatSessions.Tests.Reviewing.ReviewedRun;

namespace ChatSessions.Tests.Reviewing;

/// <summary>The programs that commands run, and which of them failed.</summary>
public sealed class RunCommandTests
{
    [Theory]
    [InlineData("git stash && git checkout main && git pull", "fatal: b", "git stash && git checkout && git pull")]
    [InlineData("cd x && git init y && git branch -D b 2>&1; echo $?", "error: no b", "git init && git branch")]
    [InlineData("cmake .. && make 2>&1 | tail -n 5", "bash: line 1: cmake: command not found", "cmake")]
    [InlineData("cmake .. && make", "make[2]: *** [all] Error 2", "make")]
    [InlineData("go vet && mise run a && mise run b", "boom", "go vet && mise")]
    [InlineData("mise run a && mise run b | cat", "boom", "mise")]
    [InlineData("./a; ./b", "boom", "b")]
    [InlineData("./a; ./b | cat", "", "b")]
    [InlineData("(./a || true) && ./b", "boom", "b")]
    [InlineData("./a | ./b || ./c; rm x", "boom", "a | b || c")]
    [InlineData("./a && ./b && ./c && ./d && ./e", "boom", "a && b && c && d …")]
    public void A_command_that_failed_is_counted_for_the_program_that_failed(string command, string output, string program)
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.ToolUse("bash", $$"""{"command":"{{command}}"}""", $$"""{"returncode":1,"output":"{{output}}"}"""),
            Some.Stop()
        );

        Assert.Equal(program, Assert.Single(review.Commands).Program);
    }

    [Theory]
    [InlineData("", "make -j2 > log")]
    [InlineData("a.c:3:5: error: no b\\nlast\\n", "a.c:3:5: error: no b")]
    public void A_command_that_failed_in_the_background_is_counted_and_named(string output, string line)
    {
        const string Running = "\"Chunk ID: a\\nWall time: 1.0 seconds\\nProcess running with session ID 47835\\nOutput:\\n\"";
        var review = Review(
            Some.UserInput("Go."),
            Some.ToolUse("exec_command", """{"cmd":"make -j2 > log"}""", Running),
            Some.ToolUse("write_stdin", """{"session_id":47835,"chars":""}""", Running),
            Some.ToolUse(
                "write_stdin",
                """{"session_id":47835,"chars":""}""",
                $$"""{"exit_code":2,"content":"Chunk ID: b\nWall time: 1.0 seconds\nProcess exited with code 2\nOutput:\n{{output}}"}"""
            ),
            Some.Stop()
        );

        Assert.Equal(("make", 1, 1, 5), review.Commands.Select(one => (one.Program, one.Runs, one.Failed, one.Last.Position)).Single());
        Assert.Equal(line, Assert.Single(review.Failures).Line);
    }

    [Fact]
    public void A_later_run_is_the_last_though_one_in_the_background_ends_after_it()
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.ToolUse("exec_command", """{"cmd":"make -j2"}""", "\"Chunk ID: a\\nProcess running with session ID 7\\nOutput:\\n\""),
            Some.ToolUse("exec_command", """{"cmd":"make"}""", "\"Chunk ID: b\\nProcess exited with code 0\\nOutput:\\n\""),
            Some.ToolUse("write_stdin", """{"session_id":7}""", """{"exit_code":2,"content":""}"""),
            Some.ToolUse("write_stdin", """{"session_id":8}""", """{"exit_code":2,"content":""}"""),
            Some.Stop()
        );

        Assert.Equal((2, 1, 3), review.Commands.Select(one => (one.Runs, one.Failed, one.Last.Position)).Single());
    }

    [Theory]
    [InlineData("cat b.txt && make", "cat: b.txt: No such file or directory")]
    [InlineData("cd /b && make", "bash: line 1: cd: /b: No such file or directory")]
    public void A_program_that_did_not_run_because_one_that_reads_failed_is_not_counted(string command, string output)
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.ToolUse("bash", $$"""{"command":"{{command}}"}""", $$"""{"returncode":1,"output":"{{output}}"}"""),
            Some.Stop()
        );

        Assert.Empty(review.Commands);
    }
}
