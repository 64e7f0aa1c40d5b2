using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// A session as it may be shown: every answer is made from it. Positions, types, pairs and outcomes are those of the recorded session. If
/// nothing is replaced, it is that session.
/// </summary>
public sealed class ShownSession
{
    private readonly ReplacedText?[] replaced;
    private readonly ShownEvent?[] events;

    internal ShownSession(Session recorded, OutgoingDoor door)
    {
        events = new ShownEvent[recorded.Events.Length];
        replaced = new ReplacedText[recorded.Events.Length];
        Session = recorded;
        Characters = Encoding.UTF8.GetCharCount(recorded.Json.Utf8.Span);
        if (door.IsOpen)
            return;
        var split = SplitInDeltas(recorded, door);
        foreach (var @event in recorded.Events)
            if (door.Replace(@event.Json, split[@event.Position]) is { IsChanged: true } changed)
                replaced[@event.Position] = changed;
        Session = recorded.With(
            door.Show(recorded.Summary),
            [
                .. recorded.Events.Select(@event =>
                    replaced[@event.Position] is { } changed ? SessionJson.Reread(@event, new RawJson(changed.Utf8)) : @event
                ),
            ],
            () => Join(recorded, door)
        );
    }

    /// <summary>The session after all replacements in its texts and JSON, but with hidden characters as recorded.</summary>
    public Session Session { get; }

    /// <summary>The length of the recorded JSON in characters.</summary>
    public long Characters { get; }

    public ShownEvent this[int position] =>
        events[position] ??= new(position, replaced[position] ?? new ReplacedText(Session.Events[position].Json.Utf8));

    /// <summary>
    /// The replacements for texts recorded in pieces. A finding may begin in one piece and end in another; its replacement is put in the
    /// first.
    /// </summary>
    private static ILookup<int, Replacement> SplitInDeltas(Session recorded, OutgoingDoor door)
    {
        return recorded
            .Steps.OfType<Passage>()
            .Where(passage => passage.Last > passage.First)
            .SelectMany(passage => InPieces(recorded.Events[passage.First..(passage.Last + 1)].OfType<ContentEvent>().ToList()))
            .ToLookup(one => one.Position, one => one.Replacement);

        IEnumerable<(int Position, Replacement Replacement)> InPieces(List<ContentEvent> pieces)
        {
            if (pieces[^1] is TextEvent or ThinkingEvent)
                pieces.RemoveAt(pieces.Count - 1);
            foreach (var (start, length, text) in door.InText(string.Concat(pieces.Select(piece => piece.Content)), "content"))
            {
                var (first, rest) = (0, text);
                foreach (var piece in pieces)
                {
                    var (from, to) = (Math.Max(start, first), Math.Min(start + length, first + piece.ContentLength));
                    if (from < to && piece.Recorded.Kind == JsonValueKind.String)
                    {
                        yield return (piece.Position, OutgoingDoor.InContent(piece, from - first, to - from, rest));
                        rest = "";
                    }
                    first += piece.ContentLength;
                }
            }
        }
    }

    private RawJson Join(Session recorded, OutgoingDoor door)
    {
        var json = new ArrayBufferWriter<byte>(recorded.Json.Utf8.Length);
        var done = 0;
        foreach (var @event in recorded.Events)
        {
            var start = (int)Unsafe.ByteOffset(in recorded.Json.Utf8.Span[0], in @event.Json.Utf8.Span[0]);
            json.Write(door.Replace(new RawJson(recorded.Json.Utf8[done..start])).Utf8.Span);
            json.Write(Session.Events[@event.Position].Json.Utf8.Span);
            done = start + @event.Json.Utf8.Length;
        }
        json.Write(door.Replace(new RawJson(recorded.Json.Utf8[done..])).Utf8.Span);
        return new(json.WrittenMemory);
    }
}
