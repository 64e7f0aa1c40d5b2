using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatMcpServer.Answers;
using ChatSessions.Condensing;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// Makes the schemas that clients see: the SDK's for the arguments, and our own for the answers, from their types. They are simplified so that
/// every client accepts them (a type is one name, never a union with "null"), and are made at the first request, not at the start, and kept.
/// </summary>
internal static class ToolSchemas
{
    /// <summary>The depth of a field's schema below the answer's: "properties" is a level too.</summary>
    private const int DepthOfFields = 2;

    /// <summary>The depth of an object inside an inner object. It is only named: where it is a field of an answer, its own fields are.</summary>
    private const int DepthOfNamed = 4;

    /// <summary>Long, because the list changes only with a new version of the program.</summary>
    private static readonly TimeSpan TimeToLive = TimeSpan.FromHours(1);

    /// <summary>Arguments that say something only to LlamaCloud, or of its sessions. Without it they would cost tokens for nothing.</summary>
    private static readonly string[] OfLlamaCloud = ["project_id", "organization_id", "index_id"];

    /// <summary>
    /// Claude Code writes an answer of more than 50,000 characters to a file, unless the tool says that it may be longer:
    /// https://code.claude.com/docs/en/mcp
    /// </summary>
    private static readonly JsonObject MayBeLong = new()
    {
        ["anthropic/maxResultSizeChars"] = CondenseOptions.LargestMaxTokens * CondenseOptions.CharactersPerToken,
    };

    /// <summary>Whether clients see an argument.</summary>
    /// <param name="hasLlamaCloud">Whether LlamaCloud is one of the sources.</param>
    public static bool IsOffered(string argument, bool hasLlamaCloud) => hasLlamaCloud || !OfLlamaCloud.Contains(argument);

    /// <param name="hasLlamaCloud">Whether LlamaCloud is one of the sources.</param>
    /// <param name="answers">What answers have. Only structured ones have a schema.</param>
    public static McpRequestHandler<ListToolsRequestParams, ListToolsResult> Shape(
        McpRequestHandler<ListToolsRequestParams, ListToolsResult> next,
        bool hasLlamaCloud,
        AnswerForm answers
    ) =>
        async (request, cancellationToken) =>
        {
            McpErrors.RefuseCursor(request.Params?.Cursor, "tools/list");
            var result = await next(request, cancellationToken);
            var registered = request.Server.ServerOptions.ToolCollection!;
            var isTextOnly = AnswerForms.For(request.Server.ClientInfo, answers) == AnswerForm.Text;
            result.Tools =
            [
                .. result.Tools.Select(tool =>
                    Shaped.GetOrAdd(
                        (tool.Name, hasLlamaCloud, isTextOnly),
                        _ => Shape(tool, isTextOnly ? null : AnswerOf(registered[tool.Name]), hasLlamaCloud)
                    )
                ),
            ];
            // The list depends on who asks, unless the form of answers is set.
            (result.TimeToLive, result.CacheScope) = (TimeToLive, answers == AnswerForm.Auto ? CacheScope.Private : CacheScope.Public);
            return result;
        };

    private static readonly ConcurrentDictionary<(string Name, bool HasLlamaCloud, bool IsTextOnly), Tool> Shaped = new();

    private static Type AnswerOf(McpServerTool tool) => tool.Metadata.OfType<AnswersWithAttribute>().Single().Answer;

    /// <param name="answer">The type of its structured content; null for a client that gets none.</param>
    private static Tool Shape(Tool tool, Type? answer, bool hasLlamaCloud) =>
        new()
        {
            Name = tool.Name,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = Shape(tool.InputSchema, hasLlamaCloud ? [] : OfLlamaCloud),
            OutputSchema = answer is null
                ? null
                : Shape(AIJsonUtilities.CreateJsonSchema(answer, serializerOptions: AnswersJson.Schemas), []),
            Meta = answer is null ? MayBeLong : null,
            Annotations = Hints(tool.Annotations!),
        };

    /// <summary>The hints without the title, which the tool has itself. The other hints mean nothing for a read-only tool.</summary>
    private static ToolAnnotations Hints(ToolAnnotations annotations) =>
        new() { ReadOnlyHint = annotations.ReadOnlyHint, OpenWorldHint = annotations.OpenWorldHint };

    /// <param name="left">The fields to leave out.</param>
    private static JsonElement Shape(JsonElement schema, string[] left)
    {
        var node = JsonObject.Create(schema)!;
        foreach (var field in left)
            (node["properties"] as JsonObject)?.Remove(field);
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
            // Null values are left out of answers, so a required nullable field is optional.
            if (schema["required"] is JsonArray required && schema["properties"] is JsonObject properties)
                required.RemoveAll(name => Keyword(properties[name!.GetValue<string>()], "type") is JsonArray);
            // Inside an answer, "required" costs more tokens than it is worth.
            if (schema["required"] is JsonArray { Count: 0 } || depth > 0)
                schema.Remove("required");
            if (schema["type"] is JsonArray types)
                schema["type"] = types.Select(type => type!.GetValue<string>()).First(type => type != "null");
            // Null and false are what everybody expects.
            if (schema.ContainsKey("default") && schema["default"]?.GetValueKind() is null or JsonValueKind.False)
                schema.Remove("default");
            // The maximum of the type itself is not a limit.
            if (schema["maximum"] is JsonValue maximum && maximum.GetValue<double>() >= int.MaxValue)
                schema.Remove("maximum");
            foreach (var (_, child) in schema)
                Shape(child, depth + 1);
            if (depth >= DepthOfFields && schema["properties"] is JsonObject fields)
                NameOnly(schema, fields, depth);
        }
    }

    /// <summary>Replaces the fields of an inner object by a line with their names: their types would cost three times as many tokens.</summary>
    private static void NameOnly(JsonObject schema, JsonObject fields, int depth)
    {
        schema.Remove("properties");
        if (depth >= DepthOfNamed)
            return;
        var names = fields.Select(field =>
            $"{field.Key}{(Keyword(field.Value, "description") is { } description ? $" ({description})" : "")}"
        );
        var purpose = schema["description"] is { } said ? $"{said}: " : "";
        schema["description"] = purpose + string.Join(", ", names);
    }

    /// <summary>A keyword of a field's schema. A field that may have any value has the schema true, which has none.</summary>
    private static JsonNode? Keyword(JsonNode? field, string name) => (field as JsonObject)?[name];
}
