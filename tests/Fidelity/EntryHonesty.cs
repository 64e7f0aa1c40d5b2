using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>
/// Whether the entries of the structured content are true: what is shown of each text, with what its cuts leave out put in where they say,
/// is the recorded text character for character; whole values are exactly the recorded ones; and nothing is missing without a cut.
/// </summary>
internal static class EntryHonesty
{
    private static readonly string[] TextNames = ["output", "content", "stdout"];

    /// <summary>What is not true of an entry; what is cut from it is added to <paramref name="found"/>.</summary>
    /// <param name="isInHead">Whether the head says the value of an argument.</param>
    public static IEnumerable<string> ProblemsOf(
        Session session,
        ShownEntry entry,
        List<FoundCut> found,
        Func<ToolCallEvent, string, bool> isInHead
    )
    {
        if (entry.Event is not { } position || position >= session.Events.Length)
            return [$"'{entry}': there is no such event"];
        var texts = entry.Texts.SelectMany(text => ProblemsOf(session, entry, text, found));
        var all = texts
            .Concat(ProblemsOfCall(session, entry, isInHead))
            .Concat(ProblemsOfCuts(entry))
            .Append(
                entry.Number("turn") is { } turn && (session.TurnAt(position).Number != turn || session.TurnAt(position).First != position)
                    ? $"turn {turn} does not begin here"
                    : null
            );
        return all.OfType<string>().Select(problem => $"'{entry}': {problem}");
    }

    /// <summary>A cut of nothing that is shown.</summary>
    private static IEnumerable<string> ProblemsOfCuts(ShownEntry entry) =>
        entry
            .Cuts.Where(cut => !entry.Texts.Any(text => text.Cuts.Contains(cut)))
            .Select(cut => $"there is no text for the cut of {cut.Count} characters");

    private static IEnumerable<string?> ProblemsOfCall(Session session, ShownEntry entry, Func<ToolCallEvent, string, bool> isInHead)
    {
        if (entry.Tool is null)
            yield break;
        if (session.ToolUses.FirstOrDefault(use => use.Position == entry.Event) is not { } use)
        {
            yield return "there is no such call";
            yield break;
        }
        if (use.Result is { } recorded && entry.ResultPosition != recorded.Position)
            yield return $"the result is #{recorded.Position}";
        if (use.Call is { } call && entry.SameAs is { } same)
            yield return Same(call.Arguments, (session.Events[same] as ToolCallEvent)?.Arguments) ? null : $"#{same} has other arguments";
        else if (use.Call is { } made && entry.Properties("arguments") is var arguments && entry.String("arguments_text") is null)
            foreach (var argument in made.Arguments.Properties())
                if (!arguments.Any(shown => shown.Name == NameOf(argument.Key)) && !isInHead(made, argument.Key))
                    yield return $"'{argument.Key}' is missing";
        if (entry.ShowsResult && entry.ResultSameAs is null && use.Result is { } answered)
            foreach (var name in LeftOut(entry, answered.Result))
                yield return $"'{name}' of the result is missing";
        if (entry.ResultSameAs is { } other)
            yield return Same(use.Result?.Result, (session.Events[other] as ToolResultEvent)?.Result)
                ? null
                : $"#{other} has another result";
        else if (entry.ShowsResult && entry.String("result") is null)
            yield return "the text of its result is missing";
        if (
            (entry.Outcome ?? (entry.String("reason") is null ? null : "failed")) != OutcomeOf(use.Outcome.Kind)
            && (entry.ShowsResult || entry.Outcome is not null)
        )
            yield return $"the outcome is {use.Outcome.Kind}";
    }

    private static string? OutcomeOf(ToolOutcomeKind kind) =>
        kind switch
        {
            ToolOutcomeKind.Failed => "failed",
            ToolOutcomeKind.Unanswered => "unanswered",
            _ => null,
        };

    /// <summary>Fields of a result that say something, and are not shown.</summary>
    private static IEnumerable<string> LeftOut(ShownEntry entry, RawJson result)
    {
        var text = TextNames.FirstOrDefault(name => !result.Property(name).IsMissing);
        if (text is null || entry.String("result")!.StartsWith('{'))
            return [];
        var shown = entry.Properties("result_fields").Select(field => field.Name).ToHashSet();
        return result
            .Properties()
            .Where(field => field.Key != text && field.Value.Kind is JsonValueKind.String && field.Value.Utf8.Length > 2)
            .Select(field => field.Key)
            .Where(name => !shown.Contains(NameOf(name)));
    }

    private static bool Same(RawJson? one, RawJson? other) =>
        one is { } first && other is { } second && RecordedJson.Compact(first.ToString()) == RecordedJson.Compact(second.ToString());

    private static string NameOf(string name) => OutgoingText.ShowLine(OutgoingText.ShowName(name), 64) ?? "";

    private static List<string?> ProblemsOf(Session session, ShownEntry entry, ShownText text, List<FoundCut> found)
    {
        var recorded = RecordedOf(session, entry, text).Where(value => !value.IsMissing || entry.Tool is null).ToList();
        if (text.Cuts.Count == 0)
            return recorded.Exists(value => IsWhole(session, entry, text, value)) ? [] : [$"'{text.Name}' is not what was recorded"];
        var texts = recorded.ConvertAll(value => WholeOf(session, entry, value));
        var places = text
            .Cuts.Select(cut => new Cut(cut.Marker, 0, cut.Count, cut.First, cut.Last, cut.Offset))
            .Select(cut =>
                Place
                    .At(session, cut)
                    .Where(place => texts.Contains(place.Text) && place.Index + cut.Count <= place.Text.Length)
                    .Select(place => new FoundCut(cut, place))
                    .FirstOrDefault()
            )
            .ToList();
        if (places.Contains(null) || places.DistinctBy(one => one!.Place.Identity).Count() > 1)
            return [$"'{text.Name}': a cut is not where it says"];
        found.AddRange(places!);
        return PiecesOf(entry, text, [.. places.OfType<FoundCut>()]);
    }

