using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>The archive with a fake LlamaCloud: sync, and copies of what is read.</summary>
public sealed class SyncVerbTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private FakeLlamaCloud cloud = null!;

    private string Archive => Path.Combine(folder.Path, "data", "archive.db");

    public async ValueTask InitializeAsync()
    {
        cloud = await FakeLlamaCloud.StartAsync();
        cloud.PageSize = 2;
        foreach (var id in (string[])["ses-1", "ses-2", "ses-3"])
            cloud.Add(Some.SessionText(id, $"Title of {id}", Some.UserInput($"What is {id}?"), Some.Stop()));
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Everything_is_brought_once_and_then_nothing()
    {
        var first = await RunAsync("sync");
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Equal(
            $"LlamaCloud ({cloud.BaseUrl.Authority}) lists 3 sessions, 3 new or changed. 3 added to {Archive}, 0 replaced.\n",
            first.Output
        );
        var asked = cloud.Requests.Count;

        var second = await RunAsync("sync");
        Assert.Contains("0 new or changed", second.Output);
        Assert.Equal(asked + 2, cloud.Requests.Count);
    }

    [Fact]
    public async Task What_was_synced_is_listed_and_shown_with_its_age_when_LlamaCloud_is_out_of_reach()
    {
        await RunAsync("sync");
        cloud.Always = Faults.Status(503);

        var list = await RunAsync("list");
        Assert.Equal(0, list.ExitCode);
        Assert.Contains("ses-1", list.Output);
        Assert.Contains("Not listed: LlamaCloud", list.ErrorLine);
        var show = await RunAsync("show", "ses-2");
        Assert.Equal((0, ""), (show.ExitCode, show.Error));
        Assert.Contains("\n#0 user: What is ses-2?\n", show.Output);
        Assert.Contains("This is the archive's copy of ", show.Output);
    }

    [Fact]
    public async Task What_was_shown_is_in_the_archive()
    {
        await RunAsync("show", "ses-3");
        cloud.Always = Faults.Status(503);

        Assert.Contains("What is ses-3?", (await RunAsync("show", "ses-3")).Output);
        var missing = await RunAsync("show", "ses-1");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("failed (503)", missing.ErrorLine);
    }

    [Fact]
    public async Task Another_key_sees_nothing_of_it()
    {
        await RunAsync("sync");
        cloud.Always = Faults.Status(503);

        var run = await CliProcess.RunWithAsync(Environment("llx-another"), "show", "ses-1");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("none", "llx-key", "The archive is turned off")]
    [InlineData("a.db", "", "No LlamaCloud API key")]
    public async Task Without_a_key_or_an_archive_there_is_nothing_to_do(string archive, string key, string sentence)
    {
        var run = await CliProcess.RunWithAsync(new() { ["CHAT_MCP_ARCHIVE"] = archive, ["LLAMA_CLOUD_API_KEY"] = key }, "sync");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(sentence, run.ErrorLine);
    }

    [Fact]
    public async Task A_server_that_fails_is_named_before_the_wait_and_when_the_sync_is_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        cloud.Always = Faults.Status(503);
        var log = Path.Combine(folder.Path, "log");

        var run = await CliProcess.RunInShellAsync(
            CliShell.Usual,
            $"$CLI sync 2>{log} & sync=$!; until grep -q minute {log}; do sleep 0.1; done; kill -TERM $sync; wait $sync",
            Environment("llx-key-of-the-tests")
        );

        Assert.Equal((130, ""), (run.ExitCode, run.Output));
        var lines = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"failed \(503\).* It is tried again in a minute\.$", lines[0]);
        Assert.Matches(@"^Stopped\. .*failed \(503\).*run the same command to continue\.$", lines[1]);
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliProcess.RunWithAsync(Environment("llx-key-of-the-tests"), arguments);

    private Dictionary<string, string> Environment(string key) =>
        new()
        {
            ["LLAMA_CLOUD_API_KEY"] = key,
            ["LLAMA_CLOUD_BASE_URL"] = cloud.BaseUrl.OriginalString,
            ["CHAT_MCP_ARCHIVE"] = Archive,
        };
}
