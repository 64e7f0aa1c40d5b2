using System.Text;
using System.Text.Json;
using ModelContextProtocol.Client;

namespace ChatMcpServer.Tests.Documents;

/// <summary>Writes the tools and resources of the server as Markdown.</summary>
internal static class Reference
{
    public static string Of(IEnumerable<McpClientTool> tools)
    {
        var text = new StringBuilder();
        foreach (var tool in tools)
        {
            text.Append($"\n### {tool.Name}\n\n{tool.Description}\n\n| argument | type | default | limits | |\n|---|---|---|---|---|\n");
            var input = tool.JsonSchema;
            foreach (var argument in input.GetProperty("properties").EnumerateObject())
            {
                var type = argument.Value.GetProperty("type").GetString();
                var required = IsRequired(input, argument.Name) ? ", required" : "";
                text.Append($"| `{argument.Name}` | {type}{required} | {Keyword(argument.Value, "default")} | ")
                    .Append($"{Limits(argument.Value)} | {Keyword(argument.Value, "description")} |\n");
            }
            text.Append("\n| answer | type | |\n|---|---|---|\n");
            var output = tool.ProtocolTool.OutputSchema!.Value;
            foreach (var field in output.GetProperty("properties").EnumerateObject())
            {
                var optional = IsRequired(output, field.Name) ? "" : "?";
                text.Append(
                    $"| `{field.Name}`{optional} | {Type(field.Value)} | {Keyword(field.Value, "description")}{Inside(field.Value)} |\n"
                );
            }
        }
        return text.Append('\n').ToString();
    }

    public static string Of(McpClientResource list, IEnumerable<McpClientResourceTemplate> templates)
    {
        var text = new StringBuilder("\n| address | type | |\n|---|---|---|\n");
        Row(list.Uri, list.MimeType, list.Description);
        foreach (var template in templates)
            Row(template.UriTemplate, template.MimeType, template.Description);
        return text.Append('\n').ToString();

        void Row(string address, string? type, string? description) =>
            text.Append($"| `{address}` | {type ?? "as stored"} | {description} |\n");
    }

    public static string Of(IEnumerable<McpClientPrompt> prompts)
    {
        var text = new StringBuilder("\n| prompt | arguments | |\n|---|---|---|\n");
        foreach (var prompt in prompts)
            text.Append(
                $"| `{prompt.Name}` | {string.Join(", ", prompt.ProtocolPrompt.Arguments!.Select(one => $"`{one.Name}`"))} | {prompt.Description} |\n"
            );
        return text.Append('\n').ToString();
    }

    private static string Type(JsonElement schema)
    {
        var type = schema.GetProperty("type").GetString()!;
        return type == "array" ? $"array of {Type(schema.GetProperty("items"))}" : type;
    }

    /// <summary>The description of an array's items.</summary>
    private static string Inside(JsonElement schema) =>
        schema.TryGetProperty("items", out var items) && Keyword(items, "description") is { Length: > 0 } fields
            ? $"{(Keyword(schema, "description").Length > 0 ? ": " : "")}{fields}"
            : "";

    private static bool IsRequired(JsonElement schema, string name) =>
        schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(item => item.ValueEquals(name));

    private static string Limits(JsonElement schema) =>
        schema.TryGetProperty("enum", out var values)
            ? string.Join(", ", values.EnumerateArray().Select(value => $"`{value}`"))
            : (Keyword(schema, "minimum"), Keyword(schema, "maximum")) switch
            {
                ("", "") => "",
                (var lowest, "") => $"from {lowest}",
                var (lowest, highest) => $"{lowest} to {highest}",
            };

    private static string Keyword(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) ? value.ToString().Replace("|", "\\|") : "";
}
