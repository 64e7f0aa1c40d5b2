using System.Diagnostics;
using System.Globalization;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>The sessions of agents, imported from where they keep them: once, or followed.</summary>
[Trait("Runs", "process")]
public sealed class ImportAgentsTests : OnImportVerb
{
    private static readonly Random Random = new(4);

    private string Home => Path.Combine(Folder.Path, "home");

    [Fact]
    public async Task The_sessions_of_agents_are_imported_from_where_they_keep_them()
    {
        WriteLine("home/.claude/projects/-w/ses-a.jsonl", "ses-a", "Q");
        WriteLine("home/.codex/sessions/2026/rollout-b.jsonl", "ses-b", "Q");

        var run = await ImportOfAgentsAsync("--agents");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith(
            $"Claude Code: 1 session file in {Home}/.claude/projects\nCodex: 1 session file in {Home}/.codex/sessions\n2 sessions added to ",
            run.Output.Replace('\\', '/'),
            StringComparison.Ordinal
        );
        Assert.Equal(["ses-a", "ses-b"], (await IdsAsync()).Order());
    }

    [Fact]
    public async Task Where_there_are_no_agents_it_says_which_it_looked_for()
    {
        var run = await ImportOfAgentsAsync("--agents");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("No agents found. Looked for Claude Code, Codex", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--agents=auto")]
    [InlineData("--agents", "claude-code,codex")]
    public async Task The_agents_of_an_import_have_no_names(params string[] arguments)
    {
        var run = await ImportAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(
            "In import, --agents takes no names, and imports the sessions of all agents.",
            run.ErrorLine,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_pipe_cannot_be_followed()
    {
        var run = await CliProcess.RunInShellAsync($"echo x | $CLI import - --follow --archive '{Archive}'");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("A pipe cannot be followed.", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changes_is_imported_until_Ctrl_C_and_told_in_a_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs signals as POSIX has them.");
        WriteLine("home/.claude/projects/-w/ses-a.jsonl", "ses-a", "Mend the lamp");
        using var process = CliProcess.Start(new() { ["HOME"] = Home }, "import", "--agents", "--follow", "--archive", Archive);
        await SomeAreSavedAsync(process, 1);
        await UntilFollowingAsync(process);
        WriteLine("home/.claude/projects/-w/ses-a.jsonl", "ses-a", "and the clock");
        await SavedEvents.UntilAsync(Archive, "ses-a", 2);
        WriteLine("home/.claude/projects/-x/ses-b.jsonl", "ses-b", "Water the plants");
        await SavedEvents.UntilAsync(Archive, "ses-b", 1);
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);

        var run = await CliProcess.EndAsync(process);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\nUpdated: Mend the lamp (claude-code, 2 events, ses-a)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nAdded: Water the plants (claude-code, 1 event, ses-b)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"\n2 sessions added and 1 replaced in {Archive}.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Proves("killed")]
    public async Task Killed_at_any_moment_of_following_it_has_lost_nothing_and_has_nothing_twice()
    {
        var lines = 0;
        for (var kill = 0; kill < 4; kill++)
        {
            using var process = CliProcess.Start(new() { ["HOME"] = Home }, "import", "--agents", "--follow", "--archive", Archive);
            WriteLine("home/.claude/projects/-w/ses-a.jsonl", "ses-a", $"line {lines++}");
            await SavedEvents.UntilAsync(Archive, "ses-a", lines);
            // From the third on, only the end of the file is read.
            for (var known = kill; known > 0; known--)
            {
                WriteLine("home/.claude/projects/-w/ses-a.jsonl", "ses-a", $"line {lines++}");
                await SavedEvents.UntilAsync(Archive, "ses-a", lines);
            }
            for (var more = Random.Next(30); more > 0; more--)
            {
                WriteLine("home/.claude/projects/-w/ses-a.jsonl", "ses-a", $"line {lines++}");
                await Task.Delay(Random.Next(40), TestContext.Current.CancellationToken);
            }
            process.Kill();
            await CliProcess.EndAsync(process);
            using var archive = SessionArchive.Open(Archive);
            Assert.Empty(await archive.Maintenance.VerifyAsync(TestContext.Current.CancellationToken));
        }

        var last = await ImportOfAgentsAsync("--agents");

        Assert.Equal((0, ""), (last.ExitCode, last.Error));
        using var whole = SessionArchive.Open(Archive);
        var session = await whole.FindAsync(ArchiveOwners.Local, "ses-a", TestContext.Current.CancellationToken);
        Assert.Equal(
            Enumerable.Range(0, lines).Select(line => $"line {line}"),
            session!.Session.Events.OfType<UserInputEvent>().Select(input => input.Content)
        );
        Assert.Equal(["ses-a"], await IdsAsync());
        var other = Path.Combine(Folder.Path, "other.db");
        await CliProcess.RunWithAsync(new() { ["HOME"] = Home }, ["import", "--agents", "--archive", other]);
        using var atOnce = SessionArchive.Open(other);
        var same = await atOnce.FindAsync(ArchiveOwners.Local, "ses-a", TestContext.Current.CancellationToken);
        Assert.Equal(same!.Session.Json.ToString(), session.Session.Json.ToString());
    }

    private Task<CliRun> ImportOfAgentsAsync(params string[] arguments) =>
        CliProcess.RunWithAsync(new() { ["HOME"] = Home }, ["import", .. arguments, "--archive", Archive]);

    /// <summary>Appends what a user says to a transcript.</summary>
    private void WriteLine(string name, string session, string text)
    {
        var path = Path.Combine(Folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.AppendAllText(path, $$$"""{"type":"user","sessionId":"{{{session}}}","message":{"content":"{{{text}}}"}}""" + "\n");
    }

    /// <summary>Waits until the import has said that it follows.</summary>
    private static async Task UntilFollowingAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) is { } line)
            if (line.StartsWith("Following.", StringComparison.Ordinal))
                return;
        Assert.Fail("It ended without following.");
    }
}
