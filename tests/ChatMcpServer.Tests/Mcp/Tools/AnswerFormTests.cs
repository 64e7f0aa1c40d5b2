using System.Text;
using ChatMcpServer.Mcp.Tools;
using ChatSessions.Tests;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Tools;

public sealed class AnswerFormTests
{
    private static readonly string Session = Some.SessionText(
        "ses-1",
        "A question",
        Some.UserInput("A question?"),
        Some.Text("An answer.")
    );

    [Theory]
    [InlineData("claude-code")]
    [InlineData("claude-ai (via mcp-remote 0.1.37)")]
    [InlineData("codex-mcp-client")]
    [InlineData("gemini-cli-mcp-client")]
    [InlineData("qwen-cli-mcp-client-chat-sessions")]
    [InlineData("opencode")]
    [InlineData("copilot-cli")]
    [InlineData("github-copilot-developer")]
    [InlineData("Visual Studio Code - Insiders")]
    [InlineData("Visual-Studio-Code")]
    [InlineData("cursor-vscode")]
    public async Task A_host_gets_text_alone_and_tools_without_output_schemas(string client)
    {
        foreach (var version in (string[])[InMemoryServer.NewestVersion, InMemoryServer.OlderVersion])
        {
            await using var server = await InMemoryServer.WithClientAsync(client, version, AnswerForm.Auto, Session);

            var answer = await server.CallAsync("get_chat_session", """{"session_id":"ses-1"}""");

            Assert.Contains("An answer.", answer.Text());
            Assert.Null(answer.StructuredContent);
            Assert.DoesNotContain("outputSchema", (await server.RequestAsync("tools/list")).GetRawText());
        }
    }

    [Theory]
    [InlineData("inspector-client")]
    [InlineData("mcp")]
    [InlineData("my-codex-reviewer")]
    public async Task Another_client_gets_both_forms(string client)
    {
        await using var server = await InMemoryServer.WithClientAsync(client, InMemoryServer.NewestVersion, AnswerForm.Auto, Session);

        var answer = await server.CallAsync("get_chat_session", """{"session_id":"ses-1"}""");

        Assert.Contains("An answer.", answer.Text());
        Assert.Equal("ses-1", answer.Json().GetProperty("session_id").GetString());
        var tools = (await server.RequestAsync("tools/list")).GetProperty("tools").EnumerateArray();
        Assert.All(tools, tool => Assert.True(tool.TryGetProperty("outputSchema", out _)));
    }

    [Theory]
    [InlineData(AnswerForm.Text, true, false)]
    [InlineData(AnswerForm.Structured, false, true)]
    [InlineData(AnswerForm.Both, true, true)]
    public async Task The_operator_may_set_the_form(AnswerForm form, bool hasText, bool hasJson)
    {
        foreach (var client in (string[])["codex-mcp-client", "a program"])
        {
            await using var server = await InMemoryServer.WithClientAsync(client, InMemoryServer.NewestVersion, form, Session);

            var answer = await server.CallAsync("get_chat_session", """{"session_id":"ses-1"}""");
            var list = await server.RequestAsync("tools/list");

            Assert.Equal((hasText, hasJson), (answer.Content.Count == 1, answer.StructuredContent is not null));
            Assert.Equal(hasJson, list.GetRawText().Contains("outputSchema", StringComparison.Ordinal));
            Assert.Equal("public", list.GetProperty("cacheScope").GetString());
        }
    }

    [Fact]
    public async Task Structured_content_is_not_cut_for_a_host()
    {
        var session = Some.SessionText("ses-1", "Long", Some.ToolUse("search", "{}", Some.Quoted(new string('x', 60_000))));
        foreach (var client in (string[])["copilot-cli", "a program"])
        {
            await using var server = await InMemoryServer.WithClientAsync(
                client,
                InMemoryServer.NewestVersion,
                AnswerForm.Structured,
                session
            );

            var answer = await server.CallAsync("read_chat_events", """{"session_id":"ses-1","events":"1","max_tokens":25000}""");

            Assert.Empty(answer.Content);
            Assert.True(answer.StructuredContent!.Value.GetRawText().Length > 25_000);
        }
    }

    [Fact]
    public async Task A_client_without_a_name_is_answered()
    {
        await using var server = await InMemoryServer.WithClientAsync("", InMemoryServer.OlderVersion, AnswerForm.Auto, Session);
        await server.AnswerToAsync(
            """{"jsonrpc":"2.0","id":"raw","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":null,"version":"1"}}}"""
        );

        Assert.Contains("outputSchema", (await server.RequestAsync("tools/list")).GetRawText());
        Assert.Contains("An answer.", (await server.CallAsync("get_chat_session", """{"session_id":"ses-1"}""")).Text());
    }

    [Fact]
    public async Task A_refusal_is_text_in_every_form()
    {
        await using var server = await InMemoryServer.WithClientAsync("a", InMemoryServer.NewestVersion, AnswerForm.Structured, Session);

        Assert.Contains("No session 'ses-2'", await server.RefusalAsync("get_chat_session", """{"session_id":"ses-2"}"""));
    }

