using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Sources;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

[Trait("Runs", "process")]
public sealed class ArchiveDeleteVerbTests : OnArchiveVerb
{
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
}
