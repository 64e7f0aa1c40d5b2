using System.IO.Pipelines;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatSessions;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Tests.Documents;

/// <summary>A server in memory and its client, for the examples in the documents.</summary>
internal sealed class ShownServer : IAsyncDisposable
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly Task _serving;

    private ShownServer(ChatSessionsOptions options) =>
        _serving = StdioHost.ServeAsync(
            services => services.AddChatSessions(options).AddChatMcp(),
            _toServer.Reader.AsStream(),
            _toClient.Writer.AsStream(),
            LogLevel.None,
            CancellationToken.None
        );

    public McpClient Client { get; private set; } = null!;

    public static async Task<ShownServer> StartAsync(ChatSessionsOptions options)
    {
        var server = new ShownServer(options);
        server.Client = await McpClient.CreateAsync(
            new StreamClientTransport(server._toServer.Writer.AsStream(), server._toClient.Reader.AsStream())
        );
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _toServer.Writer.CompleteAsync();
        await _serving;
    }
}
