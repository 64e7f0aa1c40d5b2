namespace ChatMcpServer.Mcp;

/// <summary>Tells what has no end of its own, such as a subscription, that the server ends. Each host registers one.</summary>
/// <param name="token">Cancelled when no more requests are read; those that are running may still be answered.</param>
public sealed class ServerStop(CancellationToken token)
{
    /// <summary>Cancelled when no more requests are read.</summary>
    public CancellationToken Token { get; } = token;
}
