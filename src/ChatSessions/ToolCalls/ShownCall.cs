using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.ToolCalls;

/// <summary>A tool call as it may be shown: its arguments and its result whole, or as much of them as there is room for.</summary>
/// <param name="matching">What was searched for; the places that match are shown first.</param>
public sealed class ShownCall(ShownSession session, CallFacts facts, CallPattern? matching = null)
{
    /// <summary>Arguments with more fields are shown as one JSON text.</summary>
    private const int MostFields = 12;

    private const int LongestErrorLine = 160;

    /// <summary>Less of a result is not worth showing.</summary>
    private const int ShortestOfResult = 60;
    private const int ShortestOfFailure = 300;

    /// <summary>What is shown before and after a place that matches, up to the ends of its line.</summary>
    private const int BeforePlace = 60;
    private const int BehindPlace = 120;

    private readonly List<(string Name, RecordedText Text)> arguments = ArgumentsOf(session, facts.Use.Call);

    private readonly RecordedText? result =
        facts.Use.Result is { } answered && !facts.ResultText.IsMissing ? new((session[answered.Position], facts.ResultText)) : null;

    public CallFacts Facts => facts;

    /// <summary>The tool's name, on one line.</summary>
    public string Tool { get; } = CalledTool.ShowName(facts.Use.Name);

    /// <summary>
    /// The whole arguments, exact but for hidden characters, which are shown as their codes. Null if there are none, or if they are too
    /// deeply nested for JSON that programs read.
    /// </summary>
    public JsonElement? Arguments => facts.Use.Call is { Arguments: { IsMissing: false } made } ? ShownJson.Of(made) : null;

    /// <summary>The length of the arguments in characters, names not counted.</summary>
    public int ArgumentsCharacters => arguments.Sum(one => one.Text.Text.Length);

    /// <summary>The length of the result's text in characters; null if there is no result.</summary>
    public int? ResultCharacters => facts.Use.Result is null ? null : result?.Text.Length ?? 0;

    /// <summary>The line of a failed call's result that says what went wrong, shortened; null if there is none.</summary>
    public string? ErrorLine => OutgoingText.ShowLine(facts.ErrorLine, LongestErrorLine);

    /// <summary>The sign of failure, such as <c>returncode 1</c>; null if it did not fail.</summary>
    public string? Reason => OutgoingText.ShowLine(facts.Use.Outcome.Reason, LongestErrorLine);

    /// <summary>Fields of the result besides its text, with their lengths, such as <c>stderr (120 characters)</c>; null if there are none.</summary>
    public string? AlsoInResult
    {
        get
        {
            var fields = facts
                .OtherFields.Select(other => $"{CalledTool.ShowName(other.Key)} ({CallFacts.LengthOf(other.Value).Grouped()} characters)")
                .ToList();
            return fields.Count == 0 ? null
                : fields.Count <= MostFields ? string.Join(", ", fields)
                : $"{string.Join(", ", fields.Take(MostFields))} and {(fields.Count - MostFields).Grouped()} more fields";
        }
    }

    /// <summary>
    /// The arguments in at most about this many characters together. Short ones are whole, and longer ones share what is left: each shows its
    /// beginning, and a marker says how much is cut and where it can be read.
    /// </summary>
    public ImmutableArray<CallText> ArgumentsWithin(int characters)
    {
        var lengths = arguments.Select(one => one.Text.Text.Length).Order().ToList();
        var (room, share) = (characters, characters);
        for (var index = 0; index < lengths.Count; index++)
        {
            share = room / (lengths.Count - index);
            if (lengths[index] > share)
                break;
            room -= lengths[index];
            share = int.MaxValue;
        }
        return [.. arguments.Select(one => CallText.From(one.Name, Within(one.Text, share)))];
    }

    /// <summary>
    /// The text of the result in at most about this many characters: its beginning, and of a failed call more of its end. Null if there is
    /// no text, or no room for enough of it: the line that says why a call failed is more than a little of a traceback.
    /// </summary>
    public CallText? ResultWithin(int characters)
    {
        if (result is null || result.Text.Length == 0)
            return null;
        if (result.Text.Length <= characters)
            return CallText.From("", new Excerpt(result, Window.Whole, [], []));
        var isFailure = facts.Use.Outcome.IsFailure;
        var hasPlaces = matching?.Places(result.Text).Any() is true;
        return hasPlaces || characters >= (isFailure ? ShortestOfFailure : ShortestOfResult)
            ? CallText.From("", Within(result, characters, isFailure))
            : null;
    }

    private Excerpt Within(RecordedText text, int characters, bool isFromEnd = false)
    {
        if (text.Text.Length <= characters)
            return new(text, Window.Whole, [], []);
        var places = matching is null ? [] : Around(text.Text).ToList();
        var left = Math.Max(0, characters - places.Sum(place => place.End - place.Start));
        var tail = isFromEnd ? left * 2 / 3 : 0;
        return new(text, new Window(left - tail, tail), places, Blobs.In(text));
    }

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

    private static List<(string Name, RecordedText Text)> ArgumentsOf(ShownSession session, ToolCallEvent? call)
    {
        if (call is null or { Arguments.Kind: JsonValueKind.Null or JsonValueKind.Undefined })
            return [];
        var shown = session[call.Position];
        var fields = call.Arguments.Properties();
        return call.Arguments.Kind == JsonValueKind.Object && fields.Count <= MostFields
            ? [.. fields.Select(field => (CalledTool.ShowName(field.Key), new RecordedText((shown, field.Value))))]
            : [("", new RecordedText((shown, call.Arguments)))];
    }
}

/// <summary>A text of a call, or what is shown of it.</summary>
/// <param name="Name">The argument's name; empty for a result, and for arguments that are not an object.</param>
/// <param name="Pieces">The shown text, and its cuts.</param>
public sealed record CallText(string Name, ImmutableArray<TextPiece> Pieces)
{
    /// <summary>Whether nothing is cut.</summary>
    public bool IsWhole => Pieces.All(piece => piece.Cut is null);

    /// <summary>The length of the shown beginning, if only the end is cut; otherwise null.</summary>
    public int? Beginning => Pieces is [{ Cut: null } head, { Cut: not null }, { Cut: null, Text: "" }] ? head.Text.Length : null;

    /// <summary>The shown text with the markers of its cuts.</summary>
    public string Text => string.Concat(Pieces.Select(piece => piece.Text));

    internal static CallText From(string name, Excerpt excerpt) => new(name, [.. excerpt.Pieces]);
}
