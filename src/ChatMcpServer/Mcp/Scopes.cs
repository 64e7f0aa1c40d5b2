using ChatSessions.Model;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>What a caller may be allowed to do.</summary>
public static class Scopes
{
    /// <summary>Everything but the search over all sessions.</summary>
    public const string Read = "sessions:read";

    /// <summary>The search over all sessions.</summary>
    public const string Search = "sessions:search";

    public static IReadOnlyList<string> All { get; } = [Read, Search];

    private static readonly HashSet<string> OfRead = [Read];
    private static readonly HashSet<string> OfSearch = [Read, Search];

    /// <summary>The scopes that a request needs.</summary>
    /// <param name="tool">The tool that is called; null if the request calls none.</param>
    public static IReadOnlySet<string> NeededFor(string? tool) => tool == "search_chat_sessions" ? OfSearch : OfRead;

    /// <summary>Refuses tools for which the caller has no scope. Over HTTP, that was already refused with the status that says so.</summary>
    internal static McpRequestHandler<CallToolRequestParams, CallToolResult> Require(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) =>
        (request, cancellationToken) =>
            request.User is not CallerPrincipal caller || NeededFor(request.Params?.Name).IsSubsetOf(caller.Scopes)
                ? next(request, cancellationToken)
                : throw new ChatSessionException(
                    ChatSessionError.Unauthorized,
                    $"{request.Params?.Name} needs the scope {string.Join(" and ", NeededFor(request.Params?.Name))}. Ask for a token that has it."
                );
}
