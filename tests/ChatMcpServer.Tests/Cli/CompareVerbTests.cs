using System.Text.Json;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class CompareVerbTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_is_compared_with_a_session_of_a_source()
    {
        var path = folder.Write("mine.json", Some.SessionText("ses-1", "Mine", Some.UserInput("Why?"), Some.Stop()));

        var run = await CliProcess.RunAsync("compare", path, "ses-sample-lamp-order");
        var json = await CliProcess.RunAsync("compare", "ses-sample-lamp-order", path, "--json", "--max-tokens", "600");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("A: ses-1 · Mine\nB: ses-sample-lamp-order · ", run.Output);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("different", document.RootElement.GetProperty("task").GetProperty("match").GetString());
        Assert.Equal(5, document.RootElement.GetProperty("counts").GetProperty("only_first").GetInt32());
    }

    [Theory]
    [InlineData("-", "-")]
    [InlineData("-", "/dev/stdin")]
    public async Task Standard_input_cannot_be_both(string one, string other)
    {
        var run = await CliProcess.RunAsync("compare", one, other);

        Assert.Equal(
            (2, $"{one} and {other} are both standard input, which can be read only once. Pass a file or a session id for one of them."),
            (run.ExitCode, run.ErrorLine)
        );
    }

    [Fact]
    public async Task The_session_that_does_not_exist_is_named()
    {
        var run = await CliProcess.RunAsync("compare", "ses-sample-lamp-order", "ses-x");
        var one = await CliProcess.RunAsync("compare", "ses-sample-lamp-order");

        Assert.Equal(
            (1, "No session or file 'ses-x' in built-in samples. `chat-mcp-server list` shows the ids."),
            (run.ExitCode, run.ErrorLine)
        );
        Assert.Equal(2, one.ExitCode);
    }
}
