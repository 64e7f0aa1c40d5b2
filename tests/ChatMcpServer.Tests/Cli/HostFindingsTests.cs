using System.Runtime.Versioning;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>What <c>doctor</c> says of the assistants that the server is installed in.</summary>
public sealed class HostFindingsTests : OnHomeFolder
{
    [Fact]
    public async Task Doctor_says_which_assistants_have_it_and_whether_what_they_start_answers()
    {
        On(".codex", ".cursor", ".gemini", ".qwen", ".copilot", ".config/devin");
        Home.Write(".copilot/mcp-config.json", """{"mcpServers":{"chat-sessions":{"command":"other"}}}""");
        Home.Write(".gemini/settings.json", """{"mcpServers":{"chat-sessions":{"command":"/gone/chat-mcp-server"}}}""");
        Home.Write(".qwen/settings.json", "{");
        Home.Write(
            ".config/devin/mcp_config.json",
            """{"mcpServers":{"chat-sessions":{"command":"dotnet","args":["/gone/chat-mcp-server.dll"]}}}"""
        );
        await RunAsync("install", "codex", "--yes", "--", "--agents", "auto");

        var run = await RunAsync("doctor");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"ok    assistants     Codex starts this file, version \d+\.\d+\.\d+\. It answered in [\d,]+ ms\.", run.Output);
        Assert.Contains(
            "fail  assistants     Gemini CLI starts /gone/chat-mcp-server, which is not there. `chat-mcp-server install gemini-cli` changes it.",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "fail  assistants     Devin starts /gone/chat-mcp-server.dll, which is not there.",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("warn  assistants     Copilot CLI: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("has an entry chat-sessions that starts something else.", run.Output, StringComparison.Ordinal);
        Assert.Contains("settings.json is not valid JSON (line 1).", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "ok    assistants     Not installed in Cursor. `chat-mcp-server install` adds it where you want it.",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(Files(), file => file.EndsWith(".db", StringComparison.Ordinal));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Servers_that_doctor_starts_import_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a script.");
        On(".codex");
        var script = Script("echo \"$* $CHAT_MCP_AGENTS\" > \"$HOME/started\"");
        Home.Write(".codex/config.toml", "[mcp_servers.chat-sessions]", $"command = '{script}'", "args = ['serve', '--agents', 'auto']");

        await CliProcess.RunWithAsync(
            new()
            {
                ["HOME"] = Home.Path,
                ["PATH"] = "/usr/bin:/bin",
                ["CHAT_MCP_AGENTS"] = "auto",
                ["CHAT_MCP_ARCHIVE"] = Path.Combine(Home.Path, "archive.db"),
            },
            "doctor"
        );

        Assert.Equal("serve none\n", Read("started"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Doctor_reports_a_server_that_does_not_answer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a script.");
        On(".codex");
        var script = Script("exit 3");
        Home.Write(".codex/config.toml", "[mcp_servers.chat-sessions]", $"command = '{script}'");

        var run = await RunAsync("doctor");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "fail  assistants     Codex: Started the way an assistant starts it, the server did not answer",
            run.Output,
            StringComparison.Ordinal
        );
    }

    /// <summary>A program in place of the server.</summary>
    [UnsupportedOSPlatform("windows")]
    private string Script(string line)
    {
        var script = Home.Write("chat-mcp-server", "#!/bin/sh", line);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return script;
    }
}
