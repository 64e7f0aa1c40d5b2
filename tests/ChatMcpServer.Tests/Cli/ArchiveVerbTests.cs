using System.Text.Json;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

[Trait("Runs", "process")]
public sealed class ArchiveVerbTests : OnArchiveVerb
{
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
        Assert.Contains("\nFrom      codex 1, llamacloud 3\n", text.Output);
        Assert.EndsWith(
            "\nOwners    local 2, this key and project 1, others 1 (`chat-mcp-server archive stats --owner all` lists them)\n",
            text.Output
        );
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

        Assert.EndsWith(
            $"\nOwners    local 2, this key and project 0, others 2 (`chat-mcp-server archive stats --owner all --archive {ArchivePath}` lists them)\n",
            run.Output
        );
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
    public async Task A_file_from_which_nothing_can_be_exported_is_not_sent_to_export_twice()
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(ArchivePath, TestContext.Current.CancellationToken);
        bytes.AsSpan(4096).Fill(0xA5);
        await File.WriteAllBytesAsync(ArchivePath, bytes, TestContext.Current.CancellationToken);

        var list = await CliProcess.RunAsync("list", "--archive", ArchivePath);
        var export = await RunAsync("export", Out);
        var verify = await RunAsync("verify");

        Assert.Contains($"`chat-mcp-server archive export DIR --raw --archive {ArchivePath}`", list.Error, StringComparison.Ordinal);
        var lost =
            $"The archive {ArchivePath} is so damaged that nothing can be exported from it. Put a backup in its place, or move it away, ";
        Assert.StartsWith(lost, export.ErrorLine, StringComparison.Ordinal);
        Assert.StartsWith(lost, verify.Output, StringComparison.Ordinal);
        Assert.Equal($"1 problem in {ArchivePath}.", verify.ErrorLine);
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
        Assert.EndsWith(" `chat-mcp-server archive export DIR --raw --owner all` saves the sessions that are intact.", run.ErrorLine);
    }

    [Fact]
    public async Task Verify_says_whose_session_is_damaged_and_how_to_delete_it_unless_it_is_the_callers_own()
    {
        await FillAsync();
        Execute("update chunk set body = x'00'; update owner set sessions = 7 where name = 'other'");

        var run = await RunAsync("verify");

        var lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(5, lines.Length);
        const string Delete = "chat-mcp-server archive delete ses-theirs --owner other";
        Assert.Equal(
            [
                "Of the owner other: The archived session 'ses-theirs' is damaged. Delete it from the archive, and import or read it again. "
                    + $"`{Delete}` deletes it.",
                "Of the owner other: The owner has 1 sessions, but 7 are recorded.",
            ],
            lines.Where(line => line.Contains("wner", StringComparison.Ordinal))
        );
        Assert.Equal(0, (await RunAsync(Delete.Split(' ')[2..])).ExitCode);
        Assert.DoesNotContain("ses-theirs", (await RunAsync("verify")).Output);
    }

    [Fact]
    public async Task What_is_no_archive_is_named_and_left_as_it_is()
    {
        var notes = Folder.Write("notes.txt", [.. Enumerable.Repeat("These are my notes.", 100)]);

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
    public async Task One_native_file_opens_an_archive_by_itself()
    {
        var binary = Environment.GetEnvironmentVariable("CHAT_MCP_SERVER_BINARY");
        Assert.SkipWhen(string.IsNullOrEmpty(binary), "CHAT_MCP_SERVER_BINARY names no native file.");
        await FillAsync();
        var alone = Path.Combine(Folder.Path, "chat-mcp-server");
        File.Copy(binary, alone);

        var run = await CliProcess.RunInShellAsync($"'{alone}' archive verify --archive '{ArchivePath}'");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("ok: 4 sessions", run.Output);
    }
}
