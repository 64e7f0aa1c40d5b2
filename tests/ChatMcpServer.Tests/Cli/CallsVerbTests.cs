using System.Text.Json;
using ChatMcpServer.Cli;
using ChatSessions.Tests;
using ChatSessions.ToolCalls;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class CallsVerbTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string File =>
        folder.Write(
            "mine",
            Some.SessionText(
                "ses-1",
                "Mine",
                Some.UserInput("Go"),
                Some.ToolUse("bash", """{"command":"ls\n  -la"}""", """{"returncode":0,"output":"a\nb"}"""),
                Some.FailedToolUse("buy", "no lamp \u001B[31m", """{"sku":"L-1","count":2}"""),
                Some.UserInput("Again"),
                Some.ToolUse("bash", """{"command":"ls\n  -la"}""", """{"returncode":0,"output":"a"}"""),
                Some.UnansweredToolUse("bash")
            )
        );

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Calls_are_a_table_with_why_some_failed()
    {
        var run = await CliProcess.RunAsync("calls", File);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            #   TURN  TOOL  OUTCOME        SIZE  ARGUMENTS
            #1     1  bash  ok                3  ls -la
            #3     1  buy   failed           30  sku: L-1, count: 2
              error is set; no lamp
            #6     2  bash  ok                1  (repeats #1) ls -la
            #8     2  bash  unanswered

            """.ReplaceLineEndings("\n"),
            run.Output.ReplaceLineEndings("\n")
        );
        Assert.Equal("4 of 4 calls: bash ×3 (1 unanswered), buy ×1 (1 failed)", run.Error.Trim());
    }

    [Fact]
    public async Task One_call_is_one_and_options_have_their_names()
    {
        var path = folder.Write("one", Some.SessionText("ses-1", "One", Some.ToolUse("bash", "{}", "\"ok\"")));

        var all = await CliProcess.RunAsync("calls", path);
        var none = await CliProcess.RunAsync("calls", path, "--tool", "nope");
        var page = await CliProcess.RunAsync("calls", path, "--cursor", "foo");

        Assert.Equal("1 of 1 call: bash ×1", all.Error.Trim());
        Assert.StartsWith("No call matches: of 1 call, tool 'nope' leaves none.", none.ErrorLine, StringComparison.Ordinal);
        Assert.Equal("Invalid cursor 'foo': no list of calls had it. Leave the cursor out to start over.", page.ErrorLine);
    }

    [Fact]
    public async Task Filters_leave_some_of_them()
    {
        var run = await CliProcess.RunAsync(
            "calls",
            File,
            "--tool",
            "bash",
            "--outcome",
            "ok",
            "--turns",
            "2",
            "--events",
            "6",
            "--matching",
            "ls"
        );

        Assert.Equal("1 of 4 calls: bash ×1", run.Error.Trim());
        Assert.Contains("#6", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_is_said_and_the_exit_code()
    {
        var run = await CliProcess.RunAsync("calls", File, "--tool", "bsh");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal(
            "No call matches: of 4 calls, tool 'bsh' leaves none. Did you mean bash? The tools are bash ×3 (1 unanswered), buy ×1 (1 failed).",
            run.Error.Trim()
        );
    }

    [Fact]
    public async Task Programs_get_everything_whole()
    {
        var run = await CliProcess.RunAsync("calls", File, "--json", "--sort", "size");

        var rows = JsonDocument.Parse(run.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal([3, 1, 6, 8], rows.Select(row => row.GetProperty("event").GetInt32()));
        Assert.Equal("ls\n  -la", rows[1].GetProperty("arguments").GetProperty("command").GetString());
        Assert.Equal(("a\nb", 0), (rows[1].GetProperty("result").GetString(), rows[1].GetProperty("exit_code").GetInt32()));
    }

    [Fact]
    public async Task A_page_is_printed_as_an_agent_gets_it()
    {
        var text = await CliProcess.RunAsync("calls", "ses-sample-failing-tests", "--max-tokens", "500");
        var json = await CliProcess.RunAsync("calls", "ses-sample-failing-tests", "--max-tokens", "500", "--json");

        Assert.StartsWith("Session: ses-sample-failing-tests\nCalls: ", text.Output, StringComparison.Ordinal);
        var page = JsonDocument.Parse(json.Output).RootElement;
        var next = await CliProcess.RunAsync(
            "calls",
            "ses-sample-failing-tests",
            "--max-tokens",
            "500",
            "--json",
            "--cursor",
            page.GetProperty("next_cursor").GetString()!
        );
        Assert.NotEqual(
            page.GetProperty("calls")[0].GetProperty("event").GetInt32(),
            JsonDocument.Parse(next.Output).RootElement.GetProperty("calls")[0].GetProperty("event").GetInt32()
        );
    }

    [Theory]
    [InlineData("--outcome", "answered", "Invalid --outcome 'answered'. Use ok, failed or unanswered.")]
    [InlineData("--sort", "name", "Invalid --sort 'name'. Use order, size or duration.")]
    [InlineData("--matching", "/(/", "Invalid expression /(/ at character 1")]
    [InlineData("--max-tokens", "1", "Invalid --max-tokens '1'")]
    public async Task Wrong_usage_is_one_line(string option, string value, string said)
    {
        var run = await CliProcess.RunAsync("calls", File, option, value);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(said, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Fact]
    public void Lines_are_cut_to_the_terminal()
    {
        var session = Some.Session(
            Some.ToolUse("bash", $$"""{"command":"{{new string('x', 300)}}"}"""),
            Some.FailedToolUse(new string('t', 90), new string('e', 300))
        );
        var found = FoundCalls.Find(session.Shown(), new(), TimeProvider.System, TestContext.Current.CancellationToken);

        var lines = CallTable.Lines(found, 80, (text, _) => text).ToList();

        Assert.Equal(4, lines.Count);
        Assert.All(lines, line => Assert.True(DisplayWidth.Measure(line) <= 80, line));
        Assert.EndsWith("x…", lines[1], StringComparison.Ordinal);
    }
}
