using System.Text.Json.Nodes;
using System.Threading.Channels;
using ChatSessions;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Tools;

public sealed class CallProgressTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Channel<JsonNode> reports = Channel.CreateUnbounded<JsonNode>();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(InMemoryServer.NewestVersion)]
    [InlineData(InMemoryServer.OlderVersion)]
    public async Task A_call_that_takes_seconds_says_each_second_that_it_goes_on(string version)
    {
        var (asked, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Next(async context =>
        {
            asked.SetResult();
            await released.Task;
            await Faults.Json(200, Some.SessionText("ses-1", null, Some.Text("An answer.")))(context);
        });
        await using var server = await StartAsync(cloud, version);

        var answer = CallAsync(server, """{"session_id":"ses-1"}""", token: "\"t-1\"");
        await asked.Task.WaitAsync(TestEnd);
        Assert.False(reports.Reader.TryRead(out _));
        for (var seconds = 1; seconds <= 2; seconds++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var report = await reports.Reader.ReadAsync(TestEnd);
            Assert.Equal(
                ("t-1", seconds, $"get_chat_session: {seconds} s"),
                ((string)report["progressToken"]!, (int)report["progress"]!, (string)report["message"]!)
            );
        }
        released.SetResult();

        Assert.Contains("An answer.", (await answer).ToJsonString(), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(10));
        await server.RequestAsync("tools/list");
        Assert.False(reports.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_call_that_ends_before_a_second_has_passed_says_nothing()
    {
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("ses-1", null, Some.Text("An answer.")));
        await using var server = await StartAsync(cloud, InMemoryServer.NewestVersion);

        await CallAsync(server, """{"session_id":"ses-1"}""", token: "1");
        time.Advance(TimeSpan.FromSeconds(10));
        await server.RequestAsync("tools/list");

        Assert.False(reports.Reader.TryRead(out _));
    }

    private async Task<InMemoryServer> StartAsync(FakeLlamaCloud cloud, string version)
    {
        var llamaCloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests", BaseUrl = cloud.BaseUrl };
        var server = await InMemoryServer.WithAsync(new ChatSessionsOptions { LlamaCloud = llamaCloud }, version, time);
        server.Client.RegisterNotificationHandler(
            NotificationMethods.ProgressNotification,
            (notification, _) =>
            {
                reports.Writer.TryWrite(notification.Params!);
                return ValueTask.CompletedTask;
            }
        );
        return server;
    }

    private static async Task<JsonNode> CallAsync(InMemoryServer server, string arguments, string token)
    {
        var response = await server.Client.SendRequestAsync(
            new JsonRpcRequest
            {
                Method = RequestMethods.ToolsCall,
                Params = JsonNode.Parse(
                    $$$"""{"name":"get_chat_session","arguments":{{{arguments}}},"_meta":{"progressToken":{{{token}}}}}"""
                ),
            },
            TestEnd
        );
        return response.Result!;
    }
}