    [Fact]
    public async Task The_list_of_tools_is_private_where_it_depends_on_the_client()
    {
        await using var server = await InMemoryServer.WithClientAsync("a", InMemoryServer.NewestVersion, AnswerForm.Auto, Session);

        Assert.Equal("private", (await server.RequestAsync("tools/list")).GetProperty("cacheScope").GetString());
    }

    [Theory]
    [InlineData("copilot-cli", 20_000, "bytes")]
    [InlineData("qwen-cli-mcp-client-chat-sessions", 28_000, "characters")]
    [InlineData("gemini-cli-mcp-client", 40_000, "characters")]
    [InlineData("codex-mcp-client", 48_000, "bytes")]
    [InlineData("opencode", 51_200, "bytes")]
    public async Task A_longer_answer_than_a_host_shows_whole_is_made_shorter_and_says_so(string client, int longest, string unit)
    {
        // In Japanese, a character takes three bytes. The longest answer has too few characters for hosts that count these.
        foreach (var word in (string[])["word", unit == "bytes" ? "言葉" : "größer"])
        {
            var text = string.Join(' ', Enumerable.Range(0, 30_000).Select(number => $"{word}{number}"));
            var session = Some.SessionText("ses-1", "Long", Some.UserInput("A question?"), Some.ToolUse("search", "{}", Some.Quoted(text)));
            await using var server = await InMemoryServer.WithClientAsync(client, InMemoryServer.NewestVersion, AnswerForm.Auto, session);

            foreach (var (tool, more) in ((string, string)[])[("get_chat_session", ""), ("read_chat_events", ",\"events\":\"2\"")])
            {
                var answer = await server.CallAsync(tool, $$"""{"session_id":"ses-1","max_tokens":25000{{more}}}""");

                var texts = answer.Content.Select(block => ((TextContentBlock)block).Text).ToList();
                var length = texts.Sum(text => unit == "bytes" ? Encoding.UTF8.GetByteCount(text) : text.Length);
                Assert.InRange(length, longest * 0.8, longest);
                Assert.Matches(
                    $"^Cut to max_tokens=[0-9]+ instead of 25000, because .+ shows only about [0-9,]+ {unit} of an answer",
                    texts[^1]
                );
            }
        }
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(25_000)]
    public async Task An_answer_of_more_lines_than_a_host_shows_whole_is_made_shorter_and_says_so(int maxTokens)
    {
        var lines = string.Join("\\n", Enumerable.Range(0, 30_000));
        var result = $$"""{"returncode":0,"output":"{{lines}}"}""";
        var session = Some.SessionText("ses-1", "Long", Some.UserInput("A question?"), Some.ToolUse("bash", "{}", result));
        await using var server = await InMemoryServer.WithClientAsync("opencode", InMemoryServer.NewestVersion, AnswerForm.Auto, session);

        var answer = await server.CallAsync("get_chat_session", $$"""{"session_id":"ses-1","max_tokens":{{maxTokens}}}""");

        var texts = answer.Content.Select(block => ((TextContentBlock)block).Text).ToList();
        Assert.InRange(texts.Sum(text => text.Split('\n').Length), 1_600, 2_000);
        Assert.Matches($"^Cut to max_tokens=[0-9]+ instead of {maxTokens}, because opencode shows only about 1,980 lines of", texts[^1]);
    }

    [Theory]
    [InlineData("gemini-cli-mcp-client")]
    [InlineData("qwen-cli-mcp-client-chat-sessions")]
    public async Task A_host_that_counts_characters_may_get_more_bytes(string client)
    {
        var text = string.Join(' ', Enumerable.Range(0, 30_000).Select(number => $"言葉{number}"));
        var session = Some.SessionText("ses-1", "Long", Some.UserInput("A question?"), Some.ToolUse("search", "{}", Some.Quoted(text)));
        await using var server = await InMemoryServer.WithClientAsync(client, InMemoryServer.NewestVersion, AnswerForm.Auto, session);

        var answer = await server.CallAsync("get_chat_session", """{"session_id":"ses-1","max_tokens":17500}""");

        Assert.InRange(Encoding.UTF8.GetByteCount(answer.Text()), 40_000, 60_000);
        Assert.DoesNotContain("Cut to", answer.Text());
    }

    [Fact]
    public async Task An_answer_that_a_host_shows_whole_is_as_asked_for()
    {
        await using var server = await InMemoryServer.WithClientAsync("copilot-cli", Session);

        Assert.DoesNotContain("Cut to", (await server.CallAsync("get_chat_session", """{"session_id":"ses-1"}""")).Text());
    }

    [Fact]
    public async Task Claude_Code_is_asked_to_show_the_longest_answers_whole()
    {
        await using var server = await InMemoryServer.WithClientAsync(
            "claude-code",
            InMemoryServer.NewestVersion,
            AnswerForm.Auto,
            Session
        );

        var tools = (await server.RequestAsync("tools/list")).GetProperty("tools").EnumerateArray();

        Assert.All(tools, tool => Assert.Equal(125_000, tool.GetProperty("_meta").GetProperty("anthropic/maxResultSizeChars").GetInt32()));
    }
}
