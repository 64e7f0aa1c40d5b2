using System.Text.Json;
using ChatMcpServer.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class StderrLoggerTests
{
    private readonly List<string> lines = [];

    [Fact]
    public void Broken_JSON_is_a_mistake_of_the_client_only_where_the_SDK_reads_it()
    {
        Log("ModelContextProtocol.Server.McpServer", new JsonException("not JSON"));
        Log("ModelContextProtocol.Server.McpServer", new McpProtocolException("no such tool", McpErrorCode.InvalidParams));
        Assert.Empty(lines);

        Log("ChatMcpServer.Hosting.AgentImport", new JsonException("not JSON"));
        Assert.Equal(["warning: ChatMcpServer.Hosting.AgentImport: It failed. not JSON"], lines);
    }

    private void Log(string category, Exception exception) =>
        new StderrLogger(lines.Add, LogLevel.Warning)
            .CreateLogger(category)
            .Log(LogLevel.Warning, default, "It failed.", exception, (state, _) => state);
}
