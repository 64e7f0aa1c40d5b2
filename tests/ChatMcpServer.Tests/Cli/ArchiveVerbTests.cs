using System.Text;
using System.Text.Json;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

[Trait("Runs", "process")]
public sealed class ArchiveVerbTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();

    private string ArchivePath => Path.Combine(folder.Path, "data", "archive.db");

    private string Out => Path.Combine(folder.Path, "out");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Stats_show_what_the_archive_holds_and_whose_it_is()
    {
        await FillAsync();

        var text = await RunAsync("stats");
        var json = JsonDocument.Parse((await RunAsync("stats", "--json")).Output).RootElement;

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.StartsWith($"Archive   {ArchivePath}\nSessions  4, with 8 events\nJSON      ", text.Output);
        Assert.Matches("\nFile      [0-9.]+ KB, [0-9]+\\.[0-9] times the JSON\n", text.Output);
        Assert.Contains("\nUpdated   2026-04-22 12:34 to 2026-04-22 12:34\n", text.Output);
        Assert.Contains("\nFrom      codex 1, file 1, llamacloud 2\n", text.Output);
        Assert.EndsWith("\nOwners    local 2, this key and project 1, other keys or projects 1\n", text.Output);
        Assert.Equal(ArchivePath, json.GetProperty("path").GetString());
        Assert.Equal((4, 8), (json.GetProperty("sessions").GetInt64(), json.GetProperty("events").GetInt64()));
        Assert.Equal(Sessions.Sum(one => one.Session.Json.Utf8.Length), json.GetProperty("json_bytes").GetInt64());
        Assert.True(json.GetProperty("file_bytes").GetInt64() > 4096);
        Assert.Equal(1, json.GetProperty("owners").GetProperty("this_key_and_project").GetInt64());
    }

    [Fact]
    public async Task Without_the_key_what_was_read_with_it_belongs_to_others()
    {
        await FillAsync();

        var run = await CliProcess.RunAsync("archive", "stats", "--archive", ArchivePath);

        Assert.EndsWith("\nOwners    local 2, this key and project 0, other keys or projects 2\n", run.Output);
    }

    [Fact]
    public async Task A_missing_archive_is_empty_for_stats_and_an_error_for_the_other_verbs()
    {
        var stats = await RunAsync("stats");

        Assert.Equal(0, stats.ExitCode);
        Assert.Contains("Sessions  0, with 0 events", stats.Output);
        Assert.StartsWith("The file does not exist yet", stats.ErrorLine);
        foreach (
            var arguments in (string[][])
                [
                    ["verify"],
                    ["compact"],
                    ["delete", "s"],
                    ["export", Out],
                    ["reread"],
                ]
        )
        {
            var run = await RunAsync(arguments);
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.StartsWith($"No archive at {ArchivePath}. ", run.ErrorLine);
        }
        Assert.False(Path.Exists(Path.GetDirectoryName(ArchivePath)));
    }

    [Fact]
    public async Task An_archive_in_order_verifies_with_one_line()
    {
        await FillAsync();

        var run = await RunAsync("verify");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches("^ok: 4 sessions with 8 events, [0-9.]+ KB in .*archive.db\n$", run.Output);
    }

    [Fact]
    public async Task Verify_writes_nothing_and_says_the_size_that_stats_say()
    {
        await FillAsync();
        var shell = await CliShell.WithFileModesAsync();
        var data = Path.GetDirectoryName(ArchivePath);

        var run = await CliProcess.RunInShellAsync(
            shell,
            $"chmod 500 {data}; chmod 400 {ArchivePath}; $CLI archive verify --archive {ArchivePath}; code=$?; chmod 700 {data}; chmod 600 {ArchivePath}; exit $code",
            []
        );

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var size = $" {new FileInfo(ArchivePath).Length / 1e3:0.0} KB";
        Assert.StartsWith("ok: 4 sessions", run.Output, StringComparison.Ordinal);
        Assert.Contains(size, run.Output, StringComparison.Ordinal);
        Assert.Contains(size, (await RunAsync("stats")).Output, StringComparison.Ordinal);
        Assert.Contains(size, (await RunAsync("verify")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "{0} is a file. Pass a folder to export to", "t.txt")]
    [InlineData(1, "Could not write {0}/", "/proc/x")]
    public async Task An_export_that_cannot_be_written_says_what_to_do(int exitCode, string said, string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc.");
        await FillAsync();
        var target = name.StartsWith('/') ? name : Path.Combine(folder.Path, name);
        if (target != name)
            await File.WriteAllTextAsync(target, "", TestContext.Current.CancellationToken);

        var run = await RunAsync("export", target);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith(string.Format(null, said, target), run.ErrorLine, StringComparison.Ordinal);
        Assert.Matches("(it is created if it does not exist|or use another folder)\\.$", run.ErrorLine);
    }

    [Fact]
    public async Task An_empty_file_is_no_archive_that_is_whole_and_reading_leaves_it_as_it_is()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ArchivePath)!);
        await File.WriteAllTextAsync(ArchivePath, "", TestContext.Current.CancellationToken);

        var list = await CliProcess.RunAsync("list", "--archive", ArchivePath);
        var search = await CliProcess.RunAsync("search", "candle", "--archive", ArchivePath);
        var stats = await RunAsync("stats");
        var verify = await RunAsync("verify");

        Assert.Equal((0, 1, 0), (list.ExitCode, search.ExitCode, stats.ExitCode));
        Assert.Equal(1, verify.ExitCode);
        Assert.StartsWith("The file is empty, 0 bytes", verify.Output, StringComparison.Ordinal);
        Assert.Equal($"1 problem in {ArchivePath}.", verify.ErrorLine);
        Assert.Equal([ArchivePath], Directory.GetFiles(Path.GetDirectoryName(ArchivePath)!));
        Assert.Equal(0, new FileInfo(ArchivePath).Length);

        await FillAsync();
        Assert.Equal(0, (await RunAsync("verify")).ExitCode);
    }

    [Fact]
    public async Task Verify_prints_a_line_for_each_thing_that_is_wrong()
    {
        await FillAsync();
        Execute(
            "update chunk set body = x'00' where first_event = 1; update owner set sessions = 7 where no = 1; delete from entry where id = 3"
        );

        var run = await RunAsync("verify");

        Assert.Equal(1, run.ExitCode);
        var lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains(lines, line => line.Contains("session 'ses-1' is damaged"));
        Assert.StartsWith("3 problems in ", run.ErrorLine);
    }

    [Fact]
    public async Task What_is_no_archive_is_named_and_left_as_it_is()
    {
        var notes = folder.Write("notes.txt", [.. Enumerable.Repeat("These are my notes.", 100)]);

        foreach (var verb in (string[])["stats", "verify", "compact"])
        {
            var run = await CliProcess.RunAsync("archive", verb, "--archive", notes);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("is not a chat session archive, and was not changed", run.Output + run.Error);
        }
        Assert.StartsWith("These are my notes.", await File.ReadAllTextAsync(notes, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Compact_says_what_it_gained()
    {
        await FillAsync();
        using (var archive = SessionArchive.Open(ArchivePath))
        {
            var long_ = Some.Session("long", null, [.. Enumerable.Range(0, 500).Select(n => Some.Text($"{n * 7919} {n * 104729}"))]);
            await archive.SaveAsync(ArchiveOwners.Local, new(long_, SessionOrigin.File, Noon), TestContext.Current.CancellationToken);
            await archive.DeleteAsync(ArchiveOwners.Local, "long", TestContext.Current.CancellationToken);
        }

        var run = await RunAsync("compact");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches("^Compacted .*archive.db: [0-9.]+ KB before, [0-9.]+ KB now.\n$", run.Output);
        Assert.Equal(0, (await RunAsync("verify")).ExitCode);
    }

    [Fact]
    public async Task Delete_takes_what_the_user_imported_and_what_the_key_read_and_no_others()
    {
        await FillAsync();

        var imported = await RunAsync("delete", "ses-1");
        var copied = await RunAsync("delete", "ses-cloud");
        var theirs = await RunAsync("delete", "ses-theirs");
        var again = await RunAsync("delete", "ses-1");

        Assert.Equal((0, $"Deleted from {ArchivePath}: session 'ses-1', imported: The lamp\n"), (imported.ExitCode, imported.Output));
        Assert.Contains("session 'ses-cloud', a copy from LlamaCloud: The lamp", copied.Output);
        Assert.Contains("`chat-mcp-server archive compact`", copied.ErrorLine);
        foreach (var run in (CliRun[])[theirs, again])
        {
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.EndsWith("`chat-mcp-server list` shows the ids.", run.ErrorLine);
        }
        Assert.StartsWith("ok: 2 sessions", (await RunAsync("verify")).Output);
    }

    [Fact]
    public async Task What_is_old_is_counted_by_a_dry_run_and_deleted_by_owner()
    {
        await FillAsync();
        using (var archive = SessionArchive.Open(ArchivePath))
            foreach (var owner in (string[])[ArchiveOwners.Local, "token:ann"])
                await archive.SaveAsync(
                    owner,
                    new(Updated("ses-lately", TimeProvider.System.GetUtcNow().AddDays(-2)), SessionOrigin.File, Noon),
                    TestContext.Current.CancellationToken
                );

        var dry = await RunAsync("delete", "--older-than", "3d", "--dry-run");
        var own = await RunAsync("delete", "--older-than", "3d");
        var again = await RunAsync("delete", "--older-than", "3d");
        var theirs = await RunAsync("delete", "--older-than", "1d", "--owner", "token:ann");
        var all = await RunAsync("delete", "--older-than", "3d", "--owner", "all");

        var copies = ArchiveOwners.LlamaCloud(Cloud, Caller.Local);
        Assert.Equal((0, ""), (dry.ExitCode, dry.Error));
        Assert.Matches(
            $"^Would be deleted from {ArchivePath}: 2 sessions of local, last updated before [0-9-]+ [0-9:]+ UTC\n"
                + $"Would be deleted from {ArchivePath}: 1 session of {copies}, last updated before .*\n$",
            dry.Output
        );
        Assert.StartsWith($"Deleted from {ArchivePath}: 2 sessions of local, last updated before", own.Output, StringComparison.Ordinal);
        Assert.Contains("`chat-mcp-server archive compact`", own.ErrorLine, StringComparison.Ordinal);
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.Matches($"^Nothing in {ArchivePath} was last updated before .* UTC, of local, {copies}\\.\n$", again.Output);
        Assert.StartsWith($"Deleted from {ArchivePath}: 1 session of token:ann, last", theirs.Output, StringComparison.Ordinal);
        Assert.StartsWith($"Deleted from {ArchivePath}: 1 session of other, last", all.Output, StringComparison.Ordinal);
        Assert.StartsWith("ok: 1 session with", (await RunAsync("verify")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nothing to delete.")]
    [InlineData("A session and --older-than do not go together.", "ses-1", "--older-than", "3d")]
    [InlineData("Invalid --older-than '3'. Use a number of days such as 90d", "--older-than", "3")]
    public async Task What_to_delete_must_be_clear(string said, params string[] arguments)
    {
        await FillAsync();

        var run = await RunAsync(["delete", .. arguments]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(said, run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_is_named_to_see_export_and_delete_what_is_theirs()
    {
        await FillAsync();

        var all = await RunAsync("stats", "--owner", "all");
        var stats = await RunAsync("stats", "--owner", "other");
        var export = await RunAsync("export", Out, "--owner", "other");
        var dry = await RunAsync("delete", "ses-theirs", "--owner", "other", "--dry-run");
        var deleted = await RunAsync("delete", "ses-theirs", "--owner", "other");
        var unknown = await RunAsync("delete", "ses-theirs", "--owner", "nobody");

        var copies = ArchiveOwners.LlamaCloud(Cloud, Caller.Local);
        Assert.Contains($"\nOwner     local 2\nOwner     {copies} 1\nOwner     other 1\n", all.Output, StringComparison.Ordinal);
        Assert.Contains("\nSessions  1, with 2 events\n", stats.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nOwner     other 1\n", stats.Output, StringComparison.Ordinal);
        Assert.StartsWith($"1 session exported to {Out}", export.Output, StringComparison.Ordinal);
        Assert.Equal($"Would be deleted from {ArchivePath}: session 'ses-theirs', of other: The lamp\n", dry.Output);
        Assert.Equal($"Deleted from {ArchivePath}: session 'ses-theirs', of other: The lamp\n", deleted.Output);
        Assert.Equal((1, ""), (unknown.ExitCode, unknown.Output));
        Assert.StartsWith($"The archive {ArchivePath} has nothing of the owner 'nobody'.", unknown.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update chunk set body = x'00' where first_event = 1")]
    [InlineData("update session set summary = x'7b' where no = 1")]
    public async Task What_is_damaged_can_be_deleted_and_the_archive_is_in_order_again(string damage)
    {
        await FillAsync();
        Execute(damage);
        Assert.Equal(1, (await RunAsync("verify")).ExitCode);

        var run = await RunAsync("delete", "ses-1");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"Deleted from {ArchivePath}: session 'ses-1', imported", run.Output);
        Assert.StartsWith("ok: 3 sessions", (await RunAsync("verify")).Output);
    }

    [Fact]
    public async Task Export_writes_what_the_user_may_see_as_it_came_and_the_folder_can_be_read_again()
    {
        await FillAsync();

        var run = await RunAsync("export", Out);
        var again = await RunAsync("export", Out);

        Assert.Equal((0, $"3 sessions exported to {Out}: 3 new, 0 changed, 0 unchanged.\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal($"3 sessions exported to {Out}: 0 new, 0 changed, 3 unchanged.\n", again.Output);
        foreach (var (owner, _, session) in Sessions.Where(one => one.Owner != "other"))
            Assert.Contains(Directory.EnumerateFiles(Out), file => File.ReadAllBytes(file).AsSpan().SequenceEqual(session.Json.Utf8.Span));
        var listed = await CliProcess.RunAsync("list", "--sessions", Out, "--json");
        Assert.Equal(3, JsonDocument.Parse(listed.Output).RootElement.GetArrayLength());
        Assert.Empty(listed.Error);
    }

    [Fact]
    public async Task What_cannot_be_exported_is_named_and_the_rest_is()
    {
        await FillAsync();
        Execute("update chunk set body = x'00' where first_event = 1");
        Directory.CreateDirectory(Out);
        var notes = Path.Combine(Out, "ses-cloud.json");
        await File.WriteAllTextAsync(notes, "my own", TestContext.Current.CancellationToken);

        var run = await RunAsync("export", Out);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("1 session exported", run.Output);
        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("Not exported: The archived session 'ses-1' is damaged"));
        Assert.Contains(lines, line => line.StartsWith($"Not exported: {notes} exists and is not session 'ses-cloud'"));
        Assert.Equal("my own", await File.ReadAllTextAsync(notes, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task One_native_file_opens_an_archive_by_itself()
    {
        var binary = Environment.GetEnvironmentVariable("CHAT_MCP_SERVER_BINARY");
        Assert.SkipWhen(string.IsNullOrEmpty(binary), "CHAT_MCP_SERVER_BINARY names no native file.");
        await FillAsync();
        var alone = Path.Combine(folder.Path, "chat-mcp-server");
        File.Copy(binary, alone);

        var run = await CliProcess.RunInShellAsync($"'{alone}' archive verify --archive '{ArchivePath}'");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("ok: 4 sessions", run.Output);
    }

    [Fact]
    public async Task Sessions_are_made_again_of_what_was_kept_of_their_file()
    {
        var path = folder.Write(
            "claude.jsonl",
            """{"type":"user","sessionId":"ses-b","timestamp":"2026-01-01T00:00:00Z","message":{"content":"Q"}}"""
        );
        Assert.Equal(0, (await CliProcess.RunAsync("import", path, "--archive", ArchivePath)).ExitCode);
        File.Delete(path);
        using (var archive = SessionArchive.Open(ArchivePath))
            await archive.SaveAsync(
                ArchiveOwners.Local,
                new(Recorded("ses-c"), new SessionOrigin("codex"), Noon),
                TestContext.Current.CancellationToken
            );

        var same = await RunAsync("reread");
        Execute("update chunk set body = x'00' where first_event = 1");
        var repaired = await RunAsync("reread", "ses-b");
        var unknown = await RunAsync("reread", "ses-d");
        var stats = await RunAsync("stats");

        Assert.Equal((0, ""), (same.ExitCode, same.Error));
        Assert.Equal(
            $"Nothing changed in {ArchivePath}.\nThe same as before: 1 session.\nLeft as they are, since their originals were not kept: 1 session.\n",
            same.Output
        );
        Assert.Equal((0, ""), (repaired.ExitCode, repaired.Error));
        Assert.Equal($"Replaced: session 'ses-b', 1 event; it was damaged\n1 session replaced in {ArchivePath}.\n", repaired.Output);
        Assert.Equal((1, ""), (unknown.ExitCode, unknown.Output));
        Assert.StartsWith("No imported session 'ses-d' in the archive.", unknown.ErrorLine, StringComparison.Ordinal);
        Assert.Matches("\nOriginals of 1 session: [0-9]+ bytes, [0-9]+ bytes in the file\n", stats.Output);
    }

    [Fact]
    public async Task Sessions_of_other_owners_are_read_again_when_they_are_named()
    {
        foreach (var (id, owner) in new[] { ("ses-a", "local"), ("ses-b", "group:reviewers") })
        {
            var path = folder.Write(
                $"{id}.jsonl",
                $$$"""{"type":"user","sessionId":"{{{id}}}","message":{"role":"user","content":"lamp"}}{{{"\n"}}}"""
            );
            var import = await CliProcess.RunAsync("import", path, "--owner", owner, "--archive", ArchivePath);
            Assert.Equal((0, ""), (import.ExitCode, import.Error));
        }
        var same = $"Nothing changed in {ArchivePath}.\nThe same as before: 1 session.\n";

        var mine = await RunAsync("reread");
        var theirs = await RunAsync("reread", "ses-b", "--owner", "group:reviewers");
        var all = await RunAsync("reread", "--owner", "all");
        var refused = await RunAsync("reread", "ses-b", "--owner", "all");

        Assert.Equal((0, same), (mine.ExitCode, mine.Output));
        Assert.Equal((0, same), (theirs.ExitCode, theirs.Output));
        Assert.Equal((0, $"local:\n{same}group:reviewers:\n{same}"), (all.ExitCode, all.Output));
        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("Sessions and --owner all do not go together.", refused.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_import_keeps_of_an_earlier_state_is_said()
    {
        var path = folder.Write("a.json", Some.SessionText("ses-a", "A", Some.UserInput("before")));
        await CliProcess.RunAsync("import", path, "--archive", ArchivePath);
        folder.Write("a.json", Some.SessionText("ses-a", "A", Some.UserInput("after")));

        var run = await CliProcess.RunAsync("import", path, "--archive", ArchivePath);
        var stats = await RunAsync("stats");

        Assert.StartsWith($"1 session with another state in {ArchivePath}.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "\nKept in two states, since each has something that the other has not: 1 session.\n",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("\nEarlier   1 session kept as earlier states\n", stats.Output, StringComparison.Ordinal);
    }

    private static readonly LlamaCloudOptions Cloud = LlamaCloudOptions.FromEnvironment(name =>
        name == "LLAMA_CLOUD_API_KEY" ? "key-of-a-test" : null
    )!;

    private static (string Owner, SessionOrigin Origin, Session Session)[] Sessions =>
        [
            (ArchiveOwners.Local, SessionOrigin.File, Recorded("ses-1")),
            (ArchiveOwners.Local, new SessionOrigin("codex"), Recorded("Codex/2")),
            (ArchiveOwners.LlamaCloud(Cloud, Caller.Local), SessionOrigin.LlamaCloud, Recorded("ses-cloud")),
            ("other", SessionOrigin.LlamaCloud, Recorded("ses-theirs")),
        ];

    private static Session Updated(string id, DateTimeOffset at) =>
        SessionJson.Read(
            Encoding.UTF8.GetBytes($$"""{"session_id":"{{id}}","last_updated_at":"{{at:O}}","events":[]}"""),
            "a test's session"
        );

    private static Session Recorded(string id) => Some.Session(id, "The lamp", Some.UserInput("Where is it?"), Some.Stop());

    private async Task FillAsync()
    {
        using var archive = SessionArchive.Open(ArchivePath);
        foreach (var (owner, origin, session) in Sessions)
            await archive.SaveAsync(owner, new(session, origin, Noon), TestContext.Current.CancellationToken);
    }

    private Task<CliRun> RunAsync(params string[] arguments) =>
        CliProcess.RunWithAsync(
            new() { ["LLAMA_CLOUD_API_KEY"] = "key-of-a-test", ["CHAT_MCP_ARCHIVE"] = ArchivePath },
            ["archive", .. arguments]
        );

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={ArchivePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
