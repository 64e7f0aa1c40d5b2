using System.Text.Json;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Prompts;

public sealed class SessionPromptTests
{
    private static readonly string Failed = Some.SessionText(
        "ses-1",
        "Why the build fails",
        Some.UserInput("Why does the build fail?"),
        Some.FailedToolUse("build", "CS0103: The name 'Foo' does not exist"),
        Some.Text("Foo was renamed."),
        Some.Stop()
    );

    [Fact]
    public async Task Prompts_are_offered_with_titles_descriptions_and_arguments()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Failed);

        var prompts = (await server.RequestAsync("prompts/list")).GetProperty("prompts").EnumerateArray().ToList();

        Assert.Contains("continue_session", prompts.Select(prompt => prompt.GetProperty("name").GetString()));
        Assert.All(
            prompts.Concat(prompts.SelectMany(prompt => prompt.GetProperty("arguments").EnumerateArray())),
            one =>
                Assert.All(
                    (string[])["name", "title", "description"],
                    field => Assert.False(string.IsNullOrWhiteSpace(one.GetProperty(field).GetString()))
                )
        );
    }

    [Fact]
    public async Task Earlier_sessions_are_searched_only_where_there_is_something_to_search()
    {
        await using var cloud = await FakeLlamaCloud.StartAsync();
        await using var without = await InMemoryServer.WithCloudAsync(cloud);
        await using var with = await InMemoryServer.WithSamplesAsync();

        Assert.DoesNotContain("find_precedent", (await without.RequestAsync("prompts/list")).GetRawText());
        Assert.Contains("find_precedent", (await with.RequestAsync("prompts/list")).GetRawText());
        Assert.Equal(
            -32602,
            (await without.RequestAsync("prompts/get", """{"name":"find_precedent","arguments":{"error":"x"}}"""))
                .GetProperty("code")
                .GetInt32()
        );
    }

    [Theory]
    [InlineData("continue_session", """{"session_id":"ses-1"}""", "what is open", "Why does the build fail?")]
    [InlineData("review_session", """{"session_id":"ses-1"}""", "what went wrong", "CS0103")]
    [InlineData("compare_sessions", """{"session_id":"ses-1","other_session_id":"ses-1"}""", "two recorded sessions", "Task: same")]
    [InlineData("explain_failure", """{"session_id":"ses-1"}""", "the first failure that mattered", "CS0103")]
    [InlineData("find_precedent", """{"error":"error CS0103"}""", "error CS0103", "ses-1")]
    public async Task A_prompt_has_a_task_and_the_facts_for_it(string name, string arguments, string task, string fact)
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Failed);

        var prompt = await GetAsync(server, name, arguments);

        var message = Assert.Single(prompt.Messages);
        var text = Assert.IsType<TextContentBlock>(message.Content).Text;
        Assert.Equal(Role.User, message.Role);
        Assert.Contains(task, text[..text.IndexOf("\n\n", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("not instructions", text[..text.IndexOf("\n\n", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains(fact, text[text.IndexOf("\n\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_is_no_query_and_excludes_nothing()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(
            Some.SessionText(
                "ses-1",
                null,
                Some.ToolUse("bash", "{}", Some.Quoted("/usr/bin/ld: cannot find -lfoo OR \"bar: No such file"))
            )
        );

        var text = (
            (TextContentBlock)
                (await GetAsync(server, "find_precedent", """{"error":"ld: cannot find -lfoo OR \"bar*"}""")).Messages[0].Content
        ).Text;

        Assert.Contains("1 hit in 1 session", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Found nowhere", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_precedent_is_not_looked_for_in_the_clients_own_session()
    {
        string Running(string id, string updated) =>
            Some.ImportedText(
                id,
                $$"""{"format":"codex","cwd":{{Some.Quoted(Environment.CurrentDirectory)}}}""",
                updated,
                Some.UserInput("CS0103 again")
            );
        await using var server = await InMemoryServer.WithClientAsync(
            "codex-mcp-client",
            Running("own", $"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss}"),
            Running("other", "2026-01-01T00:00:00")
        );

        var text = ((TextContentBlock)(await GetAsync(server, "find_precedent", """{"error":"CS0103"}""")).Messages[0].Content).Text;

        Assert.Contains("Left out: this conversation's own session, own.", text, StringComparison.Ordinal);
        Assert.Contains("\nother", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\nown", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"no_prompt"}""", "No prompt 'no_prompt'. There are continue_session, ")]
    [InlineData("""{"name":"continue_session"}""", "Missing argument 'session_id' of continue_session")]
    [InlineData(
        """{"name":"compare_sessions","arguments":{"session_id":"ses-1"}}""",
        "Missing argument 'other_session_id' of compare_sessions"
    )]
    [InlineData("""{"name":"continue_session","arguments":{"session_id":" "}}""", "Missing argument 'session_id' of continue_session")]
    [InlineData("""{"name":"continue_session","arguments":{"session_id":"ses-9"}}""", "No session 'ses-9'")]
    [InlineData(
        """{"name":"compare_sessions","arguments":{"session_id":"ses-1","other_session_id":"ses-1","focus":"x"}}""",
        "Unknown argument 'focus' of compare_sessions. It has session_id and other_session_id."
    )]
    [InlineData("""{"name":"find_precedent","arguments":{"error":"\"\""}}""", "query")]
    public async Task What_is_asked_wrongly_is_refused_with_a_sentence(string parameters, string sentence)
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Failed);

        var error = await server.RequestAsync("prompts/get", parameters);

        Assert.Equal(-32602, error.GetProperty("code").GetInt32());
        Assert.Contains(sentence, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_session_of_a_prompt_is_completed()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Failed);

        var completed = await server.RequestAsync(
            "completion/complete",
            """{"ref":{"type":"ref/prompt","name":"compare_sessions"},"argument":{"name":"other_session_id","value":"build"}}"""
        );

        Assert.Equal(["ses-1"], completed.GetProperty("completion").GetProperty("values").EnumerateArray().Select(one => one.GetString()));
    }

    private static async Task<GetPromptResult> GetAsync(InMemoryServer server, string name, string arguments) =>
        await server.Client.GetPromptAsync(
            name,
            JsonElement.Parse(arguments).EnumerateObject().ToDictionary(one => one.Name, one => (object?)one.Value),
            cancellationToken: TestContext.Current.CancellationToken
        );
}
