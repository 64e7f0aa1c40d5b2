using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>
/// Answers <c>initialize</c> with a later version than it can negotiate with the newest that it can, as the protocol demands:
/// https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#version-negotiation. The SDK refuses such a client, which could
/// have gone on.
/// </summary>
internal static class LaterVersions
{
    /// <summary>From the next version on, clients send no <c>initialize</c>.</summary>
    private const string Newest = "2025-11-25";

    public static McpMessageHandler Lower(McpMessageHandler next) =>
        (context, cancellationToken) =>
        {
            if (
                context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.Initialize, Params: { } parameters }
                && parameters["protocolVersion"] is JsonValue given
                && given.TryGetValue(out string? version)
                && string.CompareOrdinal(version, Newest) > 0
            )
                parameters["protocolVersion"] = Newest;
            return next(context, cancellationToken);
        };
}
