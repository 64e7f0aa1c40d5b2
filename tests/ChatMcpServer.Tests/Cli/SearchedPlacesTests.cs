using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>Searches of what is not there, cannot be read, or was not named.</summary>
public sealed class SearchedPlacesTests : OnSearchedArchive
{
    [Fact]
    public async Task A_session_that_is_not_there_is_named()
    {
        var run = await SearchAsync("lamp", "--session", "ses-nope");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal("No session 'ses-nope' in the archive. `chat-mcp-server list` shows the ids.", run.ErrorLine);
    }

    [Fact]
    public async Task An_archive_that_is_not_there_is_empty_and_not_made()
    {
        var path = Path.Combine(Folder, "elsewhere", "archive.db");

        var run = await CliProcess.RunAsync("search", "lamp", "--archive", path);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(
            $"There are no sessions to search. Fill the archive with `chat-mcp-server import PATH --archive {path}`",
            run.Error,
            StringComparison.Ordinal
        );
        Assert.Contains($"There is no archive {path}.", run.Error);
        Assert.False(Path.Exists(Path.GetDirectoryName(path)));
    }

    [Theory]
    [InlineData("list", "show", "nope")]
    [InlineData("list", "compare", "nope", "nope")]
    [InlineData("list", "search", "nope")]
    [InlineData("list", "search", "lamp", "--session", "nope")]
    [InlineData("list", "archive", "delete", "nope")]
    [InlineData("list", "archive", "reread", "nope")]
    [InlineData("archive compact", "archive", "delete", "ses-old")]
    [InlineData("archive stats --owner all", "archive", "delete", "ses-old", "--owner", "nobody")]
    public async Task A_command_that_is_proposed_names_the_archive_that_this_one_names(string command, params string[] arguments)
    {
        var run = await CliProcess.RunAsync([.. arguments, "--archive", Archive]);

        Assert.Contains($"`chat-mcp-server {command} --archive {Archive}`", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_proposed_names_the_files_that_this_command_names()
    {
        var file = Path.Combine(Folder, "one.json");
        await File.WriteAllTextAsync(file, Some.SessionText("ses-file", null, Some.Text("x")), TestContext.Current.CancellationToken);

        var run = await CliProcess.RunAsync("show", "nope", "--sessions", file);

        Assert.EndsWith($"`chat-mcp-server list --sessions {file}` shows the ids.", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_not_searched_are_named_and_the_others_are_counted()
    {
        var sessions = Directory.CreateDirectory(Path.Combine(Folder, "sessions"));
        foreach (var n in Enumerable.Range(0, 5))
            await File.WriteAllTextAsync(
                Path.Combine(sessions.FullName, $"{n}.jsonl"),
                $$$"""{"type":"user","sessionId":"ses-{{{n}}}","message":{"content":"lamp"}}""",
                TestContext.Current.CancellationToken
            );

        var run = await CliProcess.RunAsync("search", "lamp", "--archive", "none", "--sessions", sessions.FullName);

        var named = run.Error.Split('\n').Where(line => line.StartsWith("Not searched: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, named.Count);
        Assert.All(named, line => Assert.Contains($"`chat-mcp-server import {sessions.FullName}`", line, StringComparison.Ordinal));
        Assert.Contains("\n2 more problems like this.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_that_are_not_there_are_named()
    {
        var file = Path.Combine(Folder, "one.json");
        await File.WriteAllTextAsync(
            file,
            Some.SessionText("ses-file", null, Some.UserInput("a lamp")),
            TestContext.Current.CancellationToken
        );
        var (archive, sessions) = (Path.Combine(Folder, "typo.db"), Path.Combine(Folder, "typo"));

        var some = await CliProcess.RunAsync("search", "lamp", "--archive", archive, "--sessions", file);
        var none = await CliProcess.RunAsync("search", "lamp", "--archive", Archive, "--sessions", sessions);
        var list = await CliProcess.RunAsync("list", "--archive", archive);

        Assert.StartsWith("ses-file", some.Output, StringComparison.Ordinal);
        Assert.Contains($"Read on: chat-mcp-server show ses-file --event 0 --sessions {file} --archive {archive}", some.Error);
        Assert.Contains($"There is no archive {archive}.", some.Error);
        Assert.StartsWith("ses-new", none.Output, StringComparison.Ordinal);
        Assert.Matches($"Not searched: .*{sessions}", none.Error);
        Assert.Contains($"There is no archive {archive}.", list.Error);
    }

    [Fact]
    [Proves("disk full: temporary files")]
    public async Task Where_temporary_files_cannot_be_written_the_archive_is_searched_and_a_remark_says_why_not_the_files()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a limit for the size of files.");
        var random = new Random(3);
        var text = string.Join(' ', Enumerable.Range(0, 12_000).Select(_ => random.NextInt64().ToString("x", null)));
        var sessions = Path.Combine(Folder, "sessions.jsonl");
        await File.WriteAllLinesAsync(
            sessions,
            Enumerable.Range(0, 40).Select(n => Some.SessionText($"ses-{n}", null, Some.Text($"lamp {n} {text[(n * 1_000)..]}"))),
            TestContext.Current.CancellationToken
        );

        // No file may have more than a megabyte, and the runtime must not need one that has.
        var run = await CliProcess.RunInShellAsync(
            $"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 2048; $CLI search lamp --archive '{Archive}' --sessions '{sessions}'"
        );

        Assert.Contains("Session files were not searched: Cannot write temporary files to /", run.Error, StringComparison.Ordinal);
        Assert.Contains("set TMPDIR", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("ses-new", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nothing_set_up_the_samples_are_searched()
    {
        var run = await CliProcess.RunAsync("search", "leap", "day", "--archive", "none");

        Assert.StartsWith("ses-sample-failing-tests", run.Output, StringComparison.Ordinal);
        Assert.Contains("These are the built-in samples", run.Error);
    }
}
