using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

[Trait("Runs", "process")]
public sealed class ArchiveRereadVerbTests : OnArchiveVerb
{
    [Fact]
    public async Task Sessions_are_made_again_of_what_was_kept_of_their_file()
    {
        var path = Folder.Write(
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
            var path = Folder.Write(
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
        var path = Folder.Write("a.json", Some.SessionText("ses-a", "A", Some.UserInput("before")));
        await CliProcess.RunAsync("import", path, "--archive", ArchivePath);
        Folder.Write("a.json", Some.SessionText("ses-a", "A", Some.UserInput("after")));

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
}
