using System.Diagnostics;
using System.Globalization;
using ChatMcpServer.Answers;
using ChatMcpServer.Cli;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

[Trait("Runs", "process")]
public sealed class ImportVerbTests : IDisposable
{
    private const int ManyFiles = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Random Random = new(4);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Archive => Path.Combine(folder.Path, "archive.db");

    private string Files => Directory.CreateDirectory(Path.Combine(folder.Path, "files")).FullName;

    [Fact]
    public async Task A_folder_is_imported_once()
    {
        Write("a.json", Some.SessionText("ses-a", "A", Some.UserInput("Q")));
        Write("b.jsonl", """{"type":"user","sessionId":"ses-b","message":{"content":"Q"}}""");
        Write("settings.json", "{}");

        var first = await ImportAsync(Files);
        var second = await ImportAsync(Files);

        Assert.Equal((0, "", 0, ""), (first.ExitCode, first.Error, second.ExitCode, second.Error));
        Assert.StartsWith($"2 sessions added to {Archive}.\n3 files (", first.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            $"Skipped, not chat sessions: 1 file: {Path.Combine(Files, "settings.json")}.\n",
            first.Output,
            StringComparison.Ordinal
        );
        Assert.StartsWith($"Nothing new in {Archive}.\n", second.Output, StringComparison.Ordinal);
        Assert.Contains("\nSkipped, unchanged since the last import: 2 files.\n", second.Output, StringComparison.Ordinal);
        using var archive = SessionArchive.Open(Archive);
        Assert.NotNull(await archive.FindAsync(ArchiveOwners.Local, "ses-b", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Of_many_files_that_are_no_sessions_the_first_are_named_and_all_on_request()
    {
        foreach (var n in Enumerable.Range(1, 5))
            Write($"{n}.json", "{}");

        var some = await ImportAsync(Files);
        var all = await ImportAsync(Files, "--log-level", "debug");

        Assert.EndsWith(
            $"not chat sessions: 5 files: {string.Join(", ", Enumerable.Range(1, 3).Select(n => Path.Combine(Files, $"{n}.json")))} and 2 more; "
                + "--log-level debug names all.\n",
            some.Output,
            StringComparison.Ordinal
        );
        Assert.EndsWith($"{Path.Combine(Files, "5.json")}.\n", all.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_named_is_read_each_time()
    {
        var path = Write("a.json", Some.SessionText("ses-a", "A"));
        await ImportAsync(path);

        var again = await ImportAsync(path, "--format", "llamacloud");

        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.EndsWith("\nAlready in the archive: 1 session.\n", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_broken_is_one_line_and_the_rest_is_imported()
    {
        Write("good.json", Some.SessionText("ses-a", "A"));
        Write("bad\n.json", "{");

        var run = await ImportAsync(Files);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bad .json is not valid JSON", run.ErrorLine, StringComparison.Ordinal);
        Assert.StartsWith("1 session added to ", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nNot read, or only in part: 1 file.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_no_known_format_are_a_short_line_each()
    {
        var (one, other) = (Write("one.json", """{"a":1}"""), Write("other.json", """{"b":1}"""));

        var run = await ImportAsync(one, other);
        var asked = await ImportAsync(one, "--format", "claude-code");

        var lines = run.Error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(
            lines,
            line => Assert.Contains("json is not in a known format. `chat-mcp-server import --help`", line, StringComparison.Ordinal)
        );
        Assert.All(lines, line => Assert.InRange(line.Length, 1, Files.Length + 160));
        Assert.Equal((1, $"{one} has no session in the format claude-code."), (asked.ExitCode, asked.ErrorLine));
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
    public async Task What_does_not_exist_is_one_line_and_the_rest_is_imported()
    {
        var run = await ImportAsync("nowhere", Write("a.json", Some.SessionText("ses-a", "A")));

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("^No file or folder .*nowhere. Check the path.$", run.ErrorLine);
        Assert.StartsWith("1 session added to ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat '{0}' | $CLI import - --archive '{1}'")]
    [InlineData("gzip -c '{0}' | $CLI import /dev/stdin --archive '{1}'")]
    public async Task A_pipe_is_imported(string line)
    {
        var path = Write("a.json", Some.SessionText("ses-a", "A"));

        var run = await CliProcess.RunInShellAsync(line.Replace("{0}", path).Replace("{1}", Archive));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("1 session added to ", run.Output, StringComparison.Ordinal);
        Assert.Equal(["ses-a"], await IdsAsync());
    }

    [Fact]
    public void A_format_of_the_table_is_named_in_the_help()
    {
        var diary = new ImportFormat((_, _, _) => []) { Name = "diary", Holds = "diaries" };
        var options = new GlobalOptions(_ => null);

        var verb = new ImportVerb(
            options,
            new Terminal(TextWriter.Null, TextWriter.Null, null, false),
            new([.. ImportFormats.Known.All, diary])
        );

        Assert.Contains("openai, diary;", verb.Options.Single(option => option.Name == "--format").Description);
    }

    [Fact]
    public void An_origin_is_counted_under_its_name()
    {
        var share = new ArchiveShare(ArchiveOwners.Local, new SessionOrigin("diary"), 2, 3, 4, null, null);

        Assert.Equal(2, ArchiveStats.From(Archive, [], [share], fileBytes: 0).Origins["diary"]);
    }

    [Fact]
    public async Task Sessions_of_programs_that_are_not_supported_are_counted_and_the_exit_code_is_1()
    {
        Directory.CreateDirectory(Files);
        File.WriteAllText(Path.Combine(Files, ".aider.chat.history.md"), "# aider chat started at 2026-07-17 09:00:00\n");
        File.WriteAllText(Path.Combine(Files, "a.json"), """{"schema_version":"ATIF-v1.7","steps":[]}""");

        var run = await ImportAsync(Files);

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            "Not read, sessions of programs that are not supported: 1 of Aider, 1 of Harbor.\n",
            run.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_folder_without_sessions_is_reported()
    {
        var run = await ImportAsync(Files);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal($"Nothing new in {Archive}.\nNo .json or .jsonl files found.\n", run.Output);
    }

    [Theory]
    [InlineData("Pass a path, for example `chat-mcp-server import ~/.claude/projects`")]
    [InlineData("Unknown format 'word'. Use one of llamacloud, ", ".", "--format", "word")]
    [InlineData("No archive to import into", ".", "--archive", "none")]
    [InlineData("--max-session-mb 'x'", ".", "--max-session-mb", "x")]
    public async Task Wrong_usage_is_one_line_and_exits_with_2(string said, params string[] arguments)
    {
        var run = await CliProcess.RunAsync([
            "import",
            .. arguments,
            .. arguments.Contains("--archive") ? [] : (string[])["--archive", Archive],
        ]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(said, run.ErrorLine, StringComparison.Ordinal);
        Assert.False(File.Exists(Archive));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [Proves("signal: verbs")]
    public async Task A_signal_stops_it_and_the_same_command_goes_on(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs signals as POSIX has them.");
        WriteMany();
        using var process = Start();
        await SomeAreSavedAsync(process, 1);
        using (var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);

        var stopped = await CliProcess.EndAsync(process);
        var next = await ImportAsync(Files);

        Assert.Equal(130, stopped.ExitCode);
        Assert.StartsWith("Stopped. Imported sessions are saved", stopped.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(0, next.ExitCode);
        Assert.Equal(ManyFiles, CountIn(stopped) + CountIn(next));
        Assert.Equal(ManyFiles, (await IdsAsync()).Count);
    }

    [Fact]
    [Proves("killed")]
    public async Task Killed_at_any_moment_it_has_lost_nothing_and_the_next_run_completes()
    {
        WriteMany();
        var kept = new HashSet<string>();
        for (var kill = 0; kill < 3; kill++)
        {
            using var process = Start();
            await SomeAreSavedAsync(process, kept.Count + Random.Next(ManyFiles / 5));
            var saved = await IdsAsync();
            process.Kill();
            await CliProcess.EndAsync(process);

            Assert.Subset((await IdsAsync()).ToHashSet(), saved.ToHashSet());
            kept.UnionWith(saved);
            if (saved.Count == 0)
                continue; // The file may have been made, and is still empty, which is a finding of its own.
            using var archive = SessionArchive.Open(Archive);
            Assert.Empty(await archive.Maintenance.VerifyAsync(TestContext.Current.CancellationToken));
        }

        var last = await ImportAsync(Files);

        Assert.Equal((0, ""), (last.ExitCode, last.Error));
        Assert.Equal(ManyFiles, (await IdsAsync()).Count);
        using var whole = SessionArchive.Open(Archive);
        Assert.Empty(await whole.Maintenance.VerifyAsync(TestContext.Current.CancellationToken));
        await foreach (
            var session in whole.Maintenance.ExportAsync(ArchiveOwners.Local, broken => throw broken, TestContext.Current.CancellationToken)
        )
            Assert.Equal(
                await File.ReadAllTextAsync(
                    Path.Combine(Files, $"{session.Session.Summary.SessionId}.json"),
                    TestContext.Current.CancellationToken
                ),
                session.Session.Json.ToString()
            );
    }

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

    [Fact]
    public async Task The_archive_remembers_whether_data_in_base64_is_kept()
    {
        var file = Write("a.json", """[{"role":"user","content":"Mend it."}]""");
        await ImportAsync(file, "--base64", "keep");
        using var archive = SessionArchive.Open(Archive);
        var kept = await archive.Maintenance.KeepsEncodedDataAsync(TestContext.Current.CancellationToken);
        await ImportAsync(file);
        var remembered = await archive.Maintenance.KeepsEncodedDataAsync(TestContext.Current.CancellationToken);
        var wrong = await ImportAsync(file, "--base64", "pictures");
        await ImportAsync(file, "--base64", "zeros");

        Assert.True(kept);
        Assert.True(remembered);
        Assert.False(await archive.Maintenance.KeepsEncodedDataAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("pictures", wrong.Error, StringComparison.Ordinal);
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
        await EventsAreSavedAsync("ses-a", 2);
        WriteLine("home/.claude/projects/-x/ses-b.jsonl", "ses-b", "Water the plants");
        await EventsAreSavedAsync("ses-b", 1);
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
            await EventsAreSavedAsync("ses-a", lines);
            // From the third on, only the end of the file is read.
            for (var known = kill; known > 0; known--)
            {
                WriteLine("home/.claude/projects/-w/ses-a.jsonl", "ses-a", $"line {lines++}");
                await EventsAreSavedAsync("ses-a", lines);
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
        var other = Path.Combine(folder.Path, "other.db");
        await CliProcess.RunWithAsync(new() { ["HOME"] = Home }, ["import", "--agents", "--archive", other]);
        using var atOnce = SessionArchive.Open(other);
        var same = await atOnce.FindAsync(ArchiveOwners.Local, "ses-a", TestContext.Current.CancellationToken);
        Assert.Equal(same!.Session.Json.ToString(), session.Session.Json.ToString());
    }

    private string Home => Path.Combine(folder.Path, "home");

    private Task<CliRun> ImportOfAgentsAsync(params string[] arguments) =>
        CliProcess.RunWithAsync(new() { ["HOME"] = Home }, ["import", .. arguments, "--archive", Archive]);

    /// <summary>Appends what a user says to a transcript.</summary>
    private void WriteLine(string name, string session, string text)
    {
        var path = Path.Combine(folder.Path, name);
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

    private async Task EventsAreSavedAsync(string session, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var archive = SessionArchive.Open(Archive);
        while (
            (await archive.FindAsync(ArchiveOwners.Local, session, patience.Token))?.Session.Events.Length is not { } saved || saved < count
        )
            await Task.Delay(20, patience.Token);
    }

    private Task<CliRun> ImportAsync(params string[] arguments) => CliProcess.RunAsync(["import", .. arguments, "--archive", Archive]);

    private Process Start() => CliProcess.Start([], "import", Files, "--archive", Archive);

    private string Write(string name, string text) => folder.Write(Path.Combine(Path.GetFileName(Files), name), text);

    /// <summary>12 MB of sessions, which take several batches unless the program is native.</summary>
    private void WriteMany()
    {
        for (var file = 0; file < ManyFiles; file++)
        {
            SomeEvents[] texts = [.. Enumerable.Range(0, 40).Select(_ => Some.Text(Words(1_000)))];
            Write($"ses-{file}.json", Some.SessionText($"ses-{file}", "Many", texts));
        }
    }

    private static string Words(int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => Random.Next(10_000).ToString("x", CultureInfo.InvariantCulture)));

    private static int CountIn(CliRun run) =>
        run.Output.StartsWith("Nothing", StringComparison.Ordinal) ? 0 : int.Parse(run.Output.Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>Waits until others can see this many sessions, or the import has ended.</summary>
    private async Task SomeAreSavedAsync(Process process, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!process.HasExited && (!File.Exists(Archive) || (await IdsAsync()).Count < count))
            await Task.Delay(5, patience.Token);
    }

    private async Task<List<string>> IdsAsync()
    {
        using var archive = SessionArchive.Open(Archive);
        var summaries = await archive.ListAsync(ArchiveOwners.Local, SessionFilter.All, null, 1_000, TestContext.Current.CancellationToken);
        return [.. summaries.Select(summary => summary.SessionId)];
    }
}
