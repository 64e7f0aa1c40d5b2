using ChatMcpServer.Tests.Mcp;
using Xunit;

namespace ChatMcpServer.Tests.Answers;

/// <summary>Lists and hits stay within the budget, and say how to get the rest.</summary>
public sealed class FittingTests
{
    private static readonly string[] Sessions =
    [
        .. Enumerable
            .Range(10, 30)
            .Select(number =>
                $$"""
                    {"session_id":"ses-{{number}}","last_updated_at":"2026-01-{{number
                        - 9:00}}T00:00:00","generated_title":"{{string.Concat(Enumerable.Repeat($"dragon {number} ", 15))}}",
                    "events":[{"type":"user_input","content":"Where is dragon {{number}}? {{string.Concat(
                        Enumerable.Repeat("It was seen near the old mill. ", 8)
                    )}}"}]}
                    """
            ),
    ];

    [Theory]
    [InlineData("list_chat_sessions", "\"limit\":30", "sessions")]
    [InlineData("search_chat_sessions", "\"query\":\"dragon\",\"limit\":30", "hits")]
    public async Task A_page_ends_where_the_budget_does_and_the_cursor_leads_on(string tool, string arguments, string rows)
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Sessions);
        var told = new List<string>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var page = await server.CallAsync(
                tool,
                $$"""{"max_tokens":900,{{arguments}}{{(cursor is null ? "" : $",\"cursor\":\"{cursor}\"")}}}"""
            );
            HostJson.AssertWithin(page, 900);
            var json = page.Json();
            var ids = json.GetProperty(rows).EnumerateArray().Select(row => row.GetProperty("session_id").GetString()!).ToList();
            Assert.NotEmpty(ids);
            told.AddRange(ids);
            cursor = json.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
            if (pages++ == 0)
            {
                Assert.Contains(
                    "left out to stay within max_tokens=900; next_cursor continues there.",
                    page.Text(),
                    StringComparison.Ordinal
                );
                Assert.Contains("left out to stay within", json.GetProperty("notes").GetString(), StringComparison.Ordinal);
            }
        } while (cursor is not null);

        Assert.True(pages > 1);
        Assert.Equal(Enumerable.Range(10, 30).Select(number => $"ses-{number}"), told.Order());
    }

    [Fact]
    public async Task What_fits_is_complete_and_the_budget_is_not_mentioned()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Sessions);

        var page = await server.CallAsync("list_chat_sessions", """{"limit":30,"max_tokens":25000}""");

        Assert.Equal(30, page.Json().GetProperty("sessions").GetArrayLength());
        Assert.DoesNotContain("left out", page.Text(), StringComparison.Ordinal);
    }
}
