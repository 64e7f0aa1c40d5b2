using System.Buffers;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>An argument of a call, or a field of a result, and how much of it is shown.</summary>
/// <param name="Name">Its name as it may be shown.</param>
/// <param name="Value">The value as recorded.</param>
internal sealed record NamedText(string Name, RawJson Value, GrowingText Text)
{
    private readonly Lazy<JsonElement?> exact = new(() => ShownJson.Of(Value));

    /// <summary>
    /// Some of them as a JSON object: those that are whole have their exact values, and the others what is shown of their texts. Null
    /// if the list is empty.
    /// </summary>
    public static JsonElement? ToJson(IReadOnlyList<NamedText> texts)
    {
        if (texts.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ShownJson.Unescaped))
        {
            writer.WriteStartObject();
            foreach (var text in texts)
            {
                writer.WritePropertyName(text.Name);
                if (text.Exact is { } exact)
                    exact.WriteTo(writer);
                else
                    writer.WriteStringValue(text.Text.Shown.Exact.Text);
            }
            writer.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>What is cut from them; null if nothing is.</summary>
    /// <param name="position">The event that they were recorded in.</param>
    /// <param name="isNamed">Whether each cut names the value.</param>
    /// <param name="isOfResult">Whether they are fields of a result.</param>
    public static CutFields[]? CutsOf(IEnumerable<NamedText> texts, int position, bool isNamed, bool isOfResult)
    {
        CutFields[] cuts =
        [
            .. texts.SelectMany(text => CutFields.From(text.Text.Shown.Exact, isNamed ? text.Name : null, position, isOfResult) ?? []),
        ];
        return cuts.Length == 0 ? null : cuts;
    }

    /// <summary>Says which whole values are JSON as text, because many readers refuse what is nested so deeply.</summary>
    public static string? NoteOf(IEnumerable<NamedText> texts) =>
        string.Join(", ", texts.Where(text => text.Text.IsWhole && text.Exact is null).Select(text => text.Name)) is { Length: > 0 } names
            ? $"nested too deeply, so written as text: {names}"
            : null;

    private JsonElement? Exact => Text.IsWhole ? exact.Value : null;
}
