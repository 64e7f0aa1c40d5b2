using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// Accepts arguments the way models write them, and refuses others with a message that names the argument. For an optional argument, "", "null"
/// and null mean that it is absent; "42" and 42.0 are 42, "true" is true; a number for a string argument becomes its digits. The SDK advertises limits but
/// does not check them.
/// </summary>
internal static class ToolArguments
{
    /// <param name="hasLlamaCloud">Whether LlamaCloud is one of the sources: the arguments that a refusal names follow from it.</param>
    public static McpRequestHandler<CallToolRequestParams, CallToolResult> Normalize(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next,
        bool hasLlamaCloud
    ) =>
        (request, cancellationToken) =>
        {
            if (request is { MatchedPrimitive: McpServerTool tool, Params: { } call })
                call.Arguments = Normalize(tool.ProtocolTool, call.Arguments ?? new Dictionary<string, JsonElement>(), hasLlamaCloud);
            return next(request, cancellationToken);
        };

    private static Dictionary<string, JsonElement> Normalize(Tool tool, IDictionary<string, JsonElement> given, bool hasLlamaCloud)
    {
        var properties = tool.InputSchema.GetProperty("properties");
        var required = tool.InputSchema.TryGetProperty("required", out var names)
            ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet()
            : [];
        var arguments = new Dictionary<string, JsonElement>();
        foreach (var (name, value) in given)
        {
            if (!properties.TryGetProperty(name, out var schema))
            {
                var known = properties
                    .EnumerateObject()
                    .Select(property => property.Name)
                    .Where(one => ToolSchemas.IsOffered(one, hasLlamaCloud));
                throw Refusal($"Unknown argument '{Shown(name)}'. {tool.Name} takes {string.Join(", ", known)}.");
            }
            if (!IsAbsent(value, isText: required.Contains(name)))
                arguments[name] = Normalize(name, value, schema);
        }
        var missing = required.FirstOrDefault(name => !arguments.ContainsKey(name));
        return missing is null
            ? arguments
            : throw Refusal($"Missing argument '{missing}' of {tool.Name}: {Purpose(properties.GetProperty(missing))}");
    }

    /// <summary>A required string may be the word "null", but an empty one counts as missing.</summary>
    private static bool IsAbsent(JsonElement value, bool isText) =>
        value.ValueKind == JsonValueKind.Null
        || (value.ValueKind == JsonValueKind.String && (value.ValueEquals("") || (!isText && value.ValueEquals("null"))));

    private static JsonElement Normalize(string name, JsonElement value, JsonElement schema)
    {
        var isInteger = TypeOf(schema) == "integer";
        if (isInteger)
        {
            var number =
                value.ValueKind is JsonValueKind.String or JsonValueKind.Number
                && decimal.TryParse(
                    value.ToString(),
                    NumberStyles.AllowLeadingSign
                        | NumberStyles.AllowLeadingWhite
                        | NumberStyles.AllowTrailingWhite
                        | NumberStyles.AllowDecimalPoint
                        | NumberStyles.AllowExponent,
                    CultureInfo.InvariantCulture,
                    out var parsed
                )
                && parsed == Math.Floor(parsed)
                    ? parsed
                    : throw Refusal($"{name} must be a whole number, not {Shown(value)}.");
            var lowest = schema.TryGetProperty("minimum", out var minimum) ? minimum.GetDecimal() : int.MinValue;
            var highest = schema.TryGetProperty("maximum", out var maximum) ? maximum.GetDecimal() : int.MaxValue;
            if (number < lowest || number > highest)
                throw Refusal(
                    number < lowest && highest == int.MaxValue
                        ? $"{name} must be {lowest} or more, not {number}."
                        : $"{name} must be from {lowest} to {highest}, not {number}."
                );
            return Parse(((int)number).ToString(CultureInfo.InvariantCulture));
        }
        if (TypeOf(schema) == "boolean")
            return bool.TryParse(value.ToString(), out var flag)
                ? Parse(flag ? "true" : "false")
                : throw Refusal($"{name} must be true or false, not {Shown(value)}.");
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value,
            JsonValueKind.Number => Parse($"\"{value.GetRawText()}\""),
            _ => throw Refusal($"{name} must be a string, not {Shown(value)}."),
        };
        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(item => item.ValueEquals(text.GetString())))
            throw Refusal($"{name} must be one of {string.Join(", ", allowed.EnumerateArray())}, not {Shown(value)}.");
        return text;
    }

    /// <summary>The type of a schema, ignoring null.</summary>
    private static string TypeOf(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? "string"
        : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(name => name.GetString()!).First(name => name != "null")
        : type.GetString()!;

    private static string Purpose(JsonElement schema) =>
        schema.TryGetProperty("description", out var description) ? description.GetString()! : "see its schema.";

    private static string Shown(JsonElement value) => Shown(value.GetRawText());

    private static string Shown(string text) => text.Length <= 60 ? text : $"{text[..60]}…";

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static ChatSessionException Refusal(string sentence) => new(ChatSessionError.InvalidArgument, sentence);
}
