using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Mcp;

/// <summary>All that the server advertises.</summary>
public static class McpSurface
{
    /// <summary>Adds the MCP server and what it offers.</summary>
    public static IMcpServerBuilder AddChatMcp(this IServiceCollection services) =>
        services.AddMcpServer(options =>
            options.ServerInfo = new Implementation
            {
                Name = "chat-mcp-server",
                Title = "Chat sessions",
                Version = typeof(McpSurface).Assembly.GetName().Version!.ToString(3),
            }
        );
}
