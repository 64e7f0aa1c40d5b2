using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>Refuses invalid params with a message that says why. The SDK would answer only that an error occurred.</summary>
public static class ParamsCheck
{
    /// <summary>The depth limit of the SDK's JSON reader.</summary>
    public const int DeepestNesting = 64;

    private static readonly (string Key, JsonTypeInfo Type)[] Metadata =
    [
        (MetaKeys.ClientInfo, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(Implementation))),
        (MetaKeys.ClientCapabilities, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ClientCapabilities))),
    ];

    /// <summary>What is wrong with the params, for any method; null if nothing is.</summary>
    public static string? Fault(JsonNode? parameters)
    {
        if (parameters is null)
            return null;
        try
        {
            if (parameters is not JsonObject)
                return $"params must be an object, not {Article(parameters.GetValueKind())}.";
            Walk(parameters);
            if (parameters["_meta"] is not { } meta)
                return null;
            if (meta is not JsonObject)
                return $"params._meta must be an object, not {Article(meta.GetValueKind())}.";
            return Metadata.FirstOrDefault(one => meta[one.Key] is { } value && !CanRead(value, one.Type)).Key is { } key
                ? $"The value of '{key}' in params._meta is invalid."
                : null;
        }
        catch (InvalidOperationException)
        {
            return "A string in params contains half a surrogate pair, such as \\ud800, which is not a character.";
        }
        catch (ArgumentException)
        {
            return "An object in params has the same name twice, case aside.";
        }
    }

    /// <summary>Refuses what <see cref="Fault"/> finds, and values of the wrong type that are found when the method reads its params.</summary>
    internal static McpMessageHandler Refuse(McpMessageHandler next) =>
        async (context, cancellationToken) =>
        {
            if (context.JsonRpcMessage is not JsonRpcRequest request)
            {
                await next(context, cancellationToken);
                return;
            }
            if (Fault(request.Params) is { } fault)
                throw new McpProtocolException(fault, McpErrorCode.InvalidParams);
            try
            {
                await next(context, cancellationToken);
            }
            // Exceptions of handlers have already become MCP errors, so this comes from reading the params.
            catch (JsonException exception)
            {
                throw new McpProtocolException(Sentence(request.Method, exception), McpErrorCode.InvalidParams);
            }
        };

    private static string Sentence(string method, JsonException exception)
    {
        // Such as "… was missing required properties including: 'name'."
        const string missing = "including: ";
        var at = exception.Message.IndexOf(missing, StringComparison.Ordinal);
        if (at >= 0)
            return $"Missing params of {method}: {exception.Message[(at + missing.Length)..].Split(". ")[0].TrimEnd('.')}.";
        var where = exception.Path is { Length: > 2 } path ? $" at '{path[2..]}'" : "";
        return $"The params of {method} have a value of the wrong type{where}.";
    }

    /// <summary>Reads every string and name: JSON nodes are lazy, and invalid ones throw only when they are read.</summary>
    private static void Walk(JsonNode? node)
    {
        if (node is JsonObject fields)
            foreach (var (_, value) in fields)
                Walk(value);
        else if (node is JsonArray items)
            foreach (var item in items)
                Walk(item);
        else if (node?.GetValueKind() == JsonValueKind.String)
            node.GetValue<string>();
    }

    private static bool CanRead(JsonNode value, JsonTypeInfo type)
    {
        try
        {
            return value.Deserialize(type) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Article(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            JsonValueKind.Array => "an array",
            _ => "a boolean",
        };
}
