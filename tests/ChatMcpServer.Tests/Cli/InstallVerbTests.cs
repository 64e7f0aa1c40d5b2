using System.Text.RegularExpressions;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class InstallVerbTests : OnHomeFolder
{
    private const string Remark =
        "To have sessions to read, run `chat-mcp-server import --agents`, or install with `-- --agents auto`, which imports while the server runs.\n";

    [Fact]
    public async Task Without_a_terminal_it_shows_what_it_would_do_and_how_to_do_it()
    {
        On(".cursor", ".codex");

        var run = await RunAsync("install");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"Cursor: add to {Home.Path}/.cursor/mcp.json\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("  + [mcp_servers.chat-sessions]\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            "Nothing was changed, because there is no terminal to ask. To change it: chat-mcp-server install --all --yes",
            run.ErrorLine
        );
        Assert.Empty(Files());
    }

    [Fact]
    public async Task With_yes_it_writes_all_that_are_on_the_machine_and_says_what_to_do_next()
    {
        On(".cursor", ".codex");
        Home.Write(".cursor/mcp.json", "{}");

        var run = await RunAsync("install", "--yes", "--", "--agents", "auto");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(
            @"Cursor: added to \S+mcp\.json, which is kept as mcp\.json\.chat-mcp-server-\d{8}-\d{6}\.bak\.\n  Turn the server on",
            run.Output
        );
        Assert.Matches(@"Codex: added to \S+config\.toml\.\n  Start it again; /mcp shows the server\.", run.Output);
        Assert.Contains("\"serve\", \"--agents\", \"auto\"]", Read(".codex/config.toml"), StringComparison.Ordinal);

        var again = await RunAsync("install", "--yes");

        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.Equal(2, Regex.Count(again.Output, "already installed in"));
    }

    [Fact]
    public async Task Options_of_the_server_are_checked_and_their_paths_are_made_full()
    {
        var run = await RunAsync("install", "codex", "--yes", "--", "serve", "--archive", "a.db", "--sessions=s", "--redact", "off");

        Assert.Equal(0, run.ExitCode);
        var here = Environment.CurrentDirectory;
        Assert.Contains(
            $"\"serve\", \"--archive\", \"{here}/a.db\", \"--sessions={here}/s\", \"--redact\", \"off\"]",
            Read(".codex/config.toml"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--archive", "postgres://me@db.example:5433/chats?sslmode=verify-full")]
    [InlineData("--archive=postgresql://db.example/chats")]
    [InlineData("--archive", "Host=db.example;Database=chats;Username=me")]
    [InlineData("--archive", "none")]
    public async Task An_archive_that_is_no_file_stays_as_it_was_given(params string[] words)
    {
        var run = await RunAsync(["install", "codex", "--yes", "--", .. words]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(
            $"\"serve\", {string.Join(", ", words.Select(word => $"\"{word}\""))}]",
            Read(".codex/config.toml"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--archive", "postgres://me:s3cretword@db.example/chats")]
    [InlineData("--archive=postgres://db.example/chats?user=me&password=s3cretword")]
    [InlineData("--archive", "Host=db.example;Username=me;Password=s3cretword")]
    public async Task An_address_with_a_password_is_refused(params string[] words)
    {
        var run = await RunAsync(["install", "codex", "--yes", "--", .. words]);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(
            "--archive has a password, which is not written into configurations. Leave it out",
            run.ErrorLine,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("s3cretword", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Options_that_need_a_key_are_written_without_one_and_variables_of_this_process_do_not_count()
    {
        var run = await CliProcess.RunWithAsync(
            new() { ["HOME"] = Home.Path, ["CHAT_MCP_ANSWERS"] = "x" },
            "install",
            "codex",
            "--yes",
            "--env",
            "LLAMA_CLOUD_API_KEY",
            "--",
            "--base-url",
            "https://api.cloud.eu.llamaindex.ai"
        );

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\"--base-url\", \"https://api.cloud.eu.llamaindex.ai\"]", Read(".codex/config.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_refused_does_not_stop_the_others()
    {
        On(".cursor", ".codex", ".gemini");
        const string twice = """{"mcpServers":{"chat-sessions":{"command":"chat-mcp-server","command":"x"}}}""";
        Home.Write(".cursor/mcp.json", twice);
        Home.Write(".gemini/settings.json", """{"theme":"a","theme":"b"}""");

        var run = await RunAsync("install", "--yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "mcp.json has an entry chat-sessions with the same name twice, so nothing was changed.",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("chat-sessions", Read(".codex/config.toml"), StringComparison.Ordinal);
        Assert.StartsWith(
            """{"theme":"a","theme":"b", "mcpServers": {"chat-sessions":""",
            Read(".gemini/settings.json"),
            StringComparison.Ordinal
        );
        Assert.Equal(twice, Read(".cursor/mcp.json").TrimEnd('\n'));
        Assert.Contains("Cursor: ", (await RunAsync("doctor")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unexpected error", (await RunAsync("uninstall", "--yes")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no assistant 'codx'. Did you mean codex? Use claude-code, ", "codx")]
    [InlineData("Goose has no configuration for a project.", "goose", "--scope", "project")]
    [InlineData("Invalid --scope 'all'. Use user or project.", "codex", "--scope", "all")]
    [InlineData("--archive is an option of the server. Put it after `--`", "codex", "--archive", "x")]
    [InlineData("The server does not take this: Unrecognized command or argument '--archiv'.", "codex", "--", "--archiv", "x")]
    [InlineData("Assistants start a server over stdio", "codex", "--", "--http")]
    [InlineData("--auth is for HTTP. Add --http, or leave it out.", "codex", "--", "--auth", "tokens")]
    [InlineData("Invalid --agents 'off'. Use auto, none, or some of these, separated by commas: ", "codex", "--", "--agents", "off")]
    [InlineData("--agents needs an archive to import into.", "codex", "--", "--agents", "auto", "--archive", "none")]
    [InlineData("Invalid --answers 'x'. Use auto, text, structured or both.", "codex", "--", "--answers", "x")]
    [InlineData("Invalid --log-level 'x'. Use debug, info, warning, error or none.", "codex", "--", "--log-level=x")]
    [InlineData("Invalid --max-requests 'x'.", "codex", "--", "--max-requests", "x")]
    [InlineData("Invalid --max-session-mb '0'.", "codex", "--", "--max-session-mb", "0")]
    [InlineData("Invalid --redact 'x'. Use secrets, personal or off.", "codex", "--", "--redact", "x")]
    [InlineData("--project-id is not a UUID such as", "codex", "--", "--project-id", "x")]
    [InlineData("Empty sessions path.", "codex", "--", "--sessions", "")]
    [InlineData("The server does not take --help: ", "codex", "--", "--help")]
    [InlineData("The server does not take --help: ", "codex", "--", "serve", "-h")]
    [InlineData("The server does not take --help: ", "codex", "--", "-?")]
    [InlineData("The server does not take this: Unrecognized command or argument '--version'.", "codex", "--", "--version")]
    [InlineData(
        "The server does not take this: Required argument missing for option: '--log-level'.",
        "codex",
        "--",
        "--log-level",
        "debug",
        "--log-level"
    )]
    [InlineData("Assistants would put the value of a variable into '${HOME}/s'.", "codex", "--", "--sessions", "${HOME}/s")]
    [InlineData("Assistants would put the value of a variable into '--archive=$HOME/a.db'.", "codex", "--", "--archive=$HOME/a.db")]
    [InlineData("Assistants would put the value of a variable into '{env:HOME}/s'.", "codex", "--", "--sessions", "{env:HOME}/s")]
    [InlineData("Unknown option '--with-skil'. See `chat-mcp-server install --help`.", "codex", "--with-skil")]
    [InlineData("Invalid --env 'KEY=…'. Pass only the name of a variable", "codex", "--env", "KEY=secret")]
    public async Task Wrong_usage_is_explained(string said, params string[] arguments)
    {
        var run = await RunAsync(["install", "--yes", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(said, run.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData("install")]
    [InlineData("uninstall")]
    public async Task The_help_has_no_option_that_is_refused(string verb)
    {
        var run = await RunAsync(verb, "--help");

        Assert.DoesNotContain("--sessions", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--base-url", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--redact", run.Output, StringComparison.Ordinal);
        Assert.Contains("--log-level", run.Output, StringComparison.Ordinal);
        Assert.Contains("--dry-run", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_in_place_of_a_configuration_is_refused()
    {
        On(".cursor", ".codex");

        var run = await CliProcess.RunInShellAsync(
            CliShell.Usual,
            "mkfifo \"$HOME/.cursor/mcp.json\"; $CLI install cursor codex --yes; echo $?; $CLI doctor; $CLI uninstall cursor --yes",
            new() { ["HOME"] = Home.Path }
        );

        Assert.Contains("mcp.json is not a file, so nothing was changed.", run.Output, StringComparison.Ordinal);
        Assert.Contains("\n1\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("warn  assistants     Cursor: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("mcp.json is not a file. Correct the file", run.Output, StringComparison.Ordinal);
        Assert.Contains("chat-sessions", Read(".codex/config.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_whose_name_assistants_would_read_as_a_variable_is_not_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        const string line = "mkdir -p \"$HOME/\\${X}\" && cd \"$HOME/\\${X}\" && $CLI install codex --yes -- --sessions s";

        var run = await CliProcess.RunInShellAsync(CliShell.Usual, line, new() { ["HOME"] = Home.Path });

        Assert.Equal(2, run.ExitCode);
        Assert.EndsWith("/${X}/s'. Give the folder another name, without $ and braces.", run.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Files_of_this_machine_in_an_entry_for_everybody_are_remarked_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        const string line =
            "mkdir -p \"$HOME/p/s\" && cd \"$HOME/p\" && $CLI install codex --scope project --yes -- --sessions s --archive none";

        var run = await CliProcess.RunInShellAsync(CliShell.Usual, line, new() { ["HOME"] = Home.Path });

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(
            "/p/s of this machine, which others who work here may not have. Leave --sessions out",
            run.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_machine_without_assistants_is_told_which_there_are()
    {
        var run = await RunAsync("install", "--all", "--yes");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(
            "None of these assistants is on this machine: Claude Code, Claude Desktop, VS Code,",
            run.ErrorLine,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Values_of_variables_are_written_nowhere_and_keys_of_other_servers_are_not_shown()
    {
        On(".claude");
        var key = "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789";
        Home.Write(".claude.json", "{", "  \"mcpServers\": {", $"    \"gh\": {{ \"env\": {{ \"TOKEN\": \"{key}\" }} }}", "  }", "}");

        var run = await RunAsync("install", "claude-code", "claude-desktop", "--env", "LLAMA_CLOUD_API_KEY", "--yes");

        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain(key, run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Claude Desktop: there is no documented form in which it passes environment variables on, so nothing was changed.",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("\"LLAMA_CLOUD_API_KEY\": \"${LLAMA_CLOUD_API_KEY}\"", Read(".claude.json"), StringComparison.Ordinal);
        Assert.Contains(key, Read(".claude.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_file_is_a_failure_with_the_lines_to_write()
    {
        On(".cursor");
        Home.Write(".cursor/mcp.json", "{ broken");

        var run = await RunAsync("install", "--yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "mcp.json is not valid JSON (line 1), so nothing was changed. To do it by hand, add these lines:\n    {\n      \"mcpServers\": {",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Equal("{ broken", Read(".cursor/mcp.json"));
    }

    [Fact]
    public async Task An_entry_for_everybody_that_names_a_file_of_this_machine_is_remarked_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        const string line = "mkdir -p \"$HOME/p\" && cd \"$HOME/p\" && $CLI install codex --scope project --yes --";

        var run = await CliProcess.RunInShellAsync(CliShell.Usual, $"{line} --agents auto", new() { ["HOME"] = Home.Path });
        var again = await CliProcess.RunInShellAsync(CliShell.Usual, $"{line} --agents auto", new() { ["HOME"] = Home.Path });

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("The entry names a file of this machine, /", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("run `npx -y chat-mcp-server install --scope project`", run.ErrorLine, StringComparison.Ordinal);
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
    }

    [Fact]
    public async Task In_the_home_folder_the_file_of_the_project_and_of_the_user_is_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        const string line = "cd \"$HOME\" && $CLI install codex --yes && $CLI uninstall --yes";

        var run = await CliProcess.RunInShellAsync(CliShell.Usual, line, new() { ["HOME"] = Home.Path });

        Assert.Equal((0, ""), (run.ExitCode, run.Error.Replace(Remark, "", StringComparison.Ordinal)));
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("YES", true)]
    [InlineData("n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task On_a_terminal_it_asks(string? answer, bool isWritten)
    {
        On(".codex", ".cursor");
        var (exitCode, output) = await AnswerAsync(["install"], answer, "n");

        Assert.Equal(0, exitCode);
        Assert.Equal(2, Regex.Count(output, @"Write this\? \[y/N\] "));
        Assert.Equal(isWritten, File.Exists(Path.Combine(Home.Path, ".cursor/mcp.json")));
        Assert.False(File.Exists(Path.Combine(Home.Path, ".codex/config.toml")));
    }

    [Fact]
    public async Task All_are_asked_for_with_one_question()
    {
        On(".codex", ".cursor");
        var (exitCode, output) = await AnswerAsync(["install", "--all"], "y");

        Assert.Equal(0, exitCode);
        Assert.Contains("Write 2 files? [y/N] ", output, StringComparison.Ordinal);
        Assert.Equal(2, Files().Count);
    }

    [Fact]
    public async Task A_dry_run_asks_nothing_and_changes_nothing()
    {
        On(".codex");
        var (exitCode, output) = await AnswerAsync(["install", "--dry-run"]);

        Assert.Equal(0, exitCode);
        Assert.Contains("  + [mcp_servers.chat-sessions]", output, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.\n", output, StringComparison.Ordinal);
        Assert.Empty(Files());
    }
}
