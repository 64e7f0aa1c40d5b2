using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatMcpServer.Tests.Reliability;

/// <summary>An archive that another process locks, damages or replaces, under a server that has other sessions too.</summary>
[Trait("Runs", "process")]
public sealed class ArchiveFaultTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private FakeLlamaCloud cloud = null!;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(folder.Path, "archive.db");

    private string Files => Path.Combine(folder.Path, "files");

    public async ValueTask InitializeAsync()
    {
        cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("ses-cloud", "Of the cloud", Some.UserInput("lamp of the cloud")));
        Directory.CreateDirectory(Files);
        folder.Write("files/f.json", Some.SessionText("ses-file", "Of a file", Some.UserInput("lamp of a file")));
        var random = new Random(1);
        for (var n = 0; n < 20; n++)
            folder.Write(
                $"import-{n}.json",
                Some.SessionText(
                    $"ses-{n}",
                    $"Title {n}",
                    Some.UserInput($"lamp {n}"),
                    Some.Text(string.Join(' ', Enumerable.Range(0, 2_000).Select(_ => random.NextInt64().ToString("x", null))))
                )
            );
        var run = await ImportAsync([.. Enumerable.Range(0, 20).Select(n => Path.Combine(folder.Path, $"import-{n}.json"))]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    [Proves("locked")]
    public async Task While_another_process_writes_all_is_read_and_what_cannot_be_saved_is_a_sentence()
    {
        await using var server = Start();
        var client = new ToolClient(server);
        await client.AnswerAsync("ses-1");
        await using (var other = new SqliteConnection($"Data Source={Archive};Pooling=False"))
        {
            await other.OpenAsync(TestEnd);
            await using var writing = other.BeginTransaction(deferred: false);

            Assert.Contains("lamp of the cloud", await client.AnswerAsync("ses-cloud"), StringComparison.Ordinal);
            Assert.Contains("lamp 3", await client.AnswerAsync("ses-3"), StringComparison.Ordinal);
            Assert.Contains(
                "ses-7",
                (await client.AskAsync("search_chat_sessions", """{"query":"lamp 7"}""")).Text,
                StringComparison.Ordinal
            );
            var refused = await ImportAsync(folder.Write("new.json", Some.SessionText("ses-new", "New", Some.UserInput("new lamp"))));
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.StartsWith(
                $"Another process has been writing to the archive {Archive} for more than five seconds.",
                refused.ErrorLine,
                StringComparison.Ordinal
            );
        }

        Assert.Equal(0, (await ImportAsync(Path.Combine(folder.Path, "new.json"))).ExitCode);
        Assert.Contains("new lamp", await client.AnswerAsync("ses-new"), StringComparison.Ordinal);
        Assert.Contains(
            "Session 'ses-cloud' was not saved: Another process has been writing to the archive",
            Assert.Single((await client.EndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
        await VerifyAsync();
    }

    [Theory]
    [InlineData("header")]
    [InlineData("pages")]
    [InlineData("half")]
    [InlineData("emptied")]
    [InlineData("text")]
    [InlineData("folder")]
    [Proves("damaged", "replaced")]
    public async Task Of_a_damaged_archive_a_call_says_so_and_a_whole_one_in_its_place_is_read_at_once(string damage)
    {
        var whole = await File.ReadAllBytesAsync(Archive, TestEnd);
        await using var server = Start();
        var client = new ToolClient(server);
        await client.AnswerAsync("ses-1");
        Damage(damage, whole);

        var answered = 0;
        for (var n = 0; n < 20; n++)
            if (await client.GetAsync($"ses-{n}") is { IsError: false })
                answered++;
        // A session that cannot be read is a sentence, and pages that are whole are still read.
        Assert.InRange(answered, 0, damage == "pages" ? 19 : 20);
        await client.AskAsync("search_chat_sessions", """{"query":"lamp"}""");
        Assert.Contains("ses-file", (await client.AskAsync("list_chat_sessions", """{"limit":100}""")).Text, StringComparison.Ordinal);
        Assert.Contains("lamp of a file", await client.AnswerAsync("ses-file"), StringComparison.Ordinal);
        Assert.Contains("lamp of the cloud", await client.AnswerAsync("ses-cloud"), StringComparison.Ordinal);

        var backup = folder.Write("backup.db");
        await File.WriteAllBytesAsync(backup, whole, TestEnd);
        if (Directory.Exists(Archive))
            Directory.Delete(Archive);
        foreach (var file in new[] { Archive, $"{Archive}-wal", $"{Archive}-shm" })
            File.Delete(file);
        File.Move(backup, Archive);
        for (var n = 0; n < 20; n++)
            Assert.Contains($"lamp {n}", await client.AnswerAsync($"ses-{n}"), StringComparison.Ordinal);
        await client.EndAsync();
        await VerifyAsync();
    }

    [Fact]
    [Proves("killed")]
    public async Task A_server_that_is_killed_while_it_saves_leaves_a_whole_archive()
    {
        for (var n = 0; n < 40; n++)
            cloud.Add(Some.SessionText($"ses-k{n}", "K", Some.UserInput($"killed {n}"), Some.Text(new string('k', 20_000))));
        for (var kill = 0; kill < 3; kill++)
        {
            await using var server = Start();
            var client = new ToolClient(server);
            for (var n = kill; n < 40; n += 3)
                await client.AnswerAsync($"ses-k{n}");
            await server.SignalAsync("KILL");
            await server.ExitAsync();
            await VerifyAsync();
        }

        await using var next = Start();
        await new ToolClient(next).AnswerAsync("ses-k1");
    }

    private void Damage(string damage, byte[] whole)
    {
        byte[] damaged = [.. whole];
        switch (damage)
        {
            case "header":
                new Random(2).NextBytes(damaged.AsSpan(0, 100));
                break;
            case "pages":
                // Every page but the first loses some bits.
                for (var at = 4096 + 17; at < damaged.Length; at += 4096)
                    damaged[at] ^= 0x5A;
                break;
            case "half":
                damaged = damaged[..(damaged.Length / 2)];
                break;
            case "emptied":
                damaged = [];
                break;
            case "text":
                damaged = "This is not an archive.\n"u8.ToArray();
                break;
            default:
                File.Delete(Archive);
                Directory.CreateDirectory(Archive);
                return;
        }
        // Into the file itself, which the server has open.
        using var file = new FileStream(Archive, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(damaged.Length);
        file.Write(damaged);
    }

    private ServerProcess Start() =>
        ServerProcess.StartWith(
            new() { ["LLAMA_CLOUD_API_KEY"] = "llx-key-of-the-tests", ["LLAMA_CLOUD_BASE_URL"] = cloud.BaseUrl.OriginalString },
            "serve",
            "--archive",
            Archive,
            "--sessions",
            Files
        );

    private Task<CliRun> ImportAsync(params string[] paths) => CliProcess.RunAsync(["import", .. paths, "--archive", Archive]);

    private async Task VerifyAsync()
    {
        var run = await CliProcess.RunAsync("archive", "verify", "--archive", Archive);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }
}
