using ChatMcpServer.Answers;
using ChatMcpServer.Cli;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>Files and folders that are imported, and what is said of them.</summary>
[Trait("Runs", "process")]
public sealed class ImportVerbTests : OnImportVerb
{
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
}
