using System.Text.RegularExpressions;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Xunit;

namespace ChatMcpServer.Tests.Reliability;

/// <summary>
/// A disk that is full, read-only, or not to be written by the user. The full disks are file systems of a few megabytes, which each test
/// mounts for its own processes.
/// </summary>
[Trait("Runs", "process")]
public sealed class DiskFaultTests : IDisposable
{
    private const int Sessions = 30;

    private readonly TempFolder folder = new();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    /// <summary>A folder where a script mounts a small disk.</summary>
    private string Disk => Directory.CreateDirectory(Path.Combine(folder.Path, "disk")).FullName;

    private string Files => Directory.CreateDirectory(Path.Combine(folder.Path, "files")).FullName;

    public void Dispose() => folder.Dispose();

    [Fact]
    [Proves("disk full: import")]
    public async Task An_import_on_a_full_disk_keeps_what_is_saved_and_goes_on_when_there_is_room()
    {
        var shell = await CliShell.WithMountsAsync();
        WriteSessions();

        var run = await RunAsync(
            shell,
            $"""
            mount -t tmpfs -o size=3m none {Disk}
            $CLI import {Files} --archive {Disk}/a.db; echo "exit $?"
            $CLI archive verify --archive {Disk}/a.db; echo "exit $?"
            $CLI search lamp --archive {Disk}/a.db >/dev/null 2>&1; echo "exit $?"
            mount -o remount,size=40m {Disk}
            $CLI import {Files} --archive {Disk}/a.db; echo "exit $?"
            $CLI archive verify --archive {Disk}/a.db; echo "exit $?"
            """
        );

        Assert.Equal(["exit 1", "exit 0", "exit 0", "exit 0", "exit 0"], Exits(run));
        Assert.StartsWith(
            $"No disk space left for the archive {Disk}/a.db or temporary files. Free some, or use a file elsewhere.",
            run.ErrorLine,
            StringComparison.Ordinal
        );
        Assert.Contains($"ok: {Sessions} sessions", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Proves("disk full: import")]
    public async Task An_archive_that_cannot_even_be_made_is_a_sentence_and_is_made_when_there_is_room()
    {
        var shell = await CliShell.WithMountsAsync();
        WriteSessions();

        var run = await RunAsync(
            shell,
            $"""
            mount -t tmpfs -o size=1m none {Disk}
            dd if=/dev/zero of={Disk}/filler bs=4k >/dev/null 2>&1
            $CLI import {Files} --archive {Disk}/a.db; echo "exit $?"
            rm {Disk}/filler
            mount -o remount,size=40m {Disk}
            $CLI import {Files} --archive {Disk}/a.db; echo "exit $?"
            $CLI archive verify --archive {Disk}/a.db; echo "exit $?"
            """
        );

        Assert.Equal(["exit 1", "exit 0", "exit 0"], Exits(run));
        Assert.Contains("No disk space left for the archive", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains($"ok: {Sessions} sessions", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Proves("disk full: maintenance", "disk full: read")]
    public async Task On_a_full_disk_the_archive_is_read_and_what_changes_it_is_a_sentence()
    {
        var shell = await CliShell.WithMountsAsync();
        WriteSessions();

        var run = await RunAsync(
            shell,
            $"""
            mount -t tmpfs -o size=40m none {Disk}
            $CLI import {Files} --archive {Disk}/a.db >/dev/null; echo "exit $?"
            dd if=/dev/zero of={Disk}/filler bs=4k >/dev/null 2>&1
            $CLI archive compact --archive {Disk}/a.db; echo "exit $?"
            $CLI archive delete ses-3 --archive {Disk}/a.db; echo "exit $?"
            $CLI list --archive {Disk}/a.db >/dev/null 2>&1; echo "exit $?"
            $CLI show ses-4 --archive {Disk}/a.db >/dev/null; echo "exit $?"
            rm {Disk}/filler
            $CLI archive compact --archive {Disk}/a.db >/dev/null; echo "exit $?"
            $CLI archive verify --archive {Disk}/a.db; echo "exit $?"
            """
        );

        Assert.Equal(["exit 0", "exit 1", "exit 1", "exit 0", "exit 0", "exit 0", "exit 0"], Exits(run));
        Assert.All(Lines(run.Error), line => Assert.Contains("No disk space left", line, StringComparison.Ordinal));
    }

    [Fact]
    [Proves("disk full: export")]
    public async Task An_export_on_a_full_disk_leaves_only_complete_files()
    {
        var shell = await CliShell.WithMountsAsync();
        WriteSessions();

        var run = await RunAsync(
            shell,
            $"""
            $CLI import {Files} --archive {folder.Path}/a.db >/dev/null; echo "exit $?"
            mount -t tmpfs -o size=1m none {Disk}
            $CLI archive export {Disk}/out --archive {folder.Path}/a.db; echo "exit $?"
            ls -A {Disk}/out | grep -v json
            $CLI list --sessions {Disk}/out >/dev/null; echo "exit $?"
            mount -o remount,size=40m {Disk}
            $CLI archive export {Disk}/out --archive {folder.Path}/a.db; echo "exit $?"
            cp -r {Disk}/out {folder.Path}/out
            """
        );

        Assert.Equal(["exit 0", "exit 1", "exit 0", "exit 0"], Exits(run));
        Assert.StartsWith($"Could not write {Disk}/out/ses-", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("No space left on device", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{Sessions} sessions exported", run.Output, StringComparison.Ordinal);
        for (var n = 0; n < Sessions; n++)
            Assert.Equal(await ReadAsync($"files/ses-{n}.json"), await ReadAsync($"out/ses-{n}.json"));
    }

    [Fact]
    [Proves("disk full: serve")]
    public async Task A_server_whose_archive_s_disk_is_full_answers_everything_and_logs_once_that_it_does_not_save()
    {
        var shell = await CliShell.WithMountsAsync();
        await using var cloud = await FakeLlamaCloud.StartAsync();
        for (var n = 0; n < Sessions; n++)
            cloud.Add(Session(n));
        await using var server = ServerProcess.StartInShell(
            shell,
            $"""
            mount -t tmpfs -o size=1m none {Disk}
            $CLI serve --archive {Disk}/a.db
            code=$?
            $CLI archive verify --archive {Disk}/a.db >{folder.Path}/verified
            exit $code
            """,
            Environment(cloud)
        );
        var client = new ToolClient(server);

        for (var n = 0; n < Sessions; n++)
            Assert.Contains($"lamp {n}", await client.AnswerAsync($"ses-{n}"), StringComparison.Ordinal);
        var found = await client.AskAsync("search_chat_sessions", """{"query":"lamp"}""");
        var listed = await client.AskAsync("list_chat_sessions");
        var log = await client.EndAsync();

        Assert.False(found.IsError, found.Text);
        Assert.False(listed.IsError, listed.Text);
        Assert.Contains("was not saved: No disk space left for the archive", Assert.Single(Lines(log)), StringComparison.Ordinal);
        Assert.StartsWith("ok: ", await ReadAsync("verified"), StringComparison.Ordinal);
    }

    [Fact]
    [Proves("disk full: temporary files")]
    public async Task Without_room_for_temporary_files_the_archive_is_searched_and_everything_else_is_answered()
    {
        var shell = await CliShell.WithMountsAsync();
        WriteSessions(40_000);
        var archive = Path.Combine(folder.Path, "a.db");
        var kept = folder.Write("kept.json", Some.SessionText("ses-kept", "Kept", Some.UserInput("a lamp that is kept")));
        Assert.Equal(0, (await CliProcess.RunAsync("import", kept, "--archive", archive)).ExitCode);
        await using var server = ServerProcess.StartInShell(
            shell,
            $"""
            mount -t tmpfs -o size=1m none {Disk}
            export SQLITE_TMPDIR={Disk}
            exec $CLI serve --archive {archive} --sessions {Files}
            """,
            []
        );
        var client = new ToolClient(server);

        for (var ask = 0; ask < 2; ask++)
        {
            var found = await client.AskAsync("search_chat_sessions", """{"query":"lamp"}""");
            Assert.False(found.IsError, found.Text);
            Assert.Contains("ses-kept", found.Text, StringComparison.Ordinal);
            Assert.Contains(
                "Session files were not searched: No disk space is left for temporary files in",
                found.Text,
                StringComparison.Ordinal
            );
        }
        Assert.Contains("lamp 7", await client.AnswerAsync("ses-7"), StringComparison.Ordinal);
        await client.EndAsync();
    }

    [Fact]
    [Proves("disk full: sync")]
    public async Task A_sync_on_a_full_disk_keeps_what_is_saved_and_goes_on_when_there_is_room()
    {
        var shell = await CliShell.WithMountsAsync();
        await using var cloud = await FakeLlamaCloud.StartAsync();
        for (var n = 0; n < Sessions; n++)
            cloud.Add(Session(n));

        var run = await CliProcess.RunInShellAsync(
            shell,
            $"""
            mount -t tmpfs -o size=3m none {Disk}
            $CLI sync --archive {Disk}/a.db; echo "exit $?"
            $CLI archive verify --archive {Disk}/a.db; echo "exit $?"
            mount -o remount,size=40m {Disk}
            $CLI sync --archive {Disk}/a.db; echo "exit $?"
            $CLI archive verify --archive {Disk}/a.db; echo "exit $?"
            """,
            Environment(cloud)
        );

        Assert.Equal(["exit 1", "exit 0", "exit 0", "exit 0"], Exits(run));
        Assert.Contains("No disk space left for the archive", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("Synced sessions are saved; run the same command to continue.", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains($"ok: {Sessions} sessions", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Proves("file limit")]
    public async Task A_limit_of_the_size_of_files_is_a_sentence_and_leaves_a_whole_archive()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a limit for the size of files.");
        WriteSessions();

        // No file may have more than two megabytes, and the runtime must not need one that has.
        var run = await RunAsync(
            CliShell.Usual,
            $"""
            (export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 4096; $CLI import {Files} --archive {folder.Path}/a.db); echo "exit $?"
            $CLI archive verify --archive {folder.Path}/a.db; echo "exit $?"
            $CLI import {Files} --archive {folder.Path}/a.db; echo "exit $?"
            $CLI archive verify --archive {folder.Path}/a.db; echo "exit $?"
            """
        );

        Assert.Equal(["exit 1", "exit 0", "exit 0", "exit 0"], Exits(run));
        Assert.Matches(
            $"^Cannot (read or write|write to) the archive {Regex.Escape(folder.Path)}/a.db(:.*)?\\. Check that its disk works",
            run.ErrorLine
        );
        Assert.Contains($"ok: {Sessions} sessions", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Proves("read-only: archive")]
    public async Task An_archive_on_a_read_only_disk_is_read_and_everything_that_writes_is_a_sentence()
    {
        var shell = await CliShell.WithMountsAsync();
        WriteSessions();

        var run = await RunAsync(
            shell,
            $"""
            mount -t tmpfs -o size=40m none {Disk}
            $CLI import {Files} --archive {Disk}/a.db >/dev/null; echo "exit $?"
            mount -o remount,ro {Disk}
            $CLI show ses-4 --archive {Disk}/a.db | grep -c 'lamp 4'; echo "exit $?"
            $CLI search lamp --archive {Disk}/a.db >/dev/null 2>&1; echo "exit $?"
            $CLI import {Files}/ses-1.json --archive {Disk}/a.db; echo "exit $?"
            $CLI archive delete ses-3 --archive {Disk}/a.db; echo "exit $?"
            $CLI archive compact --archive {Disk}/a.db; echo "exit $?"
            $CLI archive export {Disk}/out --archive {Disk}/a.db; echo "exit $?"
            """
        );

        Assert.Equal(["exit 0", "exit 0", "exit 0", "exit 1", "exit 1", "exit 1", "exit 1"], Exits(run));
        var errors = Lines(run.Error);
        Assert.Equal(4, errors.Length);
        Assert.All(errors[..3], line => Assert.Contains($"{Disk}/a.db", line, StringComparison.Ordinal));
        Assert.StartsWith($"Could not write {Disk}/out", errors[3], StringComparison.Ordinal);
    }

    [Fact]
    [Proves("read-only: archive", "read-only: files")]
    public async Task A_server_that_may_not_write_its_archive_or_read_some_files_answers_with_what_it_has()
    {
        var shell = await CliShell.WithFileModesAsync();
        WriteSessions();
        var archives = Directory.CreateDirectory(Path.Combine(folder.Path, "archives")).FullName;
        Assert.Equal(0, (await CliProcess.RunAsync("import", $"{Files}/ses-1.json", "--archive", $"{archives}/a.db")).ExitCode);
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("ses-cloud", "Cloud", Some.UserInput("lamp of the cloud")));
        await using var server = ServerProcess.StartInShell(
            shell,
            $"""
            rm {Files}/ses-1.json
            chmod 000 {Files}/ses-2.json; chmod 400 {archives}/a.db; chmod 500 {archives}
            $CLI serve --archive {archives}/a.db --sessions {Files}
            code=$?
            chmod 700 {archives}
            exit $code
            """,
            Environment(cloud)
        );
        var client = new ToolClient(server);

        foreach (var (id, says) in new[] { ("ses-1", "lamp 1"), ("ses-3", "lamp 3"), ("ses-cloud", "lamp of the cloud") })
            Assert.Contains(says, await client.AnswerAsync(id), StringComparison.Ordinal);
        var unreadable = await client.GetAsync("ses-2");
        var listed = await client.AskAsync("list_chat_sessions", """{"limit":100}""");
        var log = await client.EndAsync();

        Assert.True(unreadable.IsError);
        Assert.Contains("ses-1", listed.Text, StringComparison.Ordinal);
        Assert.Contains("ses-2.json", listed.Text, StringComparison.Ordinal);
        Assert.Contains("Session 'ses-cloud' was not saved: The archive", log, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(archives, "a.db")], Directory.GetFiles(archives));
    }

    [Fact]
    [Proves("no temporary folder")]
    public async Task Where_no_temporary_folder_can_be_written_the_server_and_its_verbs_answer()
    {
        var shell = await CliShell.WithMountsAsync();
        WriteSessions();
        await using var server = ServerProcess.StartInShell(
            shell,
            $"""
            mkdir {folder.Path}/nothing
            for place in /tmp /var/tmp /usr/tmp; do [ -d $place ] && [ $place != {Path.GetTempPath().TrimEnd(
                '/'
            )} ] && mount -t tmpfs -o ro none $place; done
            export TMPDIR={folder.Path}/nothing
            mount -t tmpfs -o ro none $TMPDIR
            export DOTNET_EnableDiagnostics=0
            exec $CLI serve --archive {folder.Path}/a.db --sessions {Files}
            """,
            []
        );
        var client = new ToolClient(server);

        var found = await client.AskAsync("search_chat_sessions", """{"query":"lamp"}""");

        Assert.False(found.IsError, found.Text);
        Assert.Contains("lamp 7", await client.AnswerAsync("ses-7"), StringComparison.Ordinal);
        await client.EndAsync();
    }

    private static Task<CliRun> RunAsync(CliShell shell, string script) => CliProcess.RunInShellAsync(shell, script, []);

    private static Dictionary<string, string> Environment(FakeLlamaCloud cloud) =>
        new() { ["LLAMA_CLOUD_API_KEY"] = "llx-key-of-the-tests", ["LLAMA_CLOUD_BASE_URL"] = cloud.BaseUrl.OriginalString };

    private static string[] Exits(CliRun run) => [.. Lines(run.Output).Where(line => line.StartsWith("exit ", StringComparison.Ordinal))];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(Path.Combine(folder.Path, name), TestEnd);

    private void WriteSessions(int length = 8_000)
    {
        var files = Files;
        for (var n = 0; n < Sessions; n++)
            File.WriteAllText(Path.Combine(files, $"ses-{n}.json"), Session(n, length));
    }

    /// <summary>A session of words that occur only once, which take most room in an index.</summary>
    private static string Session(int n, int length = 8_000)
    {
        var random = new Random(n);
        var words = Enumerable.Range(0, length).Select(_ => random.NextInt64().ToString("x", null));
        return Some.SessionText($"ses-{n}", $"Title {n}", Some.UserInput($"lamp {n}"), Some.Text(string.Join(' ', words)));
    }
}
