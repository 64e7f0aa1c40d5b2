using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Documents;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>A real client of each protocol version, from the first to the newest, calls every tool and reads every resource of the samples.</summary>
[Trait("Runs", "process")]
public sealed class ClientVersionTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    private string[] Arguments => ["--archive", Path.Combine(_folder.Path, "archive.db")];

    public async ValueTask InitializeAsync() => await ArchivedSamples.SaveAsync(Arguments[1]);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    public static TheoryData<string> Versions => ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task It_connects_over_stdio(string version)
    {
        var transport = new StdioClientTransport(
            new StdioClientTransportOptions
            {
                Command = ServerProcess.Command.File,
                Arguments = [.. ServerProcess.Command.Arguments, "serve", .. Arguments],
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
        (ServerProcess server, Uri endpoint) = await ServerProcess.StartHttpAsync(Arguments);
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
        var tools = await client.ListToolsAsync(cancellationToken: bounded.Token);
        Assert.Equal(Calls.Keys.Order(), tools.Select(tool => tool.Name).Order());
        foreach (var (tool, arguments) in Calls)
        {
            var answer = await client.CallToolAsync(tool, arguments, cancellationToken: bounded.Token);
            Assert.NotEqual(true, answer.IsError);
            Assert.NotEmpty(Assert.IsType<TextContentBlock>(Assert.Single(answer.Content)).Text);
            Assert.NotNull(answer.StructuredContent);
        }
        foreach (var uri in Resources)
            Assert.NotEmpty(
                Assert
                    .IsType<TextResourceContents>(
                        Assert.Single((await client.ReadResourceAsync(uri, cancellationToken: bounded.Token)).Contents)
                    )
                    .Text
            );
        Assert.NotEmpty(await client.ListResourcesAsync(cancellationToken: bounded.Token));
        var ids = await client.CompleteAsync(
            new ResourceTemplateReference { Uri = "chat://sessions/{session_id}" },
            "session_id",
            "ses-",
            cancellationToken: bounded.Token
        );
        Assert.Equal(4, ids.Completion.Values.Count);
    }

    private const string Sample = "ses-sample-failing-tests";

    private static Dictionary<string, Dictionary<string, object?>> Calls =>
        new()
        {
            ["get_chat_session"] = new()
            {
                ["session_id"] = Sample,
                ["turns"] = "1",
                ["max_tokens"] = 800,
            },
            ["read_chat_events"] = new() { ["session_id"] = Sample, ["events"] = "2-3" },
            ["list_chat_sessions"] = new() { ["outcome"] = "error" },
            ["list_tool_calls"] = new() { ["session_id"] = Sample, ["outcome"] = "failed" },
            ["review_chat_session"] = new() { ["session_id"] = Sample },
            ["compare_chat_sessions"] = new() { ["session_id"] = Sample, ["other_session_id"] = "ses-sample-lamp-order" },
            ["search_chat_sessions"] = new() { ["query"] = "leap days", ["kind"] = "user" },
        };

    private static string[] Resources =>
        [
            "chat://sessions",
            .. new[] { "", "/json", "/turns/1", "/events/2-3", "/tool-calls", "/tool-calls/2", "/messages" }.Select(path =>
                $"chat://sessions/{Sample}{path}"
            ),
        ];
}
