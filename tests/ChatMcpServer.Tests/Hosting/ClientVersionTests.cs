using ModelContextProtocol.Client;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>A real client of each protocol version, from the first to the newest.</summary>
[Trait("Runs", "process")]
public sealed class ClientVersionTests
{
    public static TheoryData<string> Versions => ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task It_connects_over_stdio(string version)
    {
        var transport = new StdioClientTransport(
            new StdioClientTransportOptions
            {
                Command = ServerProcess.Command.File,
                Arguments = [.. ServerProcess.Command.Arguments, "serve"],
                InheritEnvironmentVariables = false,
                EnvironmentVariables = ServerProcess.Surroundings,
            }
        );

        await TalkAsync(transport, version);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task It_connects_over_HTTP(string version)
    {
        (ServerProcess server, Uri endpoint) = await ServerProcess.StartHttpAsync();
        await using (server)
            await TalkAsync(new HttpClientTransport(new HttpClientTransportOptions { Endpoint = endpoint }), version);
    }

    private static async Task TalkAsync(IClientTransport transport, string version)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bounded.CancelAfter(TimeSpan.FromSeconds(30));
        await using McpClient client = await McpClient.CreateAsync(
            transport,
            new McpClientOptions { ProtocolVersion = version },
            cancellationToken: bounded.Token
        );

        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Equal("chat-mcp-server", client.ServerInfo?.Name);
        if (client.ServerCapabilities.Tools is not null)
            await client.ListToolsAsync(cancellationToken: bounded.Token);
    }
}
