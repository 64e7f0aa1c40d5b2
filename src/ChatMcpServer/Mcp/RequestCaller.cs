using ChatSessions.Sources;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>Sets the caller of every request in one place, so that no other code assumes one.</summary>
internal static class RequestCaller
{
    private static readonly string Key = typeof(Caller).FullName!;

    /// <summary>
    /// Sets the caller: the user that the transport authenticated, otherwise the user of this machine. An earlier filter may already have set
    /// another.
    /// </summary>
    public static McpMessageHandler Identify(McpMessageHandler next) =>
        (context, cancellationToken) =>
        {
            context.Items.TryAdd(
                Key,
                context.User?.Identity is { IsAuthenticated: true, Name: { } name } ? Caller.Local with { Name = name } : Caller.Local
            );
            return next(context, cancellationToken);
        };

    public static Caller Get(MessageContext request) =>
        request.Items[Key] as Caller ?? throw new InvalidOperationException($"{nameof(Identify)} has not seen this request.");
}