    /// <summary>The pieces of a text, and what its cuts leave out, join to what was recorded.</summary>
    private static List<string?> PiecesOf(ShownEntry entry, ShownText text, List<FoundCut> cuts)
    {
        var problems = new List<string?>();
        var (whole, done) = (cuts[0].Place.Text, 0);
        foreach (var (cut, piece) in cuts.Zip(text.Pieces))
        {
            var isRows = entry.Rows is not null && text is { IsNamed: false, IsOfResult: true };
            if (cut.Place.Index < done)
                return [$"'{text.Name}': its cuts overlap"];
            if (isRows ? !EntryRows.AreTrue(piece, entry.Rows!.Value, cut.Place) : piece != Shown(whole[done..cut.Place.Index]))
                problems.Add($"'{text.Name}': what is shown before '{cut.Cut.Marker}' is not what is recorded there");
            done = cut.End;
        }
        if (text.Pieces[^1] != Shown(whole[done..]))
            problems.Add($"'{text.Name}': what is shown at its end is not what is recorded there");
        return problems;
    }

    /// <summary>The recorded values that a text of an entry may stand for.</summary>
    private static IEnumerable<RawJson> RecordedOf(Session session, ShownEntry entry, ShownText text)
    {
        var one = session.Events[text.IsOfResult ? entry.ResultPosition : entry.Event!.Value];
        return (one, text) switch
        {
            (ToolCallEvent call, { IsNamed: true }) => [Property(call.Arguments, text.Name)],
            (ToolCallEvent call, { Name: "arguments_text" }) => [call.Arguments],
            (ToolResultEvent result, { IsNamed: true }) => [Property(result.Result, text.Name), one.Json.Property("image_attachment")],
            (ToolResultEvent result, { Name: "result" }) => [TextOf(result.Result), result.Result],
            (StopEvent, { Name: "error" }) => [one.Json.Property("error")],
            (UnknownEvent { IsContext: false }, { Name: "unknown" }) => [one.Json],
            (UnknownEvent { IsContext: true }, { Name: "context" }) => [one.Json.Property("content")],
            (UserInputEvent, { Name: "user" }) => [one.Json.Property("content")],
            (ThinkingEvent or ThinkingDeltaEvent, { Name: "thinking" }) or (TextEvent or TextDeltaEvent, { Name: "text" }) =>
            [
                session.Events[entry.Last ?? entry.Event!.Value].Json.Property("content"),
            ],
            _ => [],
        };
    }

    private static RawJson TextOf(RawJson result) =>
        TextNames.Select(result.Property).FirstOrDefault(field => !field.IsMissing) is { IsMissing: false } text ? text : result;

    private static RawJson Property(RawJson value, string shown) =>
        value.Properties().LastOrDefault(property => NameOf(property.Key) == shown).Value;

    /// <summary>The whole text: of deltas, all of them.</summary>
    private static string WholeOf(Session session, ShownEntry entry, RawJson value) =>
        entry is { Tool: null, Last: { } last } && session.Events[last] is TextDeltaEvent or ThinkingDeltaEvent
            ? string.Concat(session.Events[entry.Event!.Value..(last + 1)].OfType<ContentEvent>().Select(one => one.Content))
        : value.IsMissing || value.Kind == JsonValueKind.Null ? ""
        : value.AsString() ?? RecordedJson.Compact(value.ToString());

    private static bool IsWhole(Session session, ShownEntry entry, ShownText text, RawJson value) =>
        text.IsNamed ? IsSame(text.Value, value)
        : text.Name == "result" && entry.Rows is not null ? false
        : text.Value.GetString() == Shown(WholeOf(session, entry, value));

    /// <summary>Hidden characters aside, which are shown by their codes, and with line ends as they were recorded.</summary>
    public static string Shown(string text) =>
        text.Contains('\r', StringComparison.Ordinal)
            ? string.Join('\r', text.Split('\r').Select(OutgoingText.Show))
            : OutgoingText.Show(text);

    /// <summary>Whether a JSON value is exactly a recorded one.</summary>
    public static bool IsSame(JsonElement shown, RawJson recorded) =>
        shown.ValueKind switch
        {
            JsonValueKind.String => recorded.AsString() is { } text
                ? shown.GetString() == Shown(text)
                // Nested too deeply for many readers, so it is text.
                : shown.GetString()!.Length > 48 && shown.GetString() == Shown(recorded.ToString()),
            JsonValueKind.Object => recorded.Properties() is var properties
                && recorded.Kind == JsonValueKind.Object
                && shown.EnumerateObject().Count() == properties.Count
                && shown
                    .EnumerateObject()
                    .Zip(properties)
                    .All(pair => pair.First.Name == OutgoingText.ShowName(pair.Second.Key) && IsSame(pair.First.Value, pair.Second.Value)),
            JsonValueKind.Array => recorded.Items() is var items
                && recorded.Kind == JsonValueKind.Array
                && shown.GetArrayLength() == items.Count
                && shown.EnumerateArray().Zip(items).All(pair => IsSame(pair.First, pair.Second)),
            _ => shown.GetRawText() == recorded.ToString(),
        };
}
