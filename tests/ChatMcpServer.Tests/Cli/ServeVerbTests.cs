using ChatMcpServer.Tests.Hosting;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class ServeVerbTests
{
    [Theory]
    [InlineData]
    [InlineData("serve")]
    public async Task Stdio_is_served_with_a_verb_and_without(params string[] verb)
    {
        using var folder = new TempFolder();
        folder.Write("s.json", Some.SessionText("ses-served", null, Some.UserInput("Why?")));
        await using var server = ServerProcess.Start([.. verb, "--sessions", folder.Path]);

        await server.SendAsync(Rpc.Initialize, Rpc.Initialized, Rpc.Call(1, "list_chat_sessions"));
        server.EndInput();
        var answers = await server.ReadToEndAsync();

        Assert.Contains("ses-served", answers[^1].GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
        Assert.Empty(await server.StandardErrorAsync());
    }

    [Theory]
    [InlineData("--sessions", "")]
    [InlineData("--base-url", "https://api.example")]
    [InlineData("--max-session-mb", "0")]
    public async Task A_configuration_that_does_not_hold_ends_it_before_it_begins(string flag, string value)
    {
        var run = await CliProcess.RunAsync("serve", flag, value);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(flag, run.ErrorLine, StringComparison.Ordinal);
    }
}
