using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatMcpServer.Answers;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// Makes the schemas that clients see: the SDK's of the arguments, and those of the answers from their types. They are shaped so that every
/// client takes them (a type is one name, never a union with "null"), made when they are first asked for, not at the start, and kept.
/// </summary>
internal static class ToolSchemas
{
    /// <summary>Of a field's schema: the answer's own has its properties between.</summary>
    private const int DepthOfFields = 2;

    /// <summary>The list changes only with the program.</summary>
    private static readonly TimeSpan TimeToLive = TimeSpan.FromHours(1);

    public static McpRequestHandler<ListToolsRequestParams, ListToolsResult> Shape(
        McpRequestHandler<ListToolsRequestParams, ListToolsResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            var result = await next(request, cancellationToken);
            var registered = request.Server.ServerOptions.ToolCollection!;
            result.Tools = [.. result.Tools.Select(tool => Shaped.GetOrAdd(tool.Name, _ => Shape(tool, AnswerOf(registered[tool.Name]))))];
            (result.TimeToLive, result.CacheScope) = (TimeToLive, CacheScope.Public);
            return result;
        };

    private static readonly ConcurrentDictionary<string, Tool> Shaped = new();

    private static Type AnswerOf(McpServerTool tool) => tool.Metadata.OfType<AnswersWithAttribute>().Single().Answer;

    private static Tool Shape(Tool tool, Type answer) =>
        new()
        {
            Name = tool.Name,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = Shape(tool.InputSchema),
            OutputSchema = Shape(AIJsonUtilities.CreateJsonSchema(answer, serializerOptions: AnswersJson.Schemas)),
            Annotations = Hints(tool.Annotations!),
        };

    /// <summary>The hints without the title, which stands in the tool itself. Whether a call destroys or repeats says nothing of a read-only tool.</summary>
    private static ToolAnnotations Hints(ToolAnnotations annotations) =>
        new() { ReadOnlyHint = annotations.ReadOnlyHint, OpenWorldHint = annotations.OpenWorldHint };

    private static JsonElement Shape(JsonElement schema)
    {
        var node = JsonObject.Create(schema)!;
        Shape(node, depth: 0);
        using var shaped = JsonDocument.Parse(node.ToJsonString());
        return shaped.RootElement.Clone();
    }

    private static void Shape(JsonNode? node, int depth)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                Shape(item, depth + 1);
        }
        else if (node is JsonObject schema)
        {
            schema.Remove("$schema");
            // Required and nullable is optional here: what is null is left out of an answer.
            if (schema["required"] is JsonArray required && schema["properties"] is JsonObject properties)
                required.RemoveAll(name => properties[name!.GetValue<string>()]?["type"] is JsonArray);
            // Inside of an answer the word "required" costs more than it tells: a field that was recorded is there.
            if (schema["required"] is JsonArray { Count: 0 } || depth > 0)
                schema.Remove("required");
            if (schema["type"] is JsonArray types)
                schema["type"] = types.Select(type => type!.GetValue<string>()).First(type => type != "null");
            if (schema.ContainsKey("default") && schema["default"] is null)
                schema.Remove("default");
            // A limit that only repeats the type's.
            if (schema["maximum"] is JsonValue maximum && maximum.GetValue<double>() >= int.MaxValue)
                schema.Remove("maximum");
            foreach (var (_, child) in schema)
                Shape(child, depth + 1);
            if (depth >= DepthOfFields && schema["properties"] is JsonObject fields)
                NameOnly(schema, fields);
        }
    }

    /// <summary>Of an object inside of an answer a line names the fields: their types would cost thrice as much.</summary>
    private static void NameOnly(JsonObject schema, JsonObject fields)
    {
        var names = fields.Select(field => $"{field.Key}{(field.Value!["description"] is { } description ? $" ({description})" : "")}");
        var purpose = schema["description"] is { } told ? $"{told}: " : "";
        schema["description"] = purpose + string.Join(", ", names);
        schema.Remove("properties");
    }
}
