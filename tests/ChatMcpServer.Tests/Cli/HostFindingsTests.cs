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

    [Theory]
    [InlineData("""{"command":"/gone/chat-mcp-server","args":["serve","--agents","claude-code"]}""")]
    [InlineData("""{"command":"/gone/chat-mcp-server","env":{"CHAT_MCP_AGENTS":"claude-code"}}""")]
    public async Task Agents_whose_sessions_an_installed_server_imports_are_not_warned_of(string entry)
    {
        On(".claude/projects/p", ".codex/sessions");
        Home.Write(".claude/projects/p/x.jsonl", "{}");
        Home.Write(".codex/sessions/rollout-a.jsonl", "{}");
        Home.Write(".claude.json", $$$"""{"mcpServers":{"chat-sessions":{{{entry}}}}}""");

        var run = await RunAsync("doctor", "--archive", Path.Combine(Home.Path, "archive.db"));

        Assert.Contains("warn  agents         The server does not import the sessions of Codex. Run", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plugin_of_Claude_Code_is_seen_by_doctor_and_install()
    {
        On(".claude/projects/p");
        Home.Write(".claude/projects/p/x.jsonl", "{}");
        var settings = Home.Write(".claude/settings.json", """{"enabledPlugins":{"chat-sessions@chat-mcp-server":true}}""");

        var doctor = await RunAsync("doctor", "--archive", Path.Combine(Home.Path, "archive.db"));
        var install = await RunAsync("install", "--yes");

        Assert.Contains(
            $"fail  assistants     Claude Code has the plugin ({settings}), which starts chat-mcp-server from PATH, where it is not.",
            doctor.Output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Not installed in Claude Code", doctor.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warn  agents", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(0, install.ExitCode);
        Assert.Contains($"Claude Code: {settings} turns the plugin on, which has the server.", install.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Home.Path, ".claude.json")));

        await RunAsync("install", "--yes", "--force");

        Assert.Contains(
            "so it starts the server twice. Turn one of them off: `chat-mcp-server uninstall claude-code`",
            (await RunAsync("doctor")).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task The_server_of_a_plugin_is_started_and_its_agents_are_imported()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a script.");
        On(".codex");
        Script("echo \"$*\" > \"$HOME/started\"");
        Home.Write(".codex/config.toml", "[plugins.\"chat-sessions@chat-mcp-server\"]", "enabled = true");

        var run = await CliProcess.RunWithAsync(new() { ["HOME"] = Home.Path, ["PATH"] = $"{Home.Path}:/usr/bin:/bin" }, "doctor");

        Assert.Contains("ok    assistants     Codex has the server of the plugin (", run.Output, StringComparison.Ordinal);
        Assert.Contains("fail  assistants     The plugin in Codex: Started the way", run.Output, StringComparison.Ordinal);
        Assert.Equal("serve\n", Read("started"));
    }

    [Theory]
    [InlineData(".claude/settings.json", """{"enabledPlugins":{"chat-sessions@chat-mcp-server":false}}""")]
    [InlineData(".claude/settings.json", """{"enabledPlugins":["chat-sessions@chat-mcp-server"]}""")]
    [InlineData(".claude/settings.json", "{")]
    [InlineData(".codex/config.toml", "[plugins.\"chat-sessions@chat-mcp-server\"]\nenabled = false")]
    public async Task A_plugin_that_is_off_does_not_count(string file, string settings)
    {
        On(".claude", ".codex");
        Home.Write(file, settings);

        var run = await RunAsync("doctor");

        Assert.Contains("Not installed in Claude Code, Codex.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_for_an_entry_of_a_project_has_the_scope()
    {
        var run = await InProjectAsync(
            """
            printf '{"mcpServers":{"chat-sessions":{"command":"/gone/chat-mcp-server"}}}' > .mcp.json
            mkdir .cursor; printf '{"mcpServers":{"chat-sessions":{"command":"other"}}}' > .cursor/mcp.json
            mkdir .gemini; printf '{' > .gemini/settings.json
            $CLI doctor
            """
        );

        Assert.Contains("`chat-mcp-server install claude-code --scope project` changes it.", run.Output, StringComparison.Ordinal);
        Assert.Contains("`chat-mcp-server install cursor --scope project --force` replaces it.", run.Output, StringComparison.Ordinal);
        Assert.Contains("then run `chat-mcp-server install gemini-cli --scope project`.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"$HOME\"", "\"$HOME\"")]
    [InlineData("\"$HOME/link\"", "\"$HOME/link\"")]
    public async Task In_the_home_folder_an_entry_is_named_once(string home, string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        On("real/.cursor");
        Home.Write("real/.cursor/mcp.json", """{"mcpServers":{"chat-sessions":{"command":"/gone/chat-mcp-server"}}}""");
        On(".cursor");
        Home.Write(".cursor/mcp.json", """{"mcpServers":{"chat-sessions":{"command":"/gone/chat-mcp-server"}}}""");

        var run = await CliProcess.RunInShellAsync(
            CliShell.Usual,
            $"ln -s real \"$HOME/link\"; cd {folder} && HOME={home} $CLI doctor",
            new() { ["HOME"] = Home.Path }
        );

        Assert.Contains("Cursor starts /gone/chat-mcp-server, which is not there.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("in this project", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"url":"http://127.0.0.1:3001/mcp"}""", "a server at http://127.0.0.1:3001")]
    [InlineData("""{"httpUrl":"https://me:secret@chats.example/mcp?key=secret"}""", "a server at https://chats.example")]
    [InlineData(
        """{"command":"docker","args":["run","-i","--rm","-e","LLAMA_CLOUD_API_KEY","ghcr.io/me/chat-mcp-server:1.0","--agents","auto"]}""",
        "a server in a container of docker"
    )]
    public async Task An_entry_that_was_written_by_hand_for_HTTP_or_a_container_is_left_alone(string entry, string said)
    {
        On(".cursor");
        Home.Write(".cursor/mcp.json", $$$"""{"mcpServers":{"chat-sessions":{{{entry}}}}}""");
        var before = Read(".cursor/mcp.json");

        var doctor = await RunAsync("doctor");
        var install = await RunAsync("install", "--yes");
        var uninstall = await RunAsync("uninstall", "--yes");

        Assert.Contains("ok    assistants     Cursor: ", doctor.Output, StringComparison.Ordinal);
        Assert.Contains($"was written by hand, for {said}. It is not checked further.", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(0, install.ExitCode);
        Assert.Contains($"was written by hand, for {said}. It stays as it is.", install.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--force", doctor.Output + install.Output, StringComparison.Ordinal);
        Assert.Equal(1, uninstall.ExitCode);
        Assert.Contains($"was written by hand, for {said}. Remove it with --force", uninstall.Output, StringComparison.Ordinal);
        Assert.Equal(before, Read(".cursor/mcp.json"));
    }

    [Theory]
    [InlineData("""{"command":"docker","args":["run","-i","other"]}""")]
    [InlineData("""{"url":"file:///x"}""")]
    public async Task Any_other_entry_starts_something_else(string entry)
    {
        On(".cursor");
        Home.Write(".cursor/mcp.json", $$$"""{"mcpServers":{"chat-sessions":{{{entry}}}}}""");

        Assert.Contains("that starts something else.", (await RunAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("mkdir .git sub; cd sub;", "")]
    [InlineData("", "/else")]
    public async Task An_entry_of_Claude_Code_for_its_user_in_one_project_is_seen_there(string before, string folder)
    {
        var run = await InProjectAsync(
            $$$"""
            mkdir "$HOME/.claude"
            printf '{"projects":{"%s":{"mcpServers":{"chat-sessions":{"type":"http","url":"http://127.0.0.1:3001/mcp"} } } } }' "$PWD{{{folder}}}" > "$HOME/.claude.json"
            {{{before}}} $CLI doctor
            """
        );

        Assert.Equal(
            folder.Length == 0,
            run.Output.Contains("ok    assistants     Claude Code (for you, in this project): ", StringComparison.Ordinal)
        );
        Assert.Equal(folder.Length > 0, run.Output.Contains("Not installed in Claude Code", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_an_entry_names_and_that_are_not_there_are_warned_of()
    {
        On(".codex");
        var missing = Path.Combine(Home.Path, "no");
        var install = await RunAsync("install", "codex", "--yes", "--", "--sessions", missing, "--archive", $"{missing}/x.db");

        var doctor = await RunAsync("doctor");

        Assert.Equal(0, install.ExitCode);
        Assert.Contains($"There is no file or folder {missing}, which --sessions names.", install.Error, StringComparison.Ordinal);
        Assert.Contains($"There is no folder {missing} for --archive yet;", install.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"warn  assistants     Codex: There is no file or folder {missing}, which",
            doctor.Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"warn  assistants     Codex: There is no folder {missing} for --archive yet;",
            doctor.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_server_that_does_not_take_its_words_fails_with_one_full_stop()
    {
        On(".cursor");
        await RunAsync("install", "cursor", "--yes");
        Home.Write(".cursor/mcp.json", Read(".cursor/mcp.json").Replace("\"serve\"]", "\"serve\", \"--bad\"]"));

        var doctor = await RunAsync("doctor");
        var install = await RunAsync("install", "cursor", "--yes");

        Assert.Contains("'--bad'", doctor.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("..", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(1, install.ExitCode);
        Assert.Contains(
            "Unrecognized command or argument '--bad'. See `chat-mcp-server serve --help`. To replace them: `chat-mcp-server install cursor -- serve`",
            install.Output,
            StringComparison.Ordinal
        );

        await RunAsync("install", "cursor", "--yes", "--", "serve");

        Assert.Contains("\"serve\"]", Read(".cursor/mcp.json"), StringComparison.Ordinal);
    }

    /// <summary>Runs lines in a folder for a project, which is in the home folder.</summary>
    private async Task<CliRun> InProjectAsync(string lines)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        On("p");
        return await CliProcess.RunInShellAsync(CliShell.Usual, $"cd \"$HOME/p\"\n{lines}", new() { ["HOME"] = Home.Path });
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
