using System.Text.Json;
using ChatSessions.Archive;
using ChatSessions.Sources;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

[Trait("Runs", "process")]
public sealed class ArchiveExportVerbTests : OnArchiveVerb
{
    [Theory]
    [InlineData(2, "{0} is a file. Pass a folder to export to", "t.txt")]
    [InlineData(1, "Could not write {0}/", "/proc/x")]
    public async Task An_export_that_cannot_be_written_says_what_to_do(int exitCode, string said, string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc.");
        await FillAsync();
        var target = name.StartsWith('/') ? name : Path.Combine(Folder.Path, name);
        if (target != name)
            await File.WriteAllTextAsync(target, "", TestContext.Current.CancellationToken);

        var run = await RunAsync("export", target);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith(string.Format(null, said, target), run.ErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain("Could not find", run.ErrorLine, StringComparison.Ordinal);
        Assert.Matches("(it is created if it does not exist|or use another folder)\\.$", run.ErrorLine);
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
        Assert.DoesNotContain("with what others have", all.Output, StringComparison.Ordinal);
        Assert.Contains(", with what others have\n", stats.Output, StringComparison.Ordinal);
        Assert.StartsWith($"1 session exported to {Out}", export.Output, StringComparison.Ordinal);
        Assert.Equal($"Would be deleted from {ArchivePath}: session 'ses-theirs', of other: The lamp\n", dry.Output);
        Assert.Equal($"Deleted from {ArchivePath}: session 'ses-theirs', of other: The lamp\n", deleted.Output);
        Assert.Equal((1, ""), (unknown.ExitCode, unknown.Output));
        Assert.StartsWith($"The archive {ArchivePath} has nothing of the owner 'nobody'.", unknown.ErrorLine, StringComparison.Ordinal);
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
}
