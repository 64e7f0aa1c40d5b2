using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatSessions;
using ChatSessions.Sources.LlamaCloud;

try
{
    var options = new ChatSessionsOptions
    {
        LlamaCloud = LlamaCloudOptions.FromEnvironment(Environment.GetEnvironmentVariable),
        SessionPaths = Environment.GetEnvironmentVariable("CHAT_MCP_SESSIONS")?.Split(Path.PathSeparator) ?? [],
    };
    return args switch
    {
        [] or ["serve"] => await StdioHost.RunAsync(Services, LogLevel.Warning, CancellationToken.None),
        ["serve", "--http"] => await HttpHost.RunAsync(Services, ListenAddress.Default, LogLevel.Warning, CancellationToken.None),
        ["serve", "--http", string address] => await HttpHost.RunAsync(
            Services,
            ListenAddress.Parse(address),
            LogLevel.Warning,
            CancellationToken.None
        ),
        _ => throw new ChatSessionException(ChatSessionError.InvalidArgument, "Usage: chat-mcp-server [serve [--http [ADDRESS]]]"),
    };

    void Services(IServiceCollection services) => services.AddChatSessions(options).AddChatMcp();
}
catch (ChatSessionException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return e.Error == ChatSessionError.InvalidArgument ? 2 : 1;
}
