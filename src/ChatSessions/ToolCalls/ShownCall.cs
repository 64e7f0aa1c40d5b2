using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.ToolCalls;

/// <summary>A tool call as it may be shown: its arguments and its result whole, or as much of them as there is room for.</summary>
/// <remarks>Everything that does not depend on the room is found once, because a call is shown again and again until its page is full.</remarks>
/// <param name="matching">What was searched for; the places that match are shown first.</param>
public sealed class ShownCall(ShownSession session, CallFacts facts, CallPattern? matching = null)
{
    /// <summary>Arguments with more fields are shown as one JSON text.</summary>
    private const int MostFields = 12;

    private const int LongestErrorLine = 160;

    /// <summary>Of a longer line, both ends are shown: it may begin with what was done, and end with what happened.</summary>
    private const int StartOfErrorLine = 60;

    /// <summary>Less of a result is not worth showing.</summary>
    private const int ShortestOfResult = 60;
    private const int ShortestOfFailure = 300;

    private const int ShortestFirstLine = 12;
    private const int LongestFirstLine = 200;

    /// <summary>What is shown before and after a place that matches, up to the ends of its line.</summary>
    private const int BeforePlace = 60;
    private const int BehindPlace = 120;

    private readonly List<Part> arguments = ArgumentsOf(session, facts.Use.Call);
    private readonly Part? result = ResultOf(session, facts);
    private JsonElement? json;

    public CallFacts Facts => facts;

    /// <summary>
    /// The line that the result begins with, to compare it with others; null if it has only one, or if that says what the result is about,
    /// as in JSON.
    /// </summary>
    public string? FirstLine =>
        result is { Text: { IsJson: false } whole }
        && whole.Text.AsSpan(0, Math.Min(whole.Text.Length, LongestFirstLine)).IndexOf('\n') is > ShortestFirstLine and var end
            ? whole.Text[..end]
            : null;

    /// <summary>Whether the end of the result is shown, because others begin as it does: with the head of a progress meter, for example.</summary>
    public bool ShowsEnd { get; set; }

    /// <summary>The tool's name, on one line.</summary>
    public string Tool { get; } = CalledTool.ShowName(facts.Use.Name);

    /// <summary>Whether the user refused or cancelled the call; the error line is then what the user said.</summary>
    public bool IsRefusal => facts.Use.Outcome.IsRefusal;

    /// <summary>
    /// The whole arguments, exact but for hidden characters, which are shown as their codes. Null if none were recorded, or if they are nested
    /// too deeply for many readers of JSON.
    /// </summary>
    public JsonElement? Arguments => json ??= facts.Use.Call is { Arguments: { IsMissing: false } made } ? ShownJson.Of(made) : null;

    /// <summary>The length of the arguments in characters, names not counted.</summary>
    public int ArgumentsCharacters => arguments.Sum(one => one.Length);

    /// <summary>The length of the result's text in characters; null if there is no result.</summary>
    public int? ResultCharacters => facts.Use.Result is null ? null : result?.Length ?? 0;

    /// <summary>The line of a failed call's result that says what went wrong, shortened, or null.</summary>
    public string? ErrorLine { get; } = Shorten(OutgoingText.ShowLine(facts.ErrorLine, int.MaxValue));

    /// <summary>The sign of failure, such as <c>returncode 1</c>; null if it did not fail.</summary>
    public string? Reason => OutgoingText.ShowLine(facts.Use.Outcome.Reason, LongestErrorLine);

    /// <summary>Fields of the result other than its text, with their lengths, such as <c>stderr (120 characters)</c>; null if the text is all.</summary>
    public string? AlsoInResult { get; } = Name([.. facts.OtherFields]);

    /// <summary>
    /// The arguments in at most about this many characters together. Short ones are whole, and longer ones share what is left: each shows its
    /// beginning, and a marker says how much is cut and where it can be read.
    /// </summary>
    public ImmutableArray<CallText> ArgumentsWithin(int characters)
    {
        if (characters <= 0 && arguments.Count > 1)
            return [AllCut()];
        var lengths = arguments.Select(one => one.Length).Order().ToList();
        var (room, share) = (characters, characters);
        for (var index = 0; index < lengths.Count; index++)
        {
            share = room / (lengths.Count - index);
            if (lengths[index] > share)
                break;
            room -= lengths[index];
            share = int.MaxValue;
        }
        return [.. arguments.Select(one => CallText.From(one.Name, Within(one, share)))];
    }

    /// <summary>One marker for all arguments; empty without arguments.</summary>
    public ImmutableArray<CallText> ArgumentsCut => arguments.Count == 0 ? [] : [AllCut()];

    /// <summary>Only how many fields the result has other than its text; null if the text is all.</summary>
    public string? CountAlsoInResult() =>
        facts.OtherFields.Count() is > 0 and var count ? $"{count.Grouped()} {(count == 1 ? "field" : "fields")}" : null;

