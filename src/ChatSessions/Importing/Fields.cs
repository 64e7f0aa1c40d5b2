using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The fields of a record, found in one pass, because a record may be megabytes long.</summary>
internal readonly struct Fields(RawJson json)
{
    public RawJson Json { get; } = json;

    /// <summary>Every field, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, RawJson>> All { get; } = json.Properties();

    /// <summary>The field with this name, the last one if repeated; missing if there is none.</summary>
    public RawJson this[string name] => All.LastOrDefault(field => field.Key == name).Value;

    public bool Has(string name) => !this[name].IsMissing;

    /// <summary>A field's text; null if it is not a string.</summary>
    public string? Text(string name) => this[name].AsString();

    public bool IsTrue(string name) => this[name].AsBoolean() == true;
}
