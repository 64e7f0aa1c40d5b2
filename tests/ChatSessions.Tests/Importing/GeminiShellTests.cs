using ChatSessions.Analysis;
using ChatSessions.Condensing;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Importing;

/// <summary>What Gemini CLI writes of commands.</summary>
public sealed class GeminiShellTests : ImportTest
{
    [Theory]
    [InlineData("gone: command not found", "127", "exit_code 127", "gone: command not found")]
    [InlineData(
        "a.c:1:1: fatal error: b.h: No such file\ncompilation terminated.",
        "1",
        "exit_code 1",
        "a.c:1:1: fatal error: b.h: No such file"
    )]
    [InlineData("(empty)", "0", null, null)]
    [InlineData("error: handled\nall is well", "0", null, null)]
    [InlineData("Exit Code: 3", "0", null, null)]
    public void A_command_failed_if_its_exit_code_says_so(string output, string code, string? reason, string? line)
    {
        var report =
            $"Command: make\nDirectory: (root)\nOutput: {output}\nError: (none)\nExit Code: {code}\nSignal: 0\nProcess Group PGID: 3691";
        var session = Import(
            """
            {"sessionId":"1a2b3c4d","projectHash":"h","startTime":"2026-02-10T09:00:00Z","lastUpdated":"2026-02-10T09:00:09Z","messages":[
            {"id":"u","timestamp":"2026-02-10T09:00:01Z","type":"user","content":"Make it."},
            {"id":"a","timestamp":"2026-02-10T09:00:02Z","type":"gemini","content":"","toolCalls":[{"id":"c","name":"run_shell_command","args":{"command":"make"},
            "status":"success","result":[{"functionResponse":{"id":"c","name":"run_shell_command","response":{"output":REPORT}}}]}]}]}
            """.Replace("REPORT", Some.Quoted(report), StringComparison.Ordinal)
        ).Session;

        var use = Assert.Single(session.ToolUses);
        Assert.Equal(reason, use.Outcome.Reason);
        Assert.Equal(report, ToolResultText.Find(use.Result!.Result).AsString());
        if (line is not null)
            Assert.Equal(line, FailureLine.Find(use));
    }

    [Fact]
    public void What_is_shown_of_a_failed_command_is_what_it_printed()
    {
        var printed = $"{new string('x', 600)}\na.c:1:1: fatal error: b.h: No such file\n{new string('y', 600)}\ncompilation terminated.";
        var report =
            $"Command: make\nDirectory: (root)\nOutput: {printed}\nError: (none)\nExit Code: 1\nSignal: 0\nProcess Group PGID: 3691";
        var shown = Condenser
            .Condense(
                Some.Session(
                        Some.ToolUse(
                            "run_shell_command",
                            """{"command":"make"}""",
                            $$"""{"exit_code":1,"output":{{Some.Quoted(report)}}}"""
                        )
                    )
                    .Shown(),
                new() { MaxTokens = 500 },
                TestContext.Current.CancellationToken
            )
            .ToText();

        Assert.Contains("failed (exit_code 1; a.c:1:1: fatal error: b.h: No such file):", shown, StringComparison.Ordinal);
        Assert.Contains("\n compilation terminated.\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_was_archived_without_its_exit_code_names_no_error() =>
        Assert.Equal(
            ToolOutcomeKind.Ok,
            Assert
                .Single(
                    Some.Session(
                        Some.ToolUse(
                            "run_shell_command",
                            """{"command":"make"}""",
                            Some.Quoted("Command: make\nDirectory: (root)\nOutput: (empty)\nError: (none)\nExit Code: 0")
                        )
                    ).ToolUses
                )
                .Outcome.Kind
        );
}
