using System.Text.RegularExpressions;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class DoctorVerbTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_folder_in_which_no_archive_can_be_made_is_reported()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a folder that nobody may write to.");

        var run = await CliProcess.RunAsync("doctor", "--archive", "/proc/archive.db");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("archive        Cannot create /proc/archive.db, so nothing is saved.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_alone_are_worth_a_warning_and_the_server_answers()
    {
        var run = await CliProcess.RunAsync("doctor");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["warn  configuration", "ok    key", "ok    samples", "ok    handshake"], Checks(run));
        Assert.Contains(
            "set LLAMA_CLOUD_API_KEY, pass --sessions PATH, or run `chat-mcp-server import PATH`",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Matches(@"handshake +chat-mcp-server \d+\.\d+\.\d+ speaks MCP \d{4}-\d\d-\d\d and has [1-9]\d* tools;", run.Output);
    }

    [Fact]
    public async Task An_address_without_a_key_is_a_warning_when_it_comes_from_the_environment()
    {
        var run = await CliProcess.RunWithAsync(new() { ["LLAMA_CLOUD_BASE_URL"] = "https://api.example" }, "doctor");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warn  key            LLAMA_CLOUD_BASE_URL is set without a key", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_counted_and_what_cannot_be_read_is_a_warning()
    {
        folder.Write("good.json", Some.SessionText("ses-good", null));
        for (var i = 0; i < 8; i++)
            folder.Write($"bad{i}.json", "{");

        var run = await CliProcess.RunAsync("doctor", "--sessions", folder.Path);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"files ({folder.Path}): 1 session,", run.Output, StringComparison.Ordinal);
        Assert.Equal(6, Checks(run).Count(check => check == "warn  files"));
        Assert.Contains("3 more problems like this.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LLAMA_CLOUD_API_KEY", "${LLAMA_CLOUD_API_KEY}")]
    [InlineData("LLAMA_CLOUD_API_KEY", "${env:LLAMA_CLOUD_API_KEY}")]
    [InlineData("LLAMA_CLOUD_API_KEY", "$LLAMA_CLOUD_API_KEY")]
    [InlineData("LLAMA_CLOUD_API_KEY", "<your key>")]
    [InlineData("LLAMA_PARSE_API_KEY", "%LLAMA_PARSE_API_KEY%")]
    public async Task A_placeholder_is_no_key(string variable, string value)
    {
        var run = await CliProcess.RunWithAsync(
            new() { [variable] = value, ["LLAMA_CLOUD_BASE_URL"] = "${LLAMA_CLOUD_BASE_URL}" },
            "doctor"
        );

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            $"warn  key            {variable} is a placeholder that nobody filled in, so LlamaCloud is not used.",
            run.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_path_where_nothing_can_be_read_is_a_failure()
    {
        var run = await CliProcess.RunAsync("doctor", "--sessions", Path.Combine(folder.Path, "none"));

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("fail  files", Checks(run));
        Assert.Contains("No file or folder", run.Output, StringComparison.Ordinal);
        Assert.Contains("ok    handshake", Checks(run));
    }

    [Theory]
    [InlineData("--base-url", "https://api.example")]
    [InlineData("--max-session-mb", "lots")]
    [InlineData("--log-level", "loud")]
    [InlineData("--sessions", "")]
    public async Task A_configuration_that_does_not_hold_is_all_that_is_told(string flag, string value)
    {
        var run = await CliProcess.RunAsync("doctor", flag, value);

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Equal(["fail  configuration"], Checks(run));
        Assert.Contains(flag, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_are_named_with_what_they_will_delete_and_how_to_import_from_them()
    {
        var home = folder.Path;
        Directory.CreateDirectory(Path.Combine(home, ".claude", "projects"));
        Directory.CreateDirectory(Path.Combine(home, ".codex", "sessions"));
        var old = folder.Write(".claude/projects/old.jsonl", "");
        folder.Write(".claude/projects/new.jsonl", "");
        folder.Write(".claude/settings.json", """{"cleanupPeriodDays":99999}""");
        File.SetLastWriteTimeUtc(old, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        folder.Write(".codex/sessions/rollout-a.jsonl", "");

        var off = await CliProcess.RunWithAsync(new() { ["HOME"] = home }, "doctor", "--archive", Path.Combine(home, "archive.db"));
        var on = await CliProcess.RunWithAsync(
            new() { ["HOME"] = home, ["CHAT_MCP_AGENTS"] = "auto" },
            "doctor",
            "--archive",
            Path.Combine(home, "archive.db")
        );

        Assert.Equal((0, "", 0, ""), (off.ExitCode, off.Error, on.ExitCode, on.Error));
        Assert.Contains(
            "ok    agents         Claude Code: 2 session files. The oldest was last changed on 2026-01-02. Claude Code deletes files 99,999 days "
                + "after their last change: 0 files within a week, the first on 2299-10-17.",
            off.Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "warn  agents         The server does not import the sessions of Claude Code, Codex. Run `chat-mcp-server import --agents --archive "
                + $"{Path.Combine(home, "archive.db")}`, or, to do it while the server runs, set CHAT_MCP_AGENTS=auto.",
            off.Output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("warn  agents", on.Output, StringComparison.Ordinal);
        Assert.Contains("ok    agents         The server imports new sessions while it runs.", on.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clippy", "Invalid CHAT_MCP_AGENTS 'clippy'. Use auto, none, or some of these")]
    [InlineData("auto", "CHAT_MCP_AGENTS needs an archive to import into.")]
    public async Task Agents_that_cannot_be_followed_are_a_failure(string agents, string said)
    {
        var run = await CliProcess.RunWithAsync(new() { ["CHAT_MCP_AGENTS"] = agents }, "doctor");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"fail  configuration  {said}", run.Output, StringComparison.Ordinal);
    }

    internal static IEnumerable<string> Checks(CliRun run) =>
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Regex.Match(line, @"^\w+ +\w+").Value);
}
