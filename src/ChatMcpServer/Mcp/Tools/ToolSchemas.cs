using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// Shapes the schemas that the SDK derives so that every client takes them: a type is one name, never a union with "null"; a default of
/// null says nothing. How long a client may keep the list is told with it.
/// </summary>
internal static class ToolSchemas
{
    /// <summary>The list changes only with the program.</summary>
    private static readonly TimeSpan TimeToLive = TimeSpan.FromHours(1);

    public static McpRequestHandler<ListToolsRequestParams, ListToolsResult> Shape(
        McpRequestHandler<ListToolsRequestParams, ListToolsResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            var result = await next(request, cancellationToken);
            result.Tools = [.. result.Tools.Select(Shape)];
            (result.TimeToLive, result.CacheScope) = (TimeToLive, CacheScope.Public);
            return result;
        };

    private static Tool Shape(Tool tool) =>
        new()
        {
            Name = tool.Name,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = Shape(tool.InputSchema),
            OutputSchema = tool.OutputSchema is { } output ? Shape(output) : null,
            Annotations = tool.Annotations,
        };

    private static JsonElement Shape(JsonElement schema)
    {
        var node = JsonObject.Create(schema)!;
        Shape(node);
        return JsonDocument.Parse(node.ToJsonString()).RootElement;
    }

    private static void Shape(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                Shape(item);
        }
        else if (node is JsonObject schema)
        {
            if (schema["type"] is JsonArray types)
                schema["type"] = types.Select(type => type!.GetValue<string>()).First(type => type != "null");
            if (schema.ContainsKey("default") && schema["default"] is null)
                schema.Remove("default");
            foreach (var (_, child) in schema)
                Shape(child);
        }
    }
}
