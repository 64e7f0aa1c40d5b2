using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatSessions.Analysis;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// An entry of a transcript as data. Recorded text and the server's words are in different fields. What follows from the other fields is
/// absent, so that more is left of the budget for what was recorded.
/// </summary>
public sealed record EntryFields
{
    /// <summary>The position of its first event; null for what is left out singly. For its call id, ask list_tool_calls.</summary>
    [Description("position; call ids: list_tool_calls")]
    public int? Event { get; init; }

    /// <summary>The position of its last event, if a text was recorded in several events, or a range is left out.</summary>
    public int? Last { get; init; }

    /// <summary>The number of the turn that begins here.</summary>
    [Description("if one begins here")]
    public int? Turn { get; init; }

    /// <summary><c>user</c>, <c>thinking</c>, <c>stop</c>, <c>context</c>, <c>unknown</c> or <c>omitted</c>. Null for a tool call, and for text from the agent.</summary>
    [Description("user, thinking, stop, context, unknown, omitted; else tool or text")]
    public string? Kind { get; init; }

    /// <summary>When a message of the user came, in UTC; only of imported sessions.</summary>
    public string? Time { get; init; }

    /// <summary>Whose words a context event holds.</summary>
    public string? Role { get; init; }

    /// <summary>The tool that is called.</summary>
    public string? Tool { get; init; }

    /// <summary>How long the call took, if that was long; only of imported sessions.</summary>
    public long? DurationMs { get; init; }

    /// <summary>The position of the call before with the same arguments, which are shown there.</summary>
    public int? SameAs { get; init; }

    /// <summary>
    /// The arguments that are not the same in all calls of the tool (those are in the head). Each is exact if it is whole; a cut one is the
    /// shown part of its text.
    /// </summary>
    [Description("exact; as text if cut; without those always the same")]
    public JsonElement? Arguments { get; init; }

    /// <summary>Arguments that are no object, or so many that they are cut as one text.</summary>
    public string? ArgumentsText { get; init; }

    /// <summary>The text of a message, a thought or an event, or the error of a run.</summary>
    public string? Text { get; init; }

    /// <summary>What is cut from the text or the arguments.</summary>
    [Description("of argument, at place in the shown text or else its end, left_out characters, offset for read_chat_events, event if another, note")]
    public IReadOnlyList<CutFields>? Cuts { get; init; }

    /// <summary>The position of the result, if it is not the next event; of a result without a call, that of the entry.</summary>
    [Description("if not the next")]
    public int? ResultEvent { get; init; }

    /// <summary><c>failed</c> (inferred) or <c>unanswered</c>; of the end of a run, <c>error</c>. Null if all went well.</summary>
    [Description("if not ok")]
    public string? Outcome { get; init; }

    /// <summary>The sign of failure.</summary>
    public string? Reason { get; init; }

    /// <summary>The line that names the error, if the shown end of the result does not.</summary>
    public string? Error { get; init; }

    /// <summary>The position of an earlier result that is the same, and is shown there.</summary>
    public int? ResultSameAs { get; init; }

    /// <summary>The text of the result; null if it is left out.</summary>
    [Description("absent if left out")]
    public string? Result { get; init; }

    /// <summary>Rows of the result, which follow its text.</summary>
    [Description("count, fields, values")]
    public RowFields? Rows { get; init; }

    /// <summary>Other fields of the result, as arguments are shown.</summary>
    public JsonElement? ResultFields { get; init; }

    /// <summary>What is cut from the result: its text, or one of its other fields.</summary>
    public IReadOnlyList<CutFields>? ResultCuts { get; init; }

    /// <summary>What a run took.</summary>
    public SessionUsage? Usage { get; init; }

    /// <summary>How many events are left out.</summary>
    [Description("left out")]
    public int? Events { get; init; }

    /// <summary>How many of each kind and tool are left out. In the list of what is left out singly, they lie in the gaps.</summary>
    public IReadOnlyDictionary<string, int>? Kinds { get; init; }

    /// <summary>How many more kinds are left out.</summary>
    public int? MoreKinds { get; init; }

    /// <summary>The positions of what is left out singly: calls, with their results, and other events.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? At { get; init; }

    /// <summary>How many calls of a range failed.</summary>
    public int? Failed { get; init; }

    /// <summary>The calls of the round that repeated calls are like; the same if nothing differs.</summary>
    public IReadOnlyList<int>? Like { get; init; }

    /// <summary>In what repeated calls differ, from the first that is left out to the last.</summary>
    public IReadOnlyList<RepeatDifference>? Differs { get; init; }

    /// <summary>In how much more they differ.</summary>
    public int? MoreDiffers { get; init; }

    /// <summary>What else must be known of the entry.</summary>
    public string? Note { get; init; }

    /// <summary>What it adds to the answer, as it was counted; null if it was not.</summary>
    internal CountedText? Counted { get; set; }

    /// <summary>The entry as JSON in its most expensive form.</summary>
    internal string Write() => Cost.Spaced(JsonSerializer.SerializeToElement(this, CondensingJson.Unescaped.EntryFields));

    internal EntryFields WithText(ShownText shown) => this with { Text = shown.Text, Cuts = CutFields.From(shown, null, Event!.Value) };
}

/// <summary>Something that is left out of a text.</summary>
/// <param name="Of">The argument, or the field of the result; null for the text itself.</param>
/// <param name="At">The place in the shown text, in UTF-16 code units; null for its end.</param>
/// <param name="LeftOut">How many characters are left out.</param>
/// <param name="Event">The event where they begin, if that is another than the entry's, or than that of its result.</param>
/// <param name="Offset">Where in that event's JSON read_chat_events continues.</param>
/// <param name="Note">What is left out, such as <c>as #12</c>, if that is known.</param>
public sealed record CutFields(string? Of, int? At, int LeftOut, int? Event, int Offset, string? Note)
{
    /// <summary>The cuts of a text; null if there are none.</summary>
    /// <param name="position">The event that the cuts of an entry are in, unless they say another.</param>
    internal static CutFields[]? From(ShownText shown, string? of, int position) =>
        shown.Cuts.IsEmpty
            ? null
            :
            [
                .. shown.Cuts.Select(one => new CutFields(
                    of,
                    one.At == shown.Text.Length ? null : one.At,
                    one.Cut.Characters,
                    one.Cut.Event == position ? null : one.Cut.Event,
                    one.Cut.Offset,
                    one.Cut.Note
                )),
            ];
}

/// <summary>Similar objects of a result, without repeating the names of their fields.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Fields">The names of their fields.</param>
/// <param name="Values">
/// The values of each of the first ones, in the order of the fields; null for a field that is null or missing. An object behind them has
/// those of other fields.
/// </param>
public sealed record RowFields(int Count, IReadOnlyList<string> Fields, JsonElement Values)
{
    internal static RowFields? Of(ShownText shown) =>
        shown.Rows is { } rows ? new(rows.All.Count, [.. rows.All.Fields.Select(OutgoingText.ShowName)], rows.All.Values(rows.Shown)) : null;
}
