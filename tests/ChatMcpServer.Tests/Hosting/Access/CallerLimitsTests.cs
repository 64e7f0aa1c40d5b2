using System.Net;
using ChatMcpServer.Hosting;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Xunit;

namespace ChatMcpServer.Tests.Hosting.Access;

/// <summary>What one caller may ask, and what others notice of it.</summary>
public sealed class CallerLimitsTests : IAsyncLifetime
{
    private readonly AccessServer server = new();
    private FakeLlamaCloud cloud = null!;
    private string ann = null!;
    private string bob = null!;

    public async ValueTask InitializeAsync()
    {
        cloud = await FakeLlamaCloud.StartAsync();
        for (var number = 0; number < 10; number++)
            cloud.Add(Some.SessionText($"ses-{number}", null, Some.UserInput("Why?")));
        server.UseCloud(cloud.BaseUrl);
        server.Options.ArchivePath = null;
        server.WriteCallers("""{"*":{"key":"llx-of-all"}}""");
        (ann, bob) = (server.AddToken("ann"), server.AddToken("bob"));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task Who_asks_more_than_so_often_a_minute_is_told_when_to_ask_again_and_others_are_answered()
    {
        server.Setup = server.Setup with { Limits = new(RequestsPerMinute: 3) };
        await server.StartAsync();
        for (var number = 0; number < 3; number++)
            Assert.Equal(HttpStatusCode.OK, await PingAsync(ann));

        using var refused = await server.SendAsync(Rpc.Ping(1), ann);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, await PingAsync(bob));
        Assert.Equal(("token:ann", "429"), (server.Audited[^1].Who, server.Audited[^1].Outcome));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(60, 60)]
    [InlineData(600, 60)]
    [InlineData(6_000, 600)]
    public void A_part_of_a_minutes_requests_may_come_at_once(int perMinute, int inARow) =>
        Assert.Equal(inARow, new CallerLimits(perMinute).InARow);

    [Fact]
    public async Task A_request_that_waits_counts_once()
    {
        server.Setup = server.Setup with { Limits = new(RequestsPerMinute: 10, AtOnce: 1) };
        await server.StartAsync();
        var (isAsked, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        cloud.OfSession["ses-0"] = async context =>
        {
            isAsked.SetResult();
            await goesOn.Task;
            await Faults.Status(404)(context);
        };
        var calls = new List<Task<HttpStatusCode>> { GetAsync(ann, "ses-0") };
        await isAsked.Task;

        calls.AddRange(Enumerable.Range(0, 9).Select(_ => PingAsync(ann)));
        Assert.Equal(HttpStatusCode.OK, await PingAsync(bob));
        goesOn.SetResult();

        Assert.All(await Task.WhenAll(calls), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PingAsync(ann));
    }

    [Fact]
    public async Task One_callers_requests_wait_for_each_other_while_another_is_answered()
    {
        server.Setup = server.Setup with { Limits = new(RequestsPerMinute: 10_000, AtOnce: 2) };
        await server.StartAsync();
        var silent = new SemaphoreSlim(0);
        var calls = new List<Task<HttpStatusCode>>();
        foreach (var id in (string[])["ses-0", "ses-1"])
        {
            cloud.OfSession[id] = Faults.Silence(() => silent.Release());
            calls.Add(GetAsync(ann, id));
            await silent.WaitAsync(TestContext.Current.CancellationToken);
        }

        // Whichever comes too late is refused at once.
        calls.AddRange(Enumerable.Range(0, CallerLimits.MostWaiting + 5).Select(_ => GetAsync(ann, "ses-2")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(bob, "ses-2"));
        for (var refused = 0; refused < 5; refused++)
        {
            var first = await Task.WhenAny(calls);
            Assert.Equal(HttpStatusCode.TooManyRequests, await first);
            calls.Remove(first);
        }
        Assert.DoesNotContain(calls, call => call.IsCompleted);
    }

    [Fact]
    public async Task Waiting_for_updates_takes_no_turn_from_calls_and_has_a_limit_of_its_own()
    {
        server.Setup = server.Setup with { Limits = new(AtOnce: 1) };
        await server.StartAsync();

        var listening = new List<HttpResponseMessage>();
        for (var number = 0; number < CallerLimits.MostListening; number++)
            listening.Add(await ListenAsync());
        using var more = await ListenAsync();

        Assert.All(listening, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, more.StatusCode);
        Assert.Null(more.Headers.RetryAfter);
        Assert.StartsWith(
            "20 of your requests wait for updates, and a caller may have no more. ",
            await more.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.OK, await PingAsync(ann));
        listening.ForEach(response => response.Dispose());
    }

    [Fact]
    public async Task A_call_does_not_pass_for_waiting()
    {
        await server.StartAsync();

        using var response = await server.SendAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_chat_sessions","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""",
            ann,
            ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", "subscriptions/listen")
        );

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<HttpStatusCode> PingAsync(string token)
    {
        using var response = await server.SendAsync(Rpc.Ping(1), token);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> GetAsync(string token, string id)
    {
        using var response = await server.SendAsync(Rpc.Call(1, "get_chat_session", $$"""{"session_id":"{{id}}"}"""), token);
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> ListenAsync() =>
        server.SendAsync(
            Rpc.Listen("chat://sessions"),
            ann,
            ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", "subscriptions/listen")
        );
}
