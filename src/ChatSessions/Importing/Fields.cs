using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The fields of a record, found in one pass over it: a record may be megabytes long.</summary>
internal readonly struct Fields(RawJson json)
{
    /// <summary>The record.</summary>
    public RawJson Json { get; } = json;

    /// <summary>Every field, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, RawJson>> All { get; } = json.Properties();

    /// <summary>The field of a name, the last one where it is repeated; missing when there is none.</summary>
    public RawJson this[string name] => All.LastOrDefault(field => field.Key == name).Value;

    public bool Has(string name) => !this[name].IsMissing;

    /// <summary>A field's text; null when it is no string.</summary>
    public string? Text(string name) => this[name].AsString();

    public bool IsTrue(string name) => this[name].AsBoolean() == true;
}
