using System.Net;
using System.Net.Sockets;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class HttpStopTests
{
    [Fact]
    [Proves("signal: serve")]
    public async Task What_was_read_is_saved_and_the_archive_closed_when_the_server_has_stopped()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("chat-http-stop-").FullName;
        var path = Path.Combine(folder, "archive.db");
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("s", "2026-01-01T00:00:00", Some.UserInput("Why?")));
        var llamaCloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests", BaseUrl = cloud.BaseUrl };
        var options = new ChatSessionsOptions { LlamaCloud = llamaCloud, ArchivePath = path };
        var address = FreeAddress();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        try
        {
            var serving = HttpHost.RunAsync(
                services => services.AddChatSessions(options).AddChatMcp(),
                new HttpSetup(address) { LogLevel = LogLevel.None },
                stop.Token
            );
            await using (var client = await ConnectAsync(address, serving))
                await client.CallToolAsync(
                    "get_chat_session",
                    new Dictionary<string, object?> { ["session_id"] = "s" },
                    cancellationToken: cancelled
                );

            await stop.CancelAsync();
            Assert.Equal(0, await serving.WaitAsync(TimeSpan.FromSeconds(30), cancelled));

            // The last one to close the file deletes SQLite's files next to it.
            Assert.Equal([path], Directory.GetFiles(folder));
            using var archive = new SqliteArchive(path);
            Assert.NotNull(await archive.FindSummaryAsync(ArchiveOwners.LlamaCloud(llamaCloud, Caller.Local), "s", cancelled));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    private static async Task<McpClient> ConnectAsync(IPEndPoint address, Task serving)
    {
        using var http = new HttpClient();
        while (!serving.IsCompleted)
        {
            try
            {
                await http.GetAsync(new Uri($"http://{address}/healthz"), TestContext.Current.CancellationToken);
                break;
            }
            catch (HttpRequestException)
            {
                await Task.Yield();
            }
        }
        return await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri($"http://{address}/mcp") }),
            cancellationToken: TestContext.Current.CancellationToken
        );
    }
}
