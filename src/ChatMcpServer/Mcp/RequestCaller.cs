using ChatSessions.Sources;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>Sets the caller of every request in one place, so that no other code assumes one.</summary>
internal static class RequestCaller
{
    private static readonly string Key = typeof(Caller).FullName!;

    /// <summary>
    /// Sets the caller: the one that the transport authenticated. Without authentication, it is the user of this machine.
    /// </summary>
    public static McpMessageHandler Identify(McpMessageHandler next) =>
        (context, cancellationToken) =>
        {
            context.Items[Key] =
                context.User is CallerPrincipal { Caller: var caller } ? caller
                : context.Services?.GetService<CallersOnly>() is null ? Caller.Local
                : throw new InvalidOperationException("The request came without a caller.");
            return next(context, cancellationToken);
        };

    public static Caller Get(MessageContext request) =>
        request.Items[Key] as Caller ?? throw new InvalidOperationException($"{nameof(Identify)} has not seen this request.");
}
