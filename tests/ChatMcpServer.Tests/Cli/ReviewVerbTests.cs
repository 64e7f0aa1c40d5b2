using System.Text.Json;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class ReviewVerbTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_is_reviewed()
    {
        var path = folder.Write(
            "mine.json",
            Some.SessionText("ses-1", "Mine", Some.UserInput("Why?"), Some.FailedToolUse("save", "disk is full"), Some.Stop())
        );

        var run = await CliProcess.RunAsync("review", path);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("Session: ses-1\nTitle: Mine\nOutcome: ok\nEnding: ended after failure (stop #3;", run.Output);
        Assert.Contains("\n- save, open: disk is full\n  #1 (error is set) → nothing more tried\n", run.Output);
    }

    [Fact]
    public async Task Json_is_one_document_and_the_structured_content()
    {
        var run = await CliProcess.RunAsync("review", "ses-sample-lamp-order", "--json", "--max-tokens", "500");

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("create_replacement", json.RootElement.GetProperty("failures")[0].GetProperty("tool").GetString());
        Assert.Equal(run.Output.Length - 1, run.Output.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_session_is_refused_with_the_next_step()
    {
        var path = folder.Write("many.jsonl", Some.SessionText("ses-1", null), Some.SessionText("ses-2", null));

        var unknown = await CliProcess.RunAsync("review", "ses-x");
        var many = await CliProcess.RunAsync("review", path);
        var budget = await CliProcess.RunAsync("review", "ses-sample-lamp-order", "--max-tokens", "9");

        Assert.Equal(
            (1, "No session or file 'ses-x' in built-in samples. `chat-mcp-server list` shows the ids."),
            (unknown.ExitCode, unknown.ErrorLine)
        );
        Assert.Contains($"`chat-mcp-server review ses-1 --sessions {path}`", many.ErrorLine);
        Assert.Equal(2, budget.ExitCode);
        Assert.Contains("--max-tokens", budget.ErrorLine);
    }
}
