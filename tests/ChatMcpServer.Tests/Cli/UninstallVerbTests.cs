using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class UninstallVerbTests : OnHomeFolder
{
    [Theory]
    [InlineData("Unknown option '--with-skill'. See `chat-mcp-server uninstall --help`.", "cursor", "--with-skill")]
    [InlineData("--archive is an option of the server, which is not started here. Leave it out.", "cursor", "--archive", "x")]
    [InlineData("--redact is an option of the server, which is not started here.", "--redact", "off")]
    [InlineData("Nothing follows `--` here, so leave '--agents' out", "cursor", "--", "--agents", "auto")]
    public async Task What_uninstall_has_no_use_for_is_refused(string said, params string[] arguments)
    {
        var run = await RunAsync(["uninstall", "--yes", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(said, run.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [UnsupportedOSPlatform("windows")]
    public async Task Uninstall_reports_a_configuration_that_it_may_not_read(string forbidden)
    {
        var shell = await CliShell.WithFileModesAsync();
        On(".cursor");
        Home.Write(".cursor/mcp.json", """{"mcpServers":{"chat-sessions":{"command":"chat-mcp-server"}}}""");
        var path = Path.Combine(Home.Path, forbidden == "file" ? ".cursor/mcp.json" : ".cursor");

        var run = await CliProcess.RunInShellAsync(
            shell,
            $"chmod 0 '{path}'; $CLI uninstall --all; a=$?; $CLI uninstall --yes; echo $a $?; chmod 700 '{path}'",
            new() { ["HOME"] = Home.Path }
        );

        Assert.EndsWith("1 1\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(run.Output, "mcp.json cannot be read \\(no permission\\), so nothing was changed."));
        Assert.DoesNotContain("Not installed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uninstall_says_that_the_plugin_stays()
    {
        On(".claude");
        Home.Write(".claude/settings.json", """{"enabledPlugins":{"chat-sessions@chat-mcp-server":true}}""");

        var run = await RunAsync("uninstall", "--yes");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(
            "which stays: `claude plugin uninstall chat-sessions@chat-mcp-server` removes it.",
            run.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Uninstall_removes_everything_and_the_files_are_as_before()
    {
        On(".cursor", ".codex", ".config/goose");
        Home.Write(".cursor/mcp.json", "{ } // mine");
        var before = Files();
        Assert.Equal(0, (await RunAsync("install", "--yes")).ExitCode);
        Assert.Equal(2, (await RunAsync("uninstall")).ExitCode);

        var run = await RunAsync("uninstall", "--yes");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("mcp.json, which is as it was before.", run.Output, StringComparison.Ordinal);
        Assert.Contains("config.toml had nothing else, so it is deleted.", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, Files());
        Assert.Equal("{ } // mine", Read(".cursor/mcp.json"));
        Assert.Equal("Not installed.\n", (await RunAsync("uninstall", "--yes")).Error);
    }

    [Theory]
    [InlineData("uninstall codex --yes --scope user", "codex", "--scope", "user")]
    [InlineData("uninstall --yes", "--all")]
    public async Task The_command_that_uninstall_suggests_does_what_was_asked_for(string expected, params string[] arguments)
    {
        await RunAsync("install", "codex", "--yes");

        var run = await RunAsync(["uninstall", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.EndsWith($" To change it: chat-mcp-server {expected}", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_is_the_same_as_uninstall()
    {
        await RunAsync("install", "codex", "--yes");

        var run = await RunAsync("install", "codex", "--remove", "--yes");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(Files());
        Assert.Equal("Not installed in Codex.\n", (await RunAsync("uninstall", "codex")).Error);
    }
}
