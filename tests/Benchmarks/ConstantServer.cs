using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatMcpServer.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Benchmarks;

/// <summary>A server of one tool that always gives the same answer, on the hosts that the product has: what they can do at most.</summary>
internal static class ConstantServer
{
    public static Task<int> RunAsync(string answerPath, bool isHttp)
    {
        var type = (JsonTypeInfo<CallToolResult>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(CallToolResult));
        var answer = JsonSerializer.Deserialize(File.ReadAllBytes(answerPath), type)!;
        return isHttp
            ? HttpHost.RunAsync(
                AddServices,
                new HttpSetup(new IPEndPoint(IPAddress.Loopback, 0)) { LogLevel = LogLevel.Warning },
                CancellationToken.None
            )
            : StdioHost.RunAsync(AddServices, LogLevel.Warning, CancellationToken.None);

        void AddServices(IServiceCollection services) =>
            services.AddSingleton(answer).AddMcpServer().WithTools<ConstantTool>(McpJsonUtilities.DefaultOptions);
    }
}

/// <summary>The tool, made in the way of the product's.</summary>
[McpServerToolType]
internal sealed class ConstantTool(CallToolResult answer)
{
    [McpServerTool(Name = "get_chat_session")]
    public Task<CallToolResult> GetChatSession(string session_id, int max_tokens = 5_000) =>
        Task.FromResult(new CallToolResult { Content = answer.Content, StructuredContent = answer.StructuredContent });
}
