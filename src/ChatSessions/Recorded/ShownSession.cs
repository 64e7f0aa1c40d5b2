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
        var numbers = new SecretNumbers();
        var summary = door.Show(recorded.Summary, numbers);
        var split = SplitInPieces(recorded, door);
        foreach (var @event in recorded.Events)
            if (
                door.Replace(@event.Json, numbers, split.Contains(@event.Position) ? [.. split[@event.Position]] : []) is
                { IsChanged: true } changed
            )
                replaced[@event.Position] = changed;
        // A copy: joining the JSON later, on another thread, may number more.
        Secrets = new SortedDictionary<string, int>(numbers.Counts, StringComparer.Ordinal);
        if (Array.TrueForAll(replaced, one => one is null) && !HeadMayChange(recorded, door))
            return;
        Session = recorded.With(
            summary,
            [
                .. recorded.Events.Select(@event =>
                    replaced[@event.Position] is { } changed ? SessionJson.Reread(@event, new RawJson(changed.Utf8)) : @event
                ),
            ],
            () => Join(recorded, door, numbers)
        );
    }

    /// <summary>The session after all replacements in its texts and JSON, but with hidden characters as recorded.</summary>
    public Session Session { get; }

    /// <summary>The length of the recorded JSON in characters.</summary>
    public long Characters { get; }

    /// <summary>How many different secrets are hidden, by rule.</summary>
    public IReadOnlyDictionary<string, int> Secrets { get; } = new Dictionary<string, int>();

    public ShownEvent this[int position] =>
        events[position] ??= new(position, replaced[position] ?? new ReplacedText(Session.Events[position].Json.Utf8));

    /// <summary>
    /// The replacements for texts recorded in pieces. A finding may begin in one piece and end in another; its replacement is put in the
    /// first.
    /// </summary>
    private static ILookup<int, Replacement> SplitInPieces(Session recorded, OutgoingDoor door)
    {
        var written = new ArrayBufferWriter<byte>();
        return Pieces(recorded).SelectMany(InPieces).ToLookup(one => one.Position, one => one.Replacement);

        IEnumerable<(int Position, Replacement Replacement)> InPieces(IReadOnlyList<ContentEvent> pieces)
        {
            // As they are written, and only then decoded: hardly any text has something to replace.
            foreach (var piece in pieces)
                written.Write(piece.Recorded.Kind == JsonValueKind.String ? piece.Recorded.Utf8.Span[1..^1] : piece.Recorded.Utf8.Span);
            var mayHave = door.MayChange(written.WrittenSpan);
            written.ResetWrittenCount();
            if (!mayHave)
                yield break;
            foreach (var found in door.InText(string.Concat(pieces.Select(piece => piece.Content)), "content"))
            {
                var (first, rest) = (0, found);
                foreach (var piece in pieces)
                {
                    var (from, to) = (Math.Max(found.Start, first), Math.Min(found.Start + found.Length, first + piece.ContentLength));
                    if (from < to && piece.Recorded.Kind == JsonValueKind.String)
                    {
                        yield return (piece.Position, OutgoingDoor.InContent(piece, from - first, to - from, rest));
                        rest = new Replacement(0, 0, "");
                    }
                    first += piece.ContentLength;
                }
            }
        }
    }

    /// <summary>The events whose texts belong together: deltas, and messages of one kind in a row.</summary>
    private static IEnumerable<IReadOnlyList<ContentEvent>> Pieces(Session recorded)
    {
        foreach (var passage in recorded.Steps.OfType<Passage>().Where(passage => passage.Last > passage.First))
        {
            var pieces = recorded.Events[passage.First..(passage.Last + 1)].OfType<ContentEvent>().ToList();
            // The last may repeat the whole text.
            if (pieces[^1] is TextEvent or ThinkingEvent)
                pieces.RemoveAt(pieces.Count - 1);
            yield return pieces;
        }
        var row = new List<ContentEvent>();
        foreach (var @event in recorded.Events)
        {
            if (row.Count > 0 && @event.GetType() != row[0].GetType())
            {
                if (row.Count > 1)
                    yield return [.. row];
                row.Clear();
            }
            if (@event is TextEvent or ThinkingEvent)
                row.Add((ContentEvent)@event);
        }
        if (row.Count > 1)
            yield return row;
    }

    /// <summary>Whether what is before, between and after the events may have something to replace.</summary>
    private static bool HeadMayChange(Session recorded, OutgoingDoor door)
    {
        var done = 0;
        foreach (var @event in recorded.Events)
        {
            var start = StartOf(recorded, @event);
            // Between most events is a comma.
            if (start - done > 1 && door.MayChange(recorded.Json.Utf8.Span[done..start]))
                return true;
            done = start + @event.Json.Utf8.Length;
        }
        return door.MayChange(recorded.Json.Utf8.Span[done..]);
    }

    private RawJson Join(Session recorded, OutgoingDoor door, SecretNumbers numbers)
    {
        var json = new ArrayBufferWriter<byte>(recorded.Json.Utf8.Length);
        var done = 0;
        foreach (var @event in recorded.Events)
        {
            var start = StartOf(recorded, @event);
            json.Write(door.Replace(new RawJson(recorded.Json.Utf8[done..start]), numbers).Utf8.Span);
            json.Write(Session.Events[@event.Position].Json.Utf8.Span);
            done = start + @event.Json.Utf8.Length;
        }
        json.Write(door.Replace(new RawJson(recorded.Json.Utf8[done..]), numbers).Utf8.Span);
        return new(json.WrittenMemory);
    }

    private static int StartOf(Session recorded, SessionEvent @event) =>
        (int)Unsafe.ByteOffset(in recorded.Json.Utf8.Span[0], in @event.Json.Utf8.Span[0]);
}