    /// <summary>One marker for all arguments, since one for each could be more than there is room for.</summary>
    private CallText AllCut()
    {
        var note = arguments.Count == 1 ? null : $"{arguments.Count} arguments";
        var cut = new TextCut(ArgumentsCharacters, facts.Use.Position, facts.Use.Position, Offset: 0, note);
        return new("", [new(cut.ToString(), cut)]);
    }

    /// <summary>
    /// The text of the result in at most about this many characters: its beginning, and of a failed call more of its end. Null if there is
    /// no text, or no room for enough of it: the line that says why a call failed is more than a little of a traceback.
    /// </summary>
    public CallText? ResultWithin(int characters)
    {
        if (result is null or { Length: 0 })
            return null;
        var isFailure = facts.Use.Outcome.IsFailure;
        var isEnough = characters >= (isFailure ? ShortestOfFailure : ShortestOfResult);
        return result.Length <= characters || isEnough || PlacesIn(result).Count > 0
            ? CallText.From(
                "",
                Within(
                    result,
                    characters,
                    shareOfEnd: isFailure ? 0.67
                        : ShowsEnd ? 1
                        : 0
                )
            )
            : null;
    }

    private Excerpt Within(Part part, int characters, double shareOfEnd = 0)
    {
        if (part.Length <= characters)
            return new(part.Text, Window.Whole, [], []);
        var places = PlacesIn(part);
        var left = Math.Max(0, characters - places.Sum(place => place.End - place.Start));
        var tail = (int)(left * shareOfEnd);
        return new(part.Text, new Window(left - tail, tail), places, part.Blobs ??= Blobs.In(part.Text));
    }

    /// <summary>What is shown of a text in any case: what matches, and of a result the line in which a test runner or a linter counts.</summary>
    private List<(int Start, int End)> PlacesIn(Part part) =>
        part.Places ??=
            matching is not null ? [.. Around(part.Text.Text)]
            : ReferenceEquals(part, result) && !part.Text.IsJson && VerdictLine.Last(part.Text.Text) is { } verdict ? [verdict]
            : [];

    /// <summary>The stretches around the places that match, in order and without overlaps.</summary>
    private IEnumerable<(int Start, int End)> Around(string text)
    {
        var done = 0;
        foreach (var (place, length) in matching!.Places(text))
        {
            var end = Math.Min(text.Length, place + Math.Min(length, BehindPlace));
            var first = Math.Max(done, text.LastIndexOf('\n', Math.Max(0, place - 1)) + 1);
            var last = text.IndexOf('\n', end) is >= 0 and var lineEnd ? lineEnd : text.Length;
            var stretch = (Start: Math.Max(first, place - BeforePlace), End: Math.Min(last, Math.Max(end, place + BehindPlace)));
            if (stretch.Start >= stretch.End)
                continue;
            yield return stretch;
            done = stretch.End;
        }
    }

    private static string? Shorten(string? line) =>
        line is null || line.Length <= LongestErrorLine
            ? line
            : string.Concat(
                line.AsSpan(0, OutgoingText.WordEndBefore(line, StartOfErrorLine)),
                "…",
                line.AsSpan(OutgoingText.WordStartBehind(line, line.Length - LongestErrorLine + StartOfErrorLine))
            );

    private static string? Name(List<KeyValuePair<string, RawJson>> fields)
    {
        if (fields.Count == 0)
            return null;
        var named = string.Join(
            ", ",
            fields
                .Take(MostFields)
                .Select(one => $"{Quoted.Name(CalledTool.ShowName(one.Key))} ({CallFacts.LengthOf(one.Value).Grouped()} characters)")
        );
        return fields.Count <= MostFields ? named : $"{named} and {(fields.Count - MostFields).Grouped()} more fields";
    }

    private static List<Part> ArgumentsOf(ShownSession session, ToolCallEvent? call)
    {
        if (call is null or { Arguments.Kind: JsonValueKind.Null or JsonValueKind.Undefined })
            return [];
        var shown = session[call.Position];
        var fields = call.Arguments.Properties();
        return call.Arguments.Kind == JsonValueKind.Object && fields.Count <= MostFields
            ? [.. fields.Select(one => new Part(CalledTool.ShowName(one.Key), new((shown, one.Value))))]
            : [new("", new((shown, call.Arguments)))];
    }

    private static Part? ResultOf(ShownSession session, CallFacts facts) =>
        facts.Use.Result is { } answered && facts.ResultText is { IsMissing: false } text
            ? new("", new((session[answered.Position], text)))
            : null;

    private sealed class Part(string name, RecordedText text)
    {
        public string Name => name;

        public RecordedText Text => text;

        public int Length => text.Text.Length;

        public Hole[]? Blobs { get; set; }

        /// <summary>What is shown of the text in any case, because it matches.</summary>
        public List<(int Start, int End)>? Places { get; set; }
    }
}
