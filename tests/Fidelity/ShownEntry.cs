using System.Text.Json;
using ChatSessions.Tokens;

namespace Fidelity;

/// <summary>An entry of the structured content's transcript, read as docs/answers.md tells a program to.</summary>
internal sealed class ShownEntry(JsonElement entry)
{
    private static readonly string[] Kinds = ["user", "text", "thinking", "tool", "stop", "context", "unknown", "omitted"];

    /// <summary>The fields that hold recorded text.</summary>
    private static readonly string[] TextFields = ["user", "text", "thinking", "context", "unknown", "arguments_text", "result"];

    public int? Event => Number("event");

    public int? Last => Number("last");

    public string? Tool => String("tool");

    /// <summary>The field that says what the entry is.</summary>
    public string Kind => Kinds.Single(Has);

    public bool IsOmitted => Kind == "omitted";

    public bool IsCall => Tool is not null && ResultEvent != Event;

    public int? ResultEvent => Number("result_event");

    /// <summary>Where the result is, whether it is shown or not.</summary>
    public int ResultPosition => ResultEvent ?? Event!.Value + 1;

    public string? Outcome => String("outcome");

    public int? SameAs => Number("same_as");

    public int? ResultSameAs => Number("result_same_as");

    public bool ShowsResult => Tool is not null && (Texts.Any(text => text.IsOfResult) || ResultSameAs is not null);

    public JsonElement? Rows => Has("rows") ? entry.GetProperty("rows") : null;

    /// <summary>What is shown of recorded texts.</summary>
    public IReadOnlyList<ShownText> Texts => field ??= [.. ReadTexts()];

    public IReadOnlyList<ShownCut> Cuts =>
        field ??= [.. ReadCuts("argument_cuts", isOfResult: false), .. ReadCuts("cuts", isOfResult: Tool is not null)];

    /// <summary>Recorded text to be searched. A sign ends each piece, so that nothing is found across two of them.</summary>
    public IEnumerable<string> Recorded =>
        Texts
            .SelectMany(text => text.Pieces)
            .Concat(RowLines)
            .Append(String("error") ?? "")
            .Append(String("reason") ?? "")
            .Select(piece => $"{piece}\n…");

    /// <summary>The tokens of all recorded text, as JSON.</summary>
    public int RecordedTokens =>
        Texts.Sum(text => TokenCounter.Count(text.Value.GetRawText()))
        + (Rows is { } rows ? TokenCounter.Count(rows.GetProperty("values").GetRawText()) : 0);

    /// <summary>The rows, each as a line of a table.</summary>
    public IEnumerable<string> RowLines =>
        Rows is not { } rows
            ? []
            : rows.GetProperty("values")
                .EnumerateArray()
                .Select(row => $"| {string.Join(" | ", row.EnumerateArray().Select(TextOf))} |")
                .Prepend($"| {string.Join(" | ", rows.GetProperty("fields").EnumerateArray().Select(TextOf))} |");

    public int? Number(string name) => Has(name) ? entry.GetProperty(name).GetInt32() : null;

    public string? String(string name) => Has(name) ? entry.GetProperty(name).GetString() : null;

    /// <summary>The properties of an object; none if it is not there.</summary>
    public IReadOnlyList<JsonProperty> Properties(string name) => Has(name) ? [.. entry.GetProperty(name).EnumerateObject()] : [];

    public IReadOnlyList<JsonElement> Items(string name) => Has(name) ? [.. entry.GetProperty(name).EnumerateArray()] : [];

    public override string ToString() => $"#{Event} {Kind}";

    private bool Has(string name) => entry.TryGetProperty(name, out _);

    private IEnumerable<ShownText> ReadTexts()
    {
        foreach (var name in TextFields.Concat(Kind == "stop" ? ["error"] : []).Where(Has))
            yield return new(name, name == "result", entry.GetProperty(name), CutsOf(null, name == "result"));
        foreach (var (name, isOfResult) in ((string, bool)[])[("arguments", false), ("result_fields", true)])
        foreach (var property in Properties(name))
        {
            // With a single argument, a cut need not name it.
            var of = name == "arguments" && Properties(name).Count == 1 ? null : property.Name;
            yield return new(property.Name, isOfResult, property.Value, CutsOf(of, isOfResult)) { IsNamed = true };
        }
    }

    private IReadOnlyList<ShownCut> CutsOf(string? of, bool isOfResult) =>
        [.. Cuts.Where(cut => cut.Of == of && cut.IsOfResult == isOfResult)];

    private IEnumerable<ShownCut> ReadCuts(string name, bool isOfResult)
    {
        foreach (var cut in Items(name))
        {
            var first =
                cut.TryGetProperty("event", out var other) ? other.GetInt32()
                : isOfResult ? ResultPosition
                : Event!.Value;
            yield return new(
                cut.TryGetProperty("of", out var of) ? of.GetString() : null,
                isOfResult,
                cut.TryGetProperty("at", out var at) ? at.GetInt32() : null,
                cut.GetProperty("length").GetInt32(),
                first,
                isOfResult ? first : Math.Max(first, Last ?? first),
                cut.GetProperty("offset").GetInt32(),
                cut.TryGetProperty("note", out var note) ? note.GetString() : null
            );
        }
    }

    private static string TextOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
}

/// <summary>What is shown of a recorded text or value.</summary>
/// <param name="Name">The field of the entry, or if it <see cref="IsNamed"/> the argument or the field of the result.</param>
internal sealed record ShownText(string Name, bool IsOfResult, JsonElement Value, IReadOnlyList<ShownCut> Cuts)
{
    public bool IsNamed { get; init; }

    /// <summary>The pieces between the cuts; of a value that is whole its strings and its JSON.</summary>
    public IReadOnlyList<string> Pieces =>
        field ??= [.. Cuts.Count == 0 && IsNamed ? [Value.GetRawText(), .. Answer.Strings(Value)] : Split()];

    private IEnumerable<string> Split()
    {
        var (text, start) = (Value.GetString()!, 0);
        foreach (var cut in Cuts)
        {
            // A place that is none is found by what is around it.
            var at = Math.Clamp(cut.At ?? (IsOfResult ? 0 : text.Length), start, text.Length);
            yield return text[start..at];
            start = at;
        }
        yield return text[start..];
    }
}

/// <summary>A cut as its fields say it.</summary>
internal sealed record ShownCut(string? Of, bool IsOfResult, int? At, int Count, int First, int Last, int Offset, string? Note)
{
    /// <summary>The marker that a text has for it.</summary>
    public string Marker =>
        $"…[+{Count} characters, #{First}{(Last == First ? "" : $"-{Last}")} from {Offset}{(Note is null ? "" : $": {Note}")}]";
}
