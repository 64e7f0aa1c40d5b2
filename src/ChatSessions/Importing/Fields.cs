using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The fields of a record, found in one pass, because a record may be megabytes long.</summary>
internal readonly struct Fields
{
    /// <summary>The names as recorded, so that none is decoded that is not asked for.</summary>
    private readonly List<(ReadOnlyMemory<byte> Name, RawJson Value)>? fields;

    public Fields(RawJson json)
    {
        Json = json;
        if (json.Kind != JsonValueKind.Object)
            return;
        fields = new(capacity: 16);
        var walk = new JsonWalk(json);
        while (walk.NextProperty())
            fields.Add((walk.NameMemory, walk.Value));
    }

    public RawJson Json { get; }

    /// <summary>Every field, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, RawJson>> All => Json.Properties();

    /// <summary>The field with this name, the last one if repeated; missing if there is none.</summary>
    public RawJson this[string name]
    {
        get
        {
            for (var at = (fields?.Count ?? 0) - 1; at >= 0; at--)
                if (RawJson.NameIs(fields![at].Name.Span, name))
                    return fields[at].Value;
            return default;
        }
    }

    public bool Has(string name) => !this[name].IsMissing;

    /// <summary>A field's text; null if it is not a string.</summary>
    public string? Text(string name) => this[name].AsString();

    public bool IsTrue(string name) => this[name].AsBoolean() == true;
}
