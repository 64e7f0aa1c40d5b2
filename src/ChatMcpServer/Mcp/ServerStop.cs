namespace ChatMcpServer.Mcp;

/// <summary>Signals the end of the server to requests that do not end by themselves, such as subscriptions. Each host registers one.</summary>
/// <param name="token">Cancelled when no more requests are read; running ones may still be answered.</param>
public sealed class ServerStop(CancellationToken token)
{
    public CancellationToken Token { get; } = token;
}
