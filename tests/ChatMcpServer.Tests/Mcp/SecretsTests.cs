using System.Text.RegularExpressions;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

/// <summary>How answers show that secrets are hidden.</summary>
public sealed class SecretsTests
{
    private const string Key = "ghp_7tBq0WzXr4nLk2VfHs9JdYc6MpGa1eUo3TiR";
    private const string Other = "ghp_Zx0pLm2QwErTy5UiOa7SdFg9HjKl1ZxCvBn3";

    private static readonly string Session = Some.SessionText(
        "ses-1",
        $"Deploy with {Key}",
        Some.UserInput($"Deploy it, the key is {Key}"),
        Some.ToolUse(
            "bash",
            $$"""{"command":"curl -H 'Authorization: token {{Other}}' https://api.example.com"}""",
            Some.Quoted($"ok {Key} done")
        ),
        Some.ToolUse("login", """{"user":"bo","password":"correct-horse-7"}""", Some.Quoted("{\"token\": \"" + Other + "\"}")),
        Some.Text("Deployed.")
    );

    [Fact]
    public async Task Equal_secrets_have_equal_numbers_and_an_answer_counts_them_by_kind()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Session);

        var text = (await server.CallAsync("get_chat_session", """{"session_id":"ses-1"}""")).Text();

        Assert.Contains("Deploy it, the key is [redacted:github-pat#1]", text, StringComparison.Ordinal);
        Assert.Contains("Authorization: token [redacted:github-pat#2]", text, StringComparison.Ordinal);
        Assert.Contains("ok [redacted:github-pat#1] done", text, StringComparison.Ordinal);
        Assert.Contains("[redacted:password#1]", text, StringComparison.Ordinal);
        Assert.Contains("Hidden as [redacted:…]: github-pat 2, password 1.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_and_a_hit_hide_secrets_and_none_is_found()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Session);

        var list = (await server.CallAsync("list_chat_sessions")).Text();
        var hit = (await server.CallAsync("search_chat_sessions", """{"query":"ok done"}""")).Text();

        Assert.Contains("Deploy with [redacted:github-pat]", list, StringComparison.Ordinal);
        Assert.Contains("ok [redacted:github-pat] done", hit, StringComparison.Ordinal);
        foreach (var query in (string[])[Key, "ghp_*", Key[..10] + "*", "correct-horse", "horse"])
            Assert.Empty(
                (await server.CallAsync("search_chat_sessions", $$"""{"query":"{{query}}"}""")).Json().GetProperty("hits").EnumerateArray()
            );
        Assert.Empty(
            (await server.CallAsync("list_chat_sessions", $$"""{"title_contains":"{{Key[..12]}}"}"""))
                .Json()
                .GetProperty("sessions")
                .EnumerateArray()
        );
        // The caller's own words are not recorded text.
        Assert.All(
            server.Wire.Where(line => !line.Contains("Found nowhere", StringComparison.Ordinal)),
            line => Assert.DoesNotMatch($"{Regex.Escape(Key[6..20])}|{Regex.Escape(Other[6..20])}|horse-7", line)
        );
    }

    [Fact]
    public async Task An_answer_about_a_session_without_secrets_says_nothing_of_them()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Some.SessionText("ses-1", null, Some.UserInput("a lamp")));

        Assert.DoesNotContain(
            "redacted",
            (await server.CallAsync("get_chat_session", """{"session_id":"ses-1"}""")).Text(),
            StringComparison.Ordinal
        );
    }
}
