using System.Diagnostics;
using ChatMcpServer.Tests.Cli;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

[Trait("Runs", "process")]
public sealed class AgentImportTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Archive => Path.Combine(folder.Path, "archive.db");

    [Theory]
    [InlineData("serve", "--agents", "auto")]
    [InlineData("serve", "--agents", "codex,claude-code", "--http", "127.0.0.1:0")]
    public async Task A_session_that_is_recorded_while_the_server_runs_is_in_the_archive(params string[] arguments)
    {
        using var server = Start([], arguments);
        WriteLine("ses-a", "one");
        await SavedEvents.UntilAsync(Archive, "ses-a", 1);
        WriteLine("ses-a", "two");
        await SavedEvents.UntilAsync(Archive, "ses-a", 2);

        var (exitCode, error) = await StopAsync(server);

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("warning", error, StringComparison.Ordinal);
    }

    [Fact]
    [Proves("killed")]
    public async Task When_the_server_that_imports_is_killed_another_takes_over()
    {
        using var first = Start(new() { ["CHAT_MCP_AGENTS"] = "auto" });
        WriteLine("ses-a", "one");
        await SavedEvents.UntilAsync(Archive, "ses-a", 1);
        using var second = Start(new() { ["CHAT_MCP_AGENTS"] = "auto" });
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        WriteLine("ses-a", "two");

        await SavedEvents.UntilAsync(Archive, "ses-a", 2);

        Assert.Equal(0, (await StopAsync(second)).ExitCode);
    }

    [Fact]
    public async Task What_cannot_be_read_is_logged_and_the_rest_is_imported()
    {
        var path = WriteLine("torn", "one");
        File.AppendAllText(path, "\0\0\n");
        WriteLine("torn", "two");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        using var server = Start(new() { ["CHAT_MCP_AGENTS"] = "auto" });
        await SavedEvents.UntilAsync(Archive, "torn", 2);
        // When this is saved, the import before it has said what it could not read.
        WriteLine("other", "one");
        await SavedEvents.UntilAsync(Archive, "other", 1);
        WriteLine("torn", "three");
        await SavedEvents.UntilAsync(Archive, "torn", 3);

        var (exitCode, error) = await StopAsync(server);

        Assert.Equal(0, exitCode);
        Assert.Contains(
            " line 2 is not valid JSON",
            Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("CHAT_MCP_AGENTS needs an archive to import into.", "serve")]
    [InlineData("--agents needs an archive to import into.", "serve", "--agents", "auto")]
    public async Task Without_an_archive_it_says_so(string said, params string[] arguments)
    {
        var run = await CliProcess.RunWithAsync(new() { ["CHAT_MCP_AGENTS"] = "auto" }, arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(said, run.ErrorLine, StringComparison.Ordinal);
    }

    private Process Start(Dictionary<string, string> environment, params string[] arguments)
    {
        environment["HOME"] = folder.Path;
        environment["CHAT_MCP_ARCHIVE"] = Archive;
        return CliProcess.Start(environment, arguments);
    }

    /// <summary>Ends the input, and asks a server over HTTP to stop.</summary>
    private static async Task<(int ExitCode, string Error)> StopAsync(Process server)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var kill = Process.Start("kill", ["-TERM", $"{server.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        var run = await CliProcess.EndAsync(server);
        return (run.ExitCode, run.Error);
    }

    /// <summary>Appends what a user says to a transcript of Claude Code.</summary>
    private string WriteLine(string session, string text)
    {
        var path = Path.Combine(folder.Path, ".claude", "projects", "-w", $"{session}.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.AppendAllText(path, $$$"""{"type":"user","sessionId":"{{{session}}}","message":{"content":"{{{text}}}"}}""" + "\n");
        return path;
    }
}
