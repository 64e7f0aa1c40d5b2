using System.ComponentModel;
using System.Text.Json;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// An entry of a transcript as data. One of <see cref="User"/>, <see cref="Text"/>, <see cref="Thinking"/>, <see cref="Tool"/>,
/// <see cref="Stop"/>, <see cref="Context"/>, <see cref="Unknown"/> and <see cref="Omitted"/> says what it is. Recorded text and the server's
/// words are in different fields. What follows from the other fields is absent, so that more is left of the budget for what was recorded.
/// </summary>
public sealed record EntryFields
{
    /// <summary>The position of its first event; null for what is left out singly. Its call id is in the event itself.</summary>
    [Description("position; ids: read_chat_events")]
    public int? Event { get; init; }

    /// <summary>The position of its last event, if a text was recorded in several events, or a range is left out.</summary>
    public int? Last { get; init; }

    /// <summary>The number of the turn that begins here; null for all other entries.</summary>
    [Description("if new")]
    public int? Turn { get; init; }

    /// <summary>When a message of the user came, in UTC; only of imported sessions.</summary>
    public string? Time { get; init; }

    /// <summary>A message of the user.</summary>
    public string? User { get; init; }

    /// <summary>Text from the agent.</summary>
    public string? Text { get; init; }

    /// <summary>Thinking of the agent.</summary>
    public string? Thinking { get; init; }

    /// <summary>The tool that is called.</summary>
    public string? Tool { get; init; }

    /// <summary>How long the call took, if that was ten seconds or longer; only of imported sessions.</summary>
    public long? DurationMs { get; init; }

    /// <summary>The position of the call before with the same arguments, which shows them.</summary>
    public int? SameAs { get; init; }

    /// <summary>
    /// The arguments, without those that have the same value in all calls of the tool (the head has them). Each is exact if it is whole; of a
    /// cut one it is the shown part of its text.
    /// </summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>Arguments that are no object, or so many that they are cut as one text.</summary>
    public string? ArgumentsText { get; init; }

    /// <summary>What is cut from the arguments.</summary>
    public IReadOnlyList<CutFields>? ArgumentCuts { get; init; }

    /// <summary>How a run ended: <c>ok</c> or <c>error</c>.</summary>
    public string? Stop { get; init; }

    /// <summary>What the run took.</summary>
    public SessionUsage? Usage { get; init; }

    /// <summary>What a program recorded other than the conversation.</summary>
    public string? Context { get; init; }

    /// <summary>Whose words the context is.</summary>
    public string? Role { get; init; }

    /// <summary>The JSON of an event of a type that this version does not know.</summary>
    public string? Unknown { get; init; }

    /// <summary>
    /// The position of the result, if it is not that of the next event. If it is that of the entry, it is a result without a call.
    /// </summary>
    [Description("if not next")]
    public int? ResultEvent { get; init; }

    /// <summary><c>unanswered</c> if no result was recorded.</summary>
    public string? Outcome { get; init; }

    /// <summary>The sign by which the call counts as failed; null if it did not fail.</summary>
    public string? Reason { get; init; }

    /// <summary>The line of a failed result that names the error, if the end of the result does not; or the error of a run.</summary>
    public string? Error { get; init; }

    /// <summary>The position of an earlier result that is the same, and is shown there.</summary>
    public int? ResultSameAs { get; init; }

    /// <summary>The text of the result; null if it is left out.</summary>
    public string? Result { get; init; }

    /// <summary>Similar objects of the result, which follow its text.</summary>
    public RowFields? Rows { get; init; }

    /// <summary>Other fields of the result, and its <c>image</c>, as arguments are shown.</summary>
    public JsonElement? ResultFields { get; init; }

    /// <summary>What is cut from the text, the error of a run, or the result: from its text, or from one of its other fields.</summary>
    [Description("at, length, offset")]
    public IReadOnlyList<CutFields>? Cuts { get; init; }

    /// <summary>How much of each kind and tool is left out. In the list of what is left out singly, it lies in the gaps.</summary>
    public IReadOnlyDictionary<string, int>? Omitted { get; init; }

    /// <summary>The positions of what is left out singly: of calls, with their results, and of other events.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? At { get; init; }

    /// <summary>How many events are left out, if these are not all of the range.</summary>
    public int? Events { get; init; }

    /// <summary>How many calls of the range failed.</summary>
    public int? Failed { get; init; }

    /// <summary>The calls that repeated calls are like; with the same results too if nothing differs.</summary>
    public IReadOnlyList<int>? Like { get; init; }

    /// <summary>In what repeated calls differ, from the first that is left out to the last.</summary>
    public IReadOnlyList<RepeatDifference>? Differs { get; init; }

    /// <summary>What else must be known of the entry, such as <c>3 more kinds</c> or <c>2 more differences</c>.</summary>
    public string? Note { get; init; }

    /// <summary>What it adds to the answer, as it was counted; null if it was not.</summary>
    internal CountedText? Counted { get; set; }

    /// <summary>The entry as JSON in its most expensive form.</summary>
    internal string Write() => Cost.Spaced(JsonSerializer.SerializeToElement(this, CondensingJson.Unescaped.EntryFields));

    /// <summary>The entry with the cuts of its only text.</summary>
    internal EntryFields CutAs(ShownText shown) => this with { Cuts = CutFields.From(shown, null, Event!.Value) };
}

/// <summary>Something that is left out of a text.</summary>
/// <param name="Of">
/// The argument if there are several, or the field of the result; null for the text of the entry, its only argument, or that of its result.
/// </param>
/// <param name="At">
/// The place in the shown text, in UTF-16 code units. Null for where most are: at the beginning of what is shown of a result, and at the end
/// of all other texts.
/// </param>
/// <param name="Length">How many characters are left out.</param>
/// <param name="Event">The event where they begin, if that is another than the entry's, or than that of its result.</param>
/// <param name="Offset">Where in that event's JSON read_chat_events continues.</param>
/// <param name="Note">What is left out, such as <c>as #12</c>, if that is known.</param>
public sealed record CutFields(string? Of, int? At, int Length, int? Event, int Offset, string? Note)
{
    /// <summary>The cuts of a text; null if it is whole.</summary>
    /// <param name="position">The event that the cuts of an entry are in, unless they say another.</param>
    /// <param name="isOfResult">Whether the text is of a result: of failed ones, only the end is shown.</param>
    internal static CutFields[]? From(ShownText shown, string? of, int position, bool isOfResult = false) =>
        shown.Cuts.IsEmpty
            ? null
            :
            [
                .. shown.Cuts.Select(one => new CutFields(
                    of,
                    one.At == (isOfResult ? 0 : shown.Text.Length) ? null : one.At,
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
        shown.Rows is { } rows
            ? new(rows.All.Count, [.. rows.All.Fields.Select(OutgoingText.ShowName)], rows.All.Values(rows.Shown))
            : null;
}
