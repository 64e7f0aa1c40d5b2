using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests;
using ModelContextProtocol.Protocol;
using Xunit;
using static ChatMcpServer.Tests.Mcp.Tools.SearchAnswer;

namespace ChatMcpServer.Tests.Mcp.Tools;

/// <summary>Which sessions a search looks through: those of the archive that belong to who asks, files, samples.</summary>
public sealed class SearchedSessionsTests
{
    private const string LeapDay = """{"query":"leap day"}""";

    [Fact]
    public async Task No_other_owners_session_is_found_and_a_projects_only_when_it_is_asked_for()
    {
        var cloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests", BaseUrl = new Uri("http://127.0.0.1:9") };
        await using var server = await InMemoryServer.WithArchiveAsync(
            new ChatSessionsOptions { LlamaCloud = cloud },
            (ArchiveOwners.Local, [Some.SessionText("mine", null, Some.UserInput("my lamp"))]),
            (ArchiveOwners.LlamaCloud(cloud, Caller.Local), [Some.SessionText("keys", null, Some.UserInput("lamp"))]),
            (ArchiveOwners.LlamaCloud(cloud, Caller.Local.In("p-1")), [Some.SessionText("projects", null, Some.UserInput("project lamp"))]),
            (
                ArchiveOwners.LlamaCloud(cloud with { ApiKey = "llx-other" }, Caller.Local),
                [Some.SessionText("theirs", null, Some.UserInput("lamp"))]
            )
        );

        var usual = await server.CallAsync(SearchTool, """{"query":"lamp"}""");
        var project = await server.CallAsync(SearchTool, """{"query":"lamp","project_id":"p-1"}""");

        Assert.Equal(["keys#0", "mine#0"], Places(usual).Order());
        Assert.Equal(["mine#0", "projects#0"], Places(project).Order());
        Assert.Contains("project_id=\"p-1\" reads the first hit", project.Text());
    }

    [Fact]
    public async Task An_archive_with_only_another_keys_sessions_is_not_called_empty()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(
            new ChatSessionsOptions
            {
                LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests", BaseUrl = new Uri("http://127.0.0.1:9") },
            },
            ("llamacloud:another-key", [Some.SessionText("ses-1", null, Some.Text("lamp"))])
        );

        var answer = (await server.CallAsync("search_chat_sessions", """{"query":"lamp"}""")).Text();

        Assert.Contains("There are no sessions to search. Fill the archive with ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("empty", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_is_empty_or_not_there_says_how_it_is_filled_and_is_not_made()
    {
        var cloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests", BaseUrl = new Uri("http://127.0.0.1:9") };
        var options = new ChatSessionsOptions { LlamaCloud = cloud };
        await using var server = await InMemoryServer.WithArchiveAsync(options);

        var answer = await server.CallAsync(SearchTool, """{"query":"lamp"}""");

        Assert.Contains("There are no sessions to search. Fill the archive with `chat-mcp-server import PATH`", answer.Text());
        Assert.Equal(0, answer.Json().GetProperty("searched").GetInt32());
        Assert.False(File.Exists(options.ArchivePath));
    }

    [Fact]
    public async Task With_nothing_set_up_the_samples_are_searched_and_the_answer_says_so()
    {
        var options = new ChatSessionsOptions();
        await using var server = await InMemoryServer.WithArchiveAsync(options);
        await using var withoutArchive = await InMemoryServer.WithSamplesAsync();

        foreach (
            var answer in (CallToolResult[])
                [await server.CallAsync(SearchTool, LeapDay), await withoutArchive.CallAsync(SearchTool, LeapDay)]
        )
        {
            Assert.Contains("ses-sample-failing-tests", answer.Text());
            Assert.Contains("These are the built-in samples; set LLAMA_CLOUD_API_KEY", answer.Text());
            Assert.Equal(4, answer.Json().GetProperty("searched").GetInt32());
        }
        Assert.False(File.Exists(options.ArchivePath));
    }

    [Fact]
    public async Task Files_are_searched_as_they_are_now_with_no_archive()
    {
        var folder = Directory.CreateTempSubdirectory("chat-files-");
        var file = Path.Combine(folder.FullName, "one.json");
        File.WriteAllText(file, Some.SessionText("ses-1", null, Some.UserInput("lamp")));
        File.WriteAllText(Path.Combine(folder.FullName, "broken.json"), "{");
        await using var server = await InMemoryServer.WithAsync(
            new ChatSessionsOptions { SessionPaths = [folder.FullName] },
            InMemoryServer.NewestVersion,
            TimeProvider.System
        );

        var lamp = await server.CallAsync(SearchTool, """{"query":"lamp"}""");
        File.WriteAllText(file, Some.SessionText("ses-1", null, Some.UserInput("candle"), Some.Text("shade")));
        var candle = await FoundAsync("candle", "ses-1#0");
        var gone = await server.CallAsync(SearchTool, """{"query":"lamp"}""");
        File.Delete(file);

        Assert.Equal(["ses-1#0"], Places(lamp));
        Assert.Equal(["ses-1#0"], candle);
        Assert.Empty(Places(gone));
        Assert.Empty(await FoundAsync("candle"));
        folder.Delete(recursive: true);

        // The watch on the folder needs a moment.
        async Task<IEnumerable<string>> FoundAsync(string query, params string[] expected)
        {
            while (true)
            {
                var found = Places(await server.CallAsync(SearchTool, $$"""{"query":"{{query}}"}""")).ToList();
                if (found.SequenceEqual(expected))
                    return found;
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Files_and_the_archive_are_searched_as_one_and_of_a_session_that_both_have_the_file_counts()
    {
        var folder = Directory.CreateTempSubdirectory("chat-files-");
        File.WriteAllText(Path.Combine(folder.FullName, "one.json"), Some.SessionText("ses-file", null, Some.UserInput("lamp")));
        await using var server = await InMemoryServer.WithArchiveAsync(
            new ChatSessionsOptions { SessionPaths = [folder.FullName] },
            (
                ArchiveOwners.Local,
                [
                    Some.SessionText("ses-1", null, Some.UserInput("archived lamp"), Some.Text("archived lamp too")),
                    Some.SessionText("ses-file", null, Some.UserInput("the archive's lamp")),
                ]
            )
        );

        var answer = await server.CallAsync(SearchTool, """{"query":"lamp"}""");
        var first = await server.CallAsync(SearchTool, """{"query":"lamp","limit":1}""");
        var second = await server.CallAsync(SearchTool, $$"""{"query":"lamp","limit":1,"cursor":"{{Cursor(first)}}"}""");
        var third = await server.CallAsync(SearchTool, $$"""{"query":"lamp","limit":1,"cursor":"{{Cursor(second)}}"}""");
        var rows = (await server.CallAsync(SearchTool, """{"query":"lamp","by_session":true}""")).Json().GetProperty("by_session");

        Assert.Equal(["ses-1#0", "ses-1#1", "ses-file#0"], Places(answer).Order());
        Assert.DoesNotContain("the archive's lamp", answer.Text());
        Assert.Equal(Places(answer).Order(), ((CallToolResult[])[first, second, third]).SelectMany(Places).Order());
        Assert.Equal("", Cursor(third));
        Assert.Equal(
            ["ses-1 2", "ses-file 1"],
            rows.EnumerateArray().Select(row => $"{row.GetProperty("session_id")} {row.GetProperty("hits")}").Order()
        );
        folder.Delete(recursive: true);
    }
}
