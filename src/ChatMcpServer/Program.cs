using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatSessions;

try
{
    return args switch
    {
        [] or ["serve"] => await StdioHost.RunAsync(services => services.AddChatMcp(), LogLevel.Warning, CancellationToken.None),
        ["serve", "--http"] => await HttpHost.RunAsync(
            services => services.AddChatMcp(),
            ListenAddress.Default,
            LogLevel.Warning,
            CancellationToken.None
        ),
        ["serve", "--http", string address] => await HttpHost.RunAsync(
            services => services.AddChatMcp(),
            ListenAddress.Parse(address),
            LogLevel.Warning,
            CancellationToken.None
        ),
        _ => throw new ChatSessionException(ChatSessionError.InvalidArgument, "Usage: chat-mcp-server [serve [--http [ADDRESS]]]"),
    };
}
catch (ChatSessionException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return e.Error == ChatSessionError.InvalidArgument ? 2 : 1;
}
