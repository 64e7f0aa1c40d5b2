using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ChatMcpServer.Tests.Cli;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Resources;

public sealed class SubscriptionTests : IDisposable
{
    private const string Uri = "chat://sessions/s";
    private static readonly TimeSpan Local = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Upstream = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new();
    private readonly TempFolder folder = new();
    private readonly CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Channel<JsonNode> updates = Channel.CreateUnbounded<JsonNode>();

    public SubscriptionTests() => bound.CancelAfter(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        folder.Dispose();
        bound.Dispose();
    }

    [Theory]
    [InlineData("2024-11-05", Uri)]
    [InlineData("2025-06-18", $"{Uri}/events/57?project_id=")]
    [InlineData("2025-11-25", $"{Uri}/tool-calls")]
    public async Task An_older_client_is_told_by_the_address_that_it_subscribed_to_until_it_unsubscribes(string version, string uri)
    {
        Write(Some.UserInput("Why?"));
        await using var server = await StartAsync(Files, version);
        // Subscribing twice is the same as once.
        await server.Client.SubscribeToResourceAsync(uri, cancellationToken: bound.Token);
        await server.Client.SubscribeToResourceAsync(uri, cancellationToken: bound.Token);

        Write(Some.UserInput("Why?"), Some.Text("The news."));
        time.Advance(Local);

        var told = await updates.Reader.ReadAsync(bound.Token);
        Assert.Equal(uri, (string?)told["uri"]);
        Assert.Null(told["_meta"]);
        var news = (await server.CallAsync("get_chat_session", """{"session_id":"s","since_event":0}""")).Text();
        Assert.Contains("The news.", news, StringComparison.Ordinal);
        Assert.DoesNotContain("Why?", news[news.IndexOf("\n\n", StringComparison.Ordinal)..], StringComparison.Ordinal);

        await server.Client.UnsubscribeFromResourceAsync(uri, cancellationToken: bound.Token);
        await server.Client.UnsubscribeFromResourceAsync("chat://sessions/other", cancellationToken: bound.Token);
        Write(Some.UserInput("Why?"));
        time.Advance(10 * Local);
        await server.Client.PingAsync(cancellationToken: bound.Token);
        Assert.False(updates.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_newer_client_gets_an_acknowledgement_first_and_all_with_the_subscriptions_id()
    {
        Write(Some.UserInput("Why?"));
        await using var server = await StartAsync(Files);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(bound.Token);
        var listening = Listen(server, "my-id", end.Token, $"{Uri}/json", "chat://sessions", $"{Uri}/json");
        await AcknowledgedAsync(server, "my-id");

        Write(Some.UserInput("Why?"), Some.Text("The news."));
        time.Advance(Local);
        var told = await updates.Reader.ReadAsync(bound.Token);
        Assert.Equal($"{Uri}/json", (string?)told["uri"]);

        // The list of files is read again after five seconds, even if no change of the folder was seen.
        folder.Write("other.json", Some.SessionText("other", null, Some.UserInput("And?")));
        time.Advance(3 * Local);
        told = await updates.Reader.ReadAsync(bound.Token);
        Assert.Equal("chat://sessions", (string?)told["uri"]);

        var wire = server
            .Wire.Where(line => line.Contains("my-id", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line)!)
            .ToList();
        Assert.Equal("notifications/subscriptions/acknowledged", (string?)wire[0]["method"]);
        Assert.All(wire, message => Assert.Equal("my-id", (string?)message["params"]!["_meta"]![MetaKeys.SubscriptionId]));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    [Fact]
    public async Task What_is_not_offered_is_not_acknowledged()
    {
        await using var server = await StartAsync(Files);
        _ = ListenAsync(
            server,
            "my-id",
            new SubscriptionsListenNotifications
            {
                ToolsListChanged = true,
                PromptsListChanged = true,
                ResourcesListChanged = true,
            },
            bound.Token
        );

        var granted = await AcknowledgedAsync(server, "my-id");

        Assert.Equal("""{"toolsListChanged":true}""", granted.ToJsonString());
    }

    [Fact]
    public async Task What_another_process_imports_into_the_archive_is_reported_though_the_session_was_not_updated()
    {
        var path = Path.Combine(folder.Path, "archive.db");
        using var another = SessionArchive.Open(path);
        await ImportAsync(Some.UserInput("Why?"));
        await using var server = await StartAsync(new ChatSessionsOptions { ArchivePath = path });
        _ = Listen(server, "my-id", bound.Token, Uri);
        await AcknowledgedAsync(server, "my-id");

        await ImportAsync(Some.UserInput("Why?"), Some.Text("The news."));
        time.Advance(Local);

        Assert.Equal(Uri, (string?)(await updates.Reader.ReadAsync(bound.Token))["uri"]);

        await another.DeleteAsync(ArchiveOwners.Local, "s", bound.Token);
        time.Advance(Local);
        Assert.Equal(Uri, (string?)(await updates.Reader.ReadAsync(bound.Token))["uri"]);

        Task ImportAsync(params SomeEvents[] events) =>
            another.SaveAsync(
                ArchiveOwners.Local,
                new ArchivedSession(Some.Session("s", null, events), SessionOrigin.File, time.GetUtcNow()),
                bound.Token
            );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LlamaCloud_is_asked_at_its_interval_only_while_somebody_listens_and_reading_the_news_is_no_news(bool isArchived)
    {
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("s", "before", Some.UserInput("Why?")));
        var options = new ChatSessionsOptions
        {
            LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests", BaseUrl = cloud.BaseUrl },
            ArchivePath = isArchived ? Path.Combine(folder.Path, "archive.db") : null,
        };
        await using var server = await StartAsync(options);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(bound.Token);
        var listening = Listen(server, "my-id", end.Token, Uri, "chat://sessions");
        await AcknowledgedAsync(server, "my-id");
        time.Advance(Upstream - Local);
        Assert.Equal(1, cloud.Count("/api/v1/chat/s/summary"));

        cloud.Add(Some.SessionText("s", "after", Some.UserInput("Why?"), Some.Text("The news.")));
        time.Advance(Local);

        string?[] told = [await ToldAsync(), await ToldAsync()];
        Assert.Equal(["chat://sessions", Uri], told.Order(StringComparer.Ordinal));
        Assert.Contains("The news.", await server.ReadAsync(Uri), StringComparison.Ordinal);
        await RoundAsync();
        await RoundAsync();
        Assert.False(updates.Reader.TryRead(out _));

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
        // The client's cancellation may not have arrived yet. After it has, nothing is asked, however much time passes.
        for (var (quiet, asked) = (0, cloud.Requests.Count); quiet < 5; quiet = asked == cloud.Requests.Count ? quiet + 1 : 0)
        {
            asked = cloud.Requests.Count;
            time.Advance(Upstream);
            await server.RequestAsync("tools/list");
        }

        async Task<string?> ToldAsync() => (string?)(await updates.Reader.ReadAsync(bound.Token))["uri"];

        // Each is requested once more, and answered before it is requested again.
        async Task RoundAsync()
        {
            var asked = cloud.Requests.Count;
            time.Advance(Upstream);
            while (cloud.Requests.Count < asked + 2)
                await server.RequestAsync("tools/list");
        }
    }

    [Theory]
    [InlineData("chat://sessions/none", "No session 'none' in files")]
    [InlineData("file:///etc/passwd", "Unknown resource 'file:///etc/passwd'")]
    [InlineData("chat://sessions/s/events/x", "Invalid events 'x'")]
    [InlineData("chat://sessions/s/turns/3-1", "put the lower number first")]
    public async Task An_address_that_cannot_be_read_is_refused_as_when_it_is_read(string uri, string sentence)
    {
        Write(Some.UserInput("Why?"));
        await using var newer = await StartAsync(Files);
        await using var older = await StartAsync(Files, "2025-06-18");
        var refusals = new[]
        {
            (await Assert.ThrowsAsync<McpProtocolException>(() => Listen(newer, "my-id", bound.Token, "chat://sessions", uri))).Message,
            (
                await Assert.ThrowsAsync<McpProtocolException>(() =>
                    older.Client.SubscribeToResourceAsync(uri, cancellationToken: bound.Token)
                )
            ).Message,
        };

        Assert.All(refusals, refusal => Assert.Contains(sentence, refusal, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_address_is_refused_too()
    {
        await using var newer = await StartAsync(Files);
        await using var older = await StartAsync(Files, "2025-06-18");

        var refusals = new[]
        {
            await newer.RequestAsync("subscriptions/listen", """{"notifications":{"resourceSubscriptions":[null]}}"""),
            await older.RequestAsync("resources/subscribe", """{"uri":null}"""),
        };

        Assert.All(refusals, refusal => Assert.Equal(-32602, refusal.GetProperty("code").GetInt32()));
    }

    private ChatSessionsOptions Files => new() { SessionPaths = [folder.Path] };

    private void Write(params SomeEvents[] events) => folder.Write("s.json", Some.SessionText("s", null, events));

    private async Task<InMemoryServer> StartAsync(ChatSessionsOptions options, string version = InMemoryServer.NewestVersion)
    {
        var server = await InMemoryServer.WithAsync(options, version, time);
        server.Client.RegisterNotificationHandler(
            NotificationMethods.ResourceUpdatedNotification,
            (notification, _) =>
            {
                updates.Writer.TryWrite(notification.Params!);
                return ValueTask.CompletedTask;
            }
        );
        return server;
    }

    private static Task Listen(InMemoryServer server, string id, CancellationToken end, params string[] uris) =>
        ListenAsync(server, id, new SubscriptionsListenNotifications { ResourceSubscriptions = uris }, end);

    private static Task ListenAsync(InMemoryServer server, string id, SubscriptionsListenNotifications asked, CancellationToken end) =>
        server.Client.SendRequestAsync(
            new JsonRpcRequest
            {
                Id = new RequestId(id),
                Method = RequestMethods.SubscriptionsListen,
                Params = JsonSerializer.SerializeToNode(
                    new SubscriptionsListenRequestParams { Notifications = asked },
                    McpJsonUtilities.DefaultOptions
                ),
            },
            end
        );

    /// <summary>Waits for the acknowledgement of a subscription, and returns what it grants.</summary>
    private async Task<JsonNode> AcknowledgedAsync(InMemoryServer server, string id)
    {
        while (true)
        {
            bound.Token.ThrowIfCancellationRequested();
            foreach (var message in server.Wire.Select(line => JsonNode.Parse(line)!))
                if ((string?)message["params"]?["_meta"]?[MetaKeys.SubscriptionId] == id)
                    return message["params"]!["notifications"]!;
            await server.RequestAsync("tools/list");
        }
    }
}
