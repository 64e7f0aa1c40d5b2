using ChatSessions.Sources;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>Who asks, put into every request once, so that nothing below it assumes a caller.</summary>
internal static class RequestCaller
{
    private static readonly string Key = typeof(Caller).FullName!;

    /// <summary>
    /// Puts the caller into the request: whoever the transport has authenticated, else the user of this machine. A filter before this one
    /// may have put another there.
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

    /// <summary>The caller of a request.</summary>
    public static Caller Get(MessageContext request) =>
        request.Items[Key] as Caller ?? throw new InvalidOperationException($"{nameof(Identify)} has not seen this request.");
}
