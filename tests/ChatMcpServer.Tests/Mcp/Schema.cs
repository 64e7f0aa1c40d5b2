using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatMcpServer.Tests.Mcp;

/// <summary>The part of JSON Schema that our schemas use.</summary>
internal static class Schema
{
    /// <summary>
    /// The parts of a value that its schema does not allow, including fields that the schema does not name, not even in a description.
    /// </summary>
    public static IEnumerable<string> Violations(JsonElement value, JsonElement schema, string path = "$")
    {
        var type = schema.GetProperty("type").GetString();
        var isOfType = value.ValueKind switch
        {
            JsonValueKind.Object => type == "object",
            JsonValueKind.Array => type == "array",
            JsonValueKind.String => type == "string",
            JsonValueKind.Number => type == "number" || (type == "integer" && value.TryGetInt64(out _)),
            JsonValueKind.True or JsonValueKind.False => type == "boolean",
            _ => false,
        };
        if (!isOfType)
            return [$"{path} is {value.ValueKind}, not {type}"];
        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(one => one.ValueEquals(value.GetString())))
            return [$"{path} is none of {allowed}"];
        if (type == "array")
            return value.EnumerateArray().SelectMany((item, index) => Violations(item, schema.GetProperty("items"), $"{path}[{index}]"));
        if (type != "object")
            return [];
        if (!schema.TryGetProperty("properties", out _))
            return value
                .EnumerateObject()
                .Where(property => !Regex.IsMatch(schema.GetProperty("description").GetString()!, $@"\b{property.Name}\b"))
                .Select(property => $"{path}.{property.Name} is not named");
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [];
        return
        [
            .. required.Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path}.{name} is missing"),
            .. value
                .EnumerateObject()
                .SelectMany(property =>
                    schema.GetProperty("properties").TryGetProperty(property.Name, out var inner)
                        ? Violations(property.Value, inner, $"{path}.{property.Name}")
                        : [$"{path}.{property.Name} is in no schema"]
                ),
        ];
    }

    /// <summary>A schema and all schemas inside it, with their paths.</summary>
    public static IEnumerable<(string Path, JsonElement Schema)> Walk(JsonElement schema, string path)
    {
        yield return (path, schema);
        if (schema.ValueKind != JsonValueKind.Object)
            yield break;
        if (schema.TryGetProperty("properties", out var properties))
            foreach (var inner in properties.EnumerateObject().SelectMany(property => Walk(property.Value, $"{path}.{property.Name}")))
                yield return inner;
        if (schema.TryGetProperty("items", out var items))
            foreach (var inner in Walk(items, $"{path}[]"))
                yield return inner;
    }
}
