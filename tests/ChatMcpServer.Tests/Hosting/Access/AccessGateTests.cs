using System.Net;
using System.Text;
using System.Text.Json;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Mcp;
using ChatSessions.Archive;
using ChatSessions.Tests;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatMcpServer.Tests.Hosting.Access;

/// <summary>Who is let in, and what others are answered.</summary>
public sealed class AccessGateTests : IAsyncLifetime
{
    private const string Search = """{"query":"why"}""";

    private readonly AccessServer server = new();
    private readonly FakeTimeProvider time = new();
    private string token = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        token = server.AddToken("ann");
        server.Time = time;
        await server.SaveAsync("token:ann", Some.SessionText("ses-of-ann", null, Some.UserInput("Why?")));
        await server.SaveAsync(ArchiveOwners.Local, Some.SessionText("ses-of-local", null, Some.UserInput("Why?")));
        await server.StartAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task With_a_token_the_callers_sessions_are_answered_and_not_those_of_the_machine()
    {
        var list = (await server.AskAsync(Rpc.Call(1, "list_chat_sessions"), token)).GetRawText();

        Assert.Contains("ses-of-ann", list, StringComparison.Ordinal);
        Assert.DoesNotContain("ses-of-local", list, StringComparison.Ordinal);
        Assert.Contains(
            "No session 'ses-of-local' in the archive",
            (await server.AskAsync(Rpc.Call(2, "get_chat_session", """{"session_id":"ses-of-local"}"""), token))
                .GetRawText()
                .Replace("\\u0027", "'"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_a_token_the_answer_says_where_to_get_one_and_no_error()
    {
        using var response = await server.SendAsync(Rpc.Ping(1), token: null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(
            $"Bearer scope=\"sessions:read sessions:search\", resource_metadata=\"{Origin}/.well-known/oauth-protected-resource/mcp\"",
            Challenge(response)
        );
    }

    [Theory]
    [InlineData("Basic YW5uOnNlY3JldA==", 401, null)]
    [InlineData("Bearer", 401, null)]
    [InlineData("Bearer ", 401, null)]
    [InlineData("Bearer x y", 401, "invalid_token")]
    [InlineData("Bearer chatmcp_0000000000000000000000000000000000000000000000000000000000000000", 401, "invalid_token")]
    public async Task What_is_no_token_is_refused(string authorization, int status, string? error)
    {
        using var response = await server.SendAsync(Rpc.Ping(1), [], [authorization]);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(error is not null, Challenge(response).Contains($"error=\"{error}\"", StringComparison.Ordinal));
        Assert.DoesNotContain("chatmcp_", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scheme_is_read_in_any_case_and_a_token_in_the_address_does_not_count()
    {
        using var lower = await server.SendAsync(Rpc.Ping(1), [], [$"bearer {token}"]);
        Assert.Equal(HttpStatusCode.OK, lower.StatusCode);

        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{server.Endpoint}?access_token={token}"))
        {
            Content = new StringContent(Rpc.Ping(1), Encoding.UTF8, "application/json"),
        };
        using var query = await server.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, query.StatusCode);
    }

    [Fact]
    public async Task Two_tokens_are_a_bad_request()
    {
        using var response = await server.SendAsync(Rpc.Ping(1), [], [$"Bearer {token}", $"Bearer {token}"]);

        Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized);
        Assert.Contains("error=\"invalid_", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_token_is_refused_and_one_that_is_revoked_from_the_next_request_on()
    {
        var expired = server.AddToken("bob", DateTimeOffset.UnixEpoch.AddYears(10));
        var later = server.AddToken("cid", new DateTimeOffset(2999, 1, 1, 0, 0, 0, TimeSpan.Zero));

        using (var response = await server.SendAsync(Rpc.Ping(1), expired))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Contains(
                "error=\"invalid_token\", error_description=\"The token has expired.\"",
                Challenge(response),
                StringComparison.Ordinal
            );
        }
        using (var response = await server.SendAsync(Rpc.Ping(1), later))
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        server.RevokeTokens("cid");
        using (var response = await server.SendAsync(Rpc.Ping(1), later))
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_subscription_ends_when_its_token_is_revoked()
    {
        using var response = await ListenAsync(token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
        Assert.NotNull(await lines.ReadLineAsync(Cancelled));

        server.RevokeTokens("ann");
        time.Advance(AccessGate.Recheck);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await lines.ReadLineAsync(Cancelled) is not null) { }
            throw new EndOfStreamException();
        });
    }

    [Fact]
    public async Task Without_the_scope_to_search_a_search_is_refused_and_everything_else_is_answered()
    {
        var reader = server.AddToken("dan", null, Scopes.Read);

        using var list = await server.SendAsync(Rpc.Call(1, "list_chat_sessions"), reader);
        using var search = await server.SendAsync(Rpc.Call(1, "search_chat_sessions", Search), reader);
        using var allowed = await server.SendAsync(Rpc.Call(1, "search_chat_sessions", Search), token);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.OK),
            (list.StatusCode, search.StatusCode, allowed.StatusCode)
        );
        Assert.Contains("error=\"insufficient_scope\"", Challenge(search), StringComparison.Ordinal);
        Assert.Contains("scope=\"sessions:read sessions:search\"", Challenge(search), StringComparison.Ordinal);
        Assert.Contains("resource_metadata=", Challenge(search), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_scope_nothing_is_answered()
    {
        var searcher = server.AddToken("eve", null, Scopes.Search);

        using var response = await server.SendAsync(Rpc.Ping(1), searcher);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("scope=\"sessions:read\"", Challenge(response), StringComparison.Ordinal);
    }

    /// <summary>Readers of JSON differ in which of two properties of a name counts.</summary>
    [Theory]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"ping","params":{"name":"search_chat_sessions","arguments":{"query":"why"}}}"""
    )]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"search_chat_sessions","arguments":{"query":"why"}}}"""
    )]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_chat_sessions","name":"list_chat_sessions","arguments":{"query":"why"}}}"""
    )]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_chat_sessions","name":"search_chat_sessions","arguments":{"query":"why"}}}"""
    )]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_chat_sessions"},"params":{"name":"search_chat_sessions","arguments":{"query":"why"}}}"""
    )]
    public async Task No_spelling_of_a_search_gets_around_the_scope(string message)
    {
        var reader = server.AddToken("dan", null, Scopes.Read);
        await server.SaveAsync("token:dan", Some.SessionText("ses-of-dan", null, Some.UserInput("why unsearchable")));

        using var response = await server.SendAsync(message, reader);

        Assert.DoesNotContain("Text with a match", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain("unsearchable", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.well-known/oauth-protected-resource")]
    [InlineData("/.well-known/oauth-protected-resource/mcp")]
    public async Task Anybody_may_read_what_the_server_is_and_which_scopes_it_knows(string path)
    {
        using var response = await server.GetAsync(path);
        var document = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancelled));

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(server.Endpoint.AbsoluteUri, document.GetProperty("resource").GetString());
        Assert.Equal("""["sessions:read","sessions:search"]""", document.GetProperty("scopes_supported").GetRawText());
        // Nobody issues these tokens.
        Assert.False(document.TryGetProperty("authorization_servers", out _));
    }

    [Theory]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/readyz", HttpStatusCode.OK)]
    [InlineData("/mcp", HttpStatusCode.Unauthorized)]
    [InlineData("/", HttpStatusCode.Unauthorized)]
    [InlineData("/healthz/x", HttpStatusCode.Unauthorized)]
    public async Task Only_questions_about_health_need_no_token(string path, HttpStatusCode expected)
    {
        using var response = await server.GetAsync(path);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task While_the_file_of_tokens_cannot_be_read_nobody_is_let_in_and_nobody_is_told_why()
    {
        SecretFile.Write(server.TokensPath, "{}"u8.ToArray());

        using var response = await server.SendAsync(Rpc.Ping(1), token);
        using var ready = await server.GetAsync("/readyz");
        using var alive = await server.GetAsync("/healthz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("Who may call cannot be checked now. Try again later.", await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (ready.StatusCode, alive.StatusCode));
        Assert.DoesNotContain("tokens.json", await ready.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_read_and_every_refusal_is_recorded_without_content()
    {
        await server.AskAsync(Rpc.Call(1, "get_chat_session", """{"session_id":"ses-of-ann","focus":"secret words"}"""), token);
        await server.AskAsync(Rpc.Call(2, "get_chat_session", """{"session_id":"another's"}"""), token);
        await server.AskAsync(
            """{"jsonrpc":"2.0","id":3,"method":"resources/read","params":{"uri":"chat://sessions/ses-of-ann/json"}}""",
            token
        );
        using (await server.SendAsync(Rpc.Ping(1), "wrong")) { }

        Assert.Equal(
            [
                ("token:ann", "tools/call", "get_chat_session", "ses-of-ann", "ok"),
                ("token:ann", "tools/call", "get_chat_session", "another's", "refused"),
                ("token:ann", "resources/read", "chat://sessions/ses-of-ann/json", "ses-of-ann", "ok"),
                (null, "http", "127.0.0.1", null, "401 invalid_token"),
            ],
            server.Audited.Select(entry => ((string?)entry.Who, entry.Method, entry.What, entry.SessionId, entry.Outcome))
        );
        Assert.All(
            server.Audited,
            entry => Assert.DoesNotContain("secret words", LogLine.Of(LogFormat.Json, entry), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_failure_of_the_server_is_not_recorded_as_a_refusal_and_is_logged()
    {
        await using var broken = new AccessServer();
        var hers = broken.AddToken("ann");
        await File.WriteAllTextAsync(
            broken.Options.ArchivePath!,
            "This is no archive, but a text that is longer than its head.",
            Cancelled
        );
        await broken.StartAsync();

        var answer = await broken.AskAsync(Rpc.Call(1, "list_chat_sessions", "{}"), hers);
        await broken.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"resources/list"}""", hers);

        Assert.Equal(["failed", "failed"], broken.Audited.Select(entry => entry.Outcome));
        var sentence = answer.GetProperty("content")[0].GetProperty("text").GetString()!;
        Assert.Contains(
            broken.Log.Lines,
            line => line.StartsWith("Warning ", StringComparison.Ordinal) && line.Contains($"list_chat_sessions failed: {sentence}")
        );
    }

    private string Origin => server.Endpoint.GetLeftPart(UriPartial.Authority);

    private static string Challenge(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("WWW-Authenticate"));

    private Task<HttpResponseMessage> ListenAsync(string token) =>
        server.SendAsync(
            Rpc.Listen("chat://sessions"),
            token,
            ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", "subscriptions/listen")
        );
}
