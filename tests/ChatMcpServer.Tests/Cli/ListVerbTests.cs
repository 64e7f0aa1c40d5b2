using System.Text.Json;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class ListVerbTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_samples_are_listed_and_named_as_samples()
    {
        var run = await CliProcess.RunAsync("list");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(5, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("ID  ", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("These are the built-in samples", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_followed_by_how_many_more_there_are()
    {
        var path = folder.Write("many.jsonl", [.. Enumerable.Range(1, 25).Select(id => Some.SessionText($"ses-{id}", $"Title {id}"))]);

        var table = await CliProcess.RunAsync("list", "--sessions", path);
        var json = await CliProcess.RunAsync("list", "--sessions", path, "--limit", "3", "--json");

        Assert.Equal(21, table.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("…and 5 more. --limit 25 shows all.", table.ErrorLine);
        Assert.Equal(3, JsonDocument.Parse(json.Output).RootElement.GetArrayLength());
        Assert.Equal("…and 22 more. --limit 25 shows all.", json.ErrorLine);
    }

    [Fact]
    public async Task Titles_and_outcomes_restrict_the_list()
    {
        var failed = await CliProcess.RunAsync("list", "--outcome", "error", "--json");
        var titled = await CliProcess.RunAsync("list", "--title", "LAMP", "--json");
        var none = await CliProcess.RunAsync("list", "--title", "LAMP", "--outcome", "error");

        Assert.Equal("ses-sample-failing-tests", Assert.Single(Ids(failed)));
        Assert.Equal("ses-sample-lamp-order", Assert.Single(Ids(titled)));
        Assert.Equal((0, ""), (none.ExitCode, none.Output));
        Assert.StartsWith(
            "No sessions with 'LAMP' in the title, with the outcome error, in built-in samples.",
            none.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Agents_projects_branches_and_subagents_restrict_the_list()
    {
        var here = Some.Quoted(Environment.CurrentDirectory);
        var path = folder.Write(
            "recorded.jsonl",
            Some.ImportedText("here", $$"""{"format":"codex","cwd":{{here}},"git_branch":"main"}"""),
            Some.ImportedText("there", """{"format":"claude-code","cwd":"/src/web/api"}"""),
            Some.ImportedText("helper", """{"format":"claude-code","cwd":"/src/web/api","parent_session_id":"there"}""")
        );

        Assert.Equal(["here"], await ListedAsync("--project", "."));
        Assert.Equal(["here"], await ListedAsync("--agent", "codex", "--branch", "main"));
        Assert.Equal(["there"], await ListedAsync("--project", "web/api"));
        Assert.Equal(["helper", "there"], await ListedAsync("--project", "web/api", "--include-subagents"));
        Assert.Equal(["helper", "there"], await ListedAsync("--project", "/src/web/api/../api", "--include-subagents"));

        async Task<IEnumerable<string?>> ListedAsync(params string[] options) =>
            Ids(await CliProcess.RunAsync(["list", "--sessions", path, "--json", .. options])).Order();
    }

    [Fact]
    public async Task What_could_not_be_read_is_reported_and_the_rest_is_listed()
    {
        folder.Write("good.json", Some.SessionText("ses-good", null));
        folder.Write("bad.json", "{");

        var run = await CliProcess.RunWithAsync(new() { ["CHAT_MCP_SESSIONS"] = folder.Path }, "list", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("ses-good", Assert.Single(Ids(run)));
        Assert.StartsWith("Not listed: ", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("bad.json", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_could_be_read_it_fails()
    {
        var run = await CliProcess.RunAsync("list", "--sessions", Path.Combine(folder.Path, "elsewhere"));

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("No file or folder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_files_that_cannot_be_read_some_are_named_and_the_others_counted()
    {
        for (var file = 0; file < 8; file++)
            folder.Write($"{file}.json", "{");

        var run = await CliProcess.RunAsync("list", "--sessions", folder.Path);

        Assert.Equal(5, run.Error.Split('\n').Count(line => line.StartsWith("Not listed: ", StringComparison.Ordinal)));
        Assert.EndsWith("\n3 more problems like this.\n", run.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Ids(CliRun run) =>
        JsonDocument.Parse(run.Output).RootElement.EnumerateArray().Select(session => session.GetProperty("session_id").GetString());
}
