using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatMcpServer.Hosting.Access;

/// <summary>Reads a JSON object of a configuration strictly: a name that is not known may be a typo that changes who gets in.</summary>
/// <param name="json">The object.</param>
/// <param name="where">The file and the place in it, for errors.</param>
internal sealed class JsonFields(JsonElement json, string where)
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="ChatSessionException">It is not a JSON object.</exception>
    public static JsonFields Parse(byte[] utf8, string where)
    {
        try
        {
            return Of(JsonElement.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false }), where);
        }
        catch (JsonException exception)
        {
            // Its own words are about the reader, and its lines begin with 0.
            throw Invalid(
                exception.LineNumber is { } line
                    ? string.Create(CultureInfo.InvariantCulture, $"{where} is not valid JSON (line {line + 1}). Correct it there.")
                    : $"{where} is not valid JSON: an object has a name twice. Remove one."
            );
        }
    }

    /// <exception cref="ChatSessionException">It is not a JSON object.</exception>
    public static JsonFields Of(JsonElement json, string where) =>
        json.ValueKind == JsonValueKind.Object ? new(json, where) : throw Invalid($"{where} is not a JSON object.");

    public string Where => where;

    public IEnumerable<JsonProperty> All => json.EnumerateObject();

    /// <exception cref="ChatSessionException">The object has a property of another name.</exception>
    public JsonFields Only(params string[] names)
    {
        foreach (var property in json.EnumerateObject())
            if (!names.Contains(property.Name))
                throw Invalid($"{where} has the unknown property '{property.Name}'. Known are {string.Join(", ", names)}.");
        return this;
    }

    /// <summary>A text; null if it is absent.</summary>
    /// <exception cref="ChatSessionException">It is not a text, or an empty one.</exception>
    public string? Text(string name) =>
        !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text
        : throw Invalid($"'{name}' of {where} is not a text.");

    /// <summary>Texts; empty if they are absent.</summary>
    /// <exception cref="ChatSessionException">It is not a list of texts.</exception>
    public string[] Texts(string name) =>
        !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(one => one.GetString()!)]
        : throw Invalid($"'{name}' of {where} is not a list of texts.");

    /// <summary>Whether something is so; false if it is absent.</summary>
    /// <exception cref="ChatSessionException">It is neither true nor false.</exception>
    public bool Is(string name) =>
        json.TryGetProperty(name, out var value)
        && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Invalid($"'{name}' of {where} is neither true nor false."),
        };

    public bool Has(string name) => json.TryGetProperty(name, out _);

    /// <exception cref="ChatSessionException">It is absent.</exception>
    public JsonElement Required(string name) =>
        json.TryGetProperty(name, out var value) ? value : throw Invalid($"{where} has no '{name}'.");

    public static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
