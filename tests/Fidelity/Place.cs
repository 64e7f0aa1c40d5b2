using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>A place in a recorded text, as an address leads to it.</summary>
/// <param name="Text">The whole recorded text: of a string its content, of any other value its JSON without white space between tokens.</param>
/// <param name="Index">The place, in characters of the text.</param>
/// <param name="Position">The event whose JSON the text begins in.</param>
/// <param name="Start">Where in that JSON.</param>
/// <param name="End">Where the text ends there.</param>
/// <param name="IsJson">True when the text is JSON, and not what a JSON string holds.</param>
internal sealed record Place(string Text, int Index, int Position, int Start, int End, bool IsJson)
{
    /// <summary>Values that lie deeper in an event are shown only in the JSON of others.</summary>
    private const int DeepestShown = 3;

    /// <summary>What tells the text from all others of the session.</summary>
    public (int, int, bool) Identity => (Position, Start, IsJson);

    /// <summary>The places that an address may mean: in a string, and in the JSON values that hold it.</summary>
    public static IEnumerable<Place> At(Session session, Cut cut)
    {
        if (cut.First >= session.Events.Length || cut.Last >= session.Events.Length)
            yield break;
        var @event = session.Events[cut.First];
        var json = @event.Json.ToString();
        var shown = OutgoingText.ShowJson(json);
        if (RecordedJson.Unshown(json, shown, cut.Offset) is not { } at)
            yield break;
        var holders = RecordedJson.Values(json).Where(value => value.Start <= at && at < value.End).ToList();
        foreach (var value in holders.Where(value => value.IsString && value.Start < at))
        {
            var start = value.Start + 1;
            if (RecordedJson.UnquotedLength(json, start, at) is not { } index)
                yield break; // Inside of an escape.
            yield return @event is TextDeltaEvent or ThinkingDeltaEvent
                ? InDeltas(session, cut.First, index)
                : new Place(RecordedJson.Unquote(json, start), index, cut.First, value.Start, value.End, IsJson: false);
        }
        // What is shown as JSON is shown from its beginning: the outermost that fits is it.
        foreach (var value in holders.Where(value => !value.IsString && value.Depth <= DeepestShown).Reverse())
            yield return new Place(
                RecordedJson.Compact(json[value.Start..value.End]),
                RecordedJson.Compact(json[value.Start..at]).Length,
                cut.First,
                value.Start,
                value.End,
                IsJson: true
            );
    }

    private static Place InDeltas(Session session, int position, int index)
    {
        var step = session.Steps.Last(step => step.Position <= position && step is Passage);
        var pieces = session.Events[step.Position..(step.LastPosition + 1)].Where(piece => piece is TextDeltaEvent or ThinkingDeltaEvent);
        var texts = pieces.OfType<ContentEvent>().ToLookup(piece => piece.Position < position, piece => piece.Content);
        var before = string.Concat(texts[true]);
        return new Place(before + string.Concat(texts[false]), before.Length + index, step.Position, 0, 0, IsJson: false);
    }
}
