using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatSessions;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>A stateless server sends updates to clients that keep a request open for them.</summary>
public sealed class HttpListenTests : IAsyncLifetime
{
    private const string Uri = "chat://sessions/s";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private FakeLlamaCloud cloud = null!;
    private WebApplication app = null!;

    public async ValueTask InitializeAsync()
    {
        bound.CancelAfter(TimeSpan.FromSeconds(60));
        cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("s", "before", Some.UserInput("Why?")));
        var options = new ChatSessionsOptions
        {
            LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests", BaseUrl = cloud.BaseUrl },
        };
        app = HttpHost.Build(
            services => services.AddSingleton<TimeProvider>(time).AddChatSessions(options).AddChatMcp(),
            new HttpSetup(new IPEndPoint(IPAddress.Loopback, 0)) { LogLevel = LogLevel.None }
        );
        await app.StartAsync(bound.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await cloud.DisposeAsync();
        bound.Dispose();
    }

    [Fact]
    public async Task Two_clients_that_listen_share_the_asking_and_when_both_are_gone_nothing_is_asked()
    {
        await using var one = await ConnectAsync("2026-07-28");
        await using var other = await ConnectAsync("2026-07-28");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(bound.Token);
        var (fromOne, fromOther) = (Messages(one), Messages(other));
        Task[] listening = [ListenAsync(one, end.Token), ListenAsync(other, end.Token)];
        foreach (var messages in new[] { fromOne, fromOther })
            Assert.Equal(Uri, (string?)(await messages.ReadAsync(bound.Token))["notifications"]!["resourceSubscriptions"]![0]);
        Assert.Single(cloud.Requests);

        cloud.Add(Some.SessionText("s", "after", Some.UserInput("Why?")));
        time.Advance(Interval);

        foreach (var messages in new[] { fromOne, fromOther })
            Assert.Equal(Uri, (string?)(await messages.ReadAsync(bound.Token))["uri"]);
        Assert.Equal(2, cloud.Requests.Count);

        await end.CancelAsync();
        foreach (var task in listening)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        for (var (quiet, asked) = (0, cloud.Requests.Count); quiet < 5; quiet = asked == cloud.Requests.Count ? quiet + 1 : 0)
        {
            asked = cloud.Requests.Count;
            time.Advance(Interval);
            await one.ListToolsAsync(cancellationToken: bound.Token);
        }
    }

    [Fact]
    public async Task A_stream_on_which_nothing_happens_is_kept_alive()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{app.Urls.Single()}/mcp")
        {
            Content = new StringContent(Rpc.Listen(Uri), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "subscriptions/listen");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bound.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(bound.Token));
        while (await lines.ReadLineAsync(bound.Token) is { Length: > 0 }) { }

        for (var comments = 0; comments < 3; comments++)
        {
            time.Advance(KeepAlive.Interval);
            Assert.Equal(":", await lines.ReadLineAsync(bound.Token));
            Assert.Equal("", await lines.ReadLineAsync(bound.Token));
        }
    }

    [Fact]
    public async Task When_the_server_stops_listeners_are_told()
    {
        await using var client = await ConnectAsync("2026-07-28");
        var messages = Messages(client);
        var listening = ListenAsync(client, bound.Token);
        await messages.ReadAsync(bound.Token);

        await app.StopAsync(bound.Token);

        var end = await listening;
        Assert.Equal("complete", (string?)end.Result!["resultType"]);
        Assert.NotNull(end.Result["_meta"]![MetaKeys.SubscriptionId]);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-03-26")]
    public async Task An_older_client_is_offered_no_subscriptions_because_none_would_be_delivered(string version)
    {
        await using var older = await ConnectAsync(version);
        await using var newer = await ConnectAsync("2026-07-28");

        Assert.NotEqual(true, older.ServerCapabilities.Resources!.Subscribe);
        Assert.Equal(true, newer.ServerCapabilities.Resources!.Subscribe);
        var refusal = await Assert.ThrowsAsync<McpProtocolException>(() =>
            older.SubscribeToResourceAsync(Uri, cancellationToken: bound.Token)
        );
        Assert.Equal(McpErrorCode.MethodNotFound, refusal.ErrorCode);
        Assert.Contains("subscriptions/listen", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(cloud.Requests);
    }

    private Task<McpClient> ConnectAsync(string version) =>
        McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new System.Uri($"{app.Urls.Single()}/mcp") }),
            new McpClientOptions { ProtocolVersion = version },
            cancellationToken: bound.Token
        );

    /// <summary>The parameters of each notification that the client gets from now on.</summary>
    private static ChannelReader<JsonNode> Messages(McpClient client)
    {
        var messages = Channel.CreateUnbounded<JsonNode>();
        foreach (
            var method in (string[])
                [NotificationMethods.SubscriptionsAcknowledgedNotification, NotificationMethods.ResourceUpdatedNotification]
        )
            client.RegisterNotificationHandler(
                method,
                (notification, _) =>
                {
                    messages.Writer.TryWrite(notification.Params!);
                    return ValueTask.CompletedTask;
                }
            );
        return messages.Reader;
    }

    private static Task<JsonRpcResponse> ListenAsync(McpClient client, CancellationToken end) =>
        client.SendRequestAsync(
            new JsonRpcRequest
            {
                Method = RequestMethods.SubscriptionsListen,
                Params = JsonSerializer.SerializeToNode(
                    new SubscriptionsListenRequestParams
                    {
                        Notifications = new SubscriptionsListenNotifications { ResourceSubscriptions = [Uri] },
                    },
                    McpJsonUtilities.DefaultOptions
                ),
            },
            end
        );
}
