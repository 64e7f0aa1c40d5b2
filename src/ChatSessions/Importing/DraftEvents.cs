using System.Buffers;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The events of a session that is being built, in their order. Added JSON is copied.</summary>
internal sealed class DraftEvents : IDisposable
{
    /// <summary>About what an event takes without its fields, with what the readers note of it.</summary>
    private const int BytesOfEvent = 300;

    private readonly ArrayBufferWriter<byte> bodies = new();
    private readonly Utf8JsonWriter writer;
    private readonly List<DraftEvent> events = [];

    public DraftEvents() => writer = new Utf8JsonWriter(bodies, JsonText.Options);

    public IReadOnlyList<DraftEvent> All => events;

    /// <summary>The event that was added last; null at the beginning.</summary>
    public DraftEvent? Last => events.Count > 0 ? events[^1] : null;

    /// <summary>The last end of a run; null if no run has ended.</summary>
    public DraftEvent? LastStop => events.FindLast(one => one is { Type: "stop", IsDropped: false });

    public bool IsEmpty => !events.Exists(one => !one.IsDropped);

    /// <summary>The length of all fields, in bytes.</summary>
    public int WrittenBytes => bodies.WrittenCount;

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Bytes => bodies.Capacity + (long)events.Count * BytesOfEvent;

    /// <summary>The JSON of an event's fields, valid until more is added.</summary>
    public RawJson BodyOf(DraftEvent one) => new(bodies.WrittenMemory.Slice(one.Start, one.Length));

    public DraftEvent Add(string type, Action<Utf8JsonWriter> fields)
    {
        var start = bodies.WrittenCount;
        writer.Reset();
        writer.WriteStartObject();
        fields(writer);
        writer.WriteEndObject();
        writer.Flush();
        return Added(type, start);
    }

    /// <summary>Adds an event that already has the wire format.</summary>
    public DraftEvent Add(RawJson json)
    {
        var start = bodies.WrittenCount;
        bodies.Write(json.Utf8.Span);
        return Added(type: null, start);
    }

    /// <summary>Moves events to where they happened: each behind another event or, without one, to the beginning.</summary>
    public void Move(IReadOnlyCollection<(DraftEvent? After, DraftEvent Moved)> moves)
    {
        var moved = moves.Select(move => move.Moved).ToHashSet();
        var places = moves.ToLookup(move => move.After, move => move.Moved);
        var stay = events.Where(one => !moved.Contains(one)).ToList();
        events.Clear();
        Place(places[null]);
        Place(stay);

        void Place(IEnumerable<DraftEvent> ones)
        {
            foreach (var one in ones)
            {
                events.Add(one);
                Place(places[one]);
            }
        }
    }

    /// <summary>Writes the events in the wire format, separated by commas.</summary>
    public void WriteTo(IBufferWriter<byte> json)
    {
        var separator = ""u8;
        var modelBefore = default(string);
        foreach (var one in events)
        {
            if (one.IsDropped)
                continue;
            json.Write(separator);
            separator = ","u8;
            one.WriteTo(json, BodyOf(one), modelBefore);
            if (one.IsOfAgent)
                modelBefore = one.Model;
        }
    }

    /// <inheritdoc cref="SessionDraft.AtEnd"/>
    public IDisposable AtEnd() => new Ending(this);

    public void Dispose() => writer.Dispose();

    private DraftEvent Added(string? type, int start)
    {
        var added = new DraftEvent(type, start, bodies.WrittenCount - start) { Index = events.Count };
        events.Add(added);
        return added;
    }

    /// <summary>What the events were before the end of the file.</summary>
    private sealed class Ending(DraftEvents events) : IDisposable
    {
        private readonly (DraftEvent Event, DraftEventState State)[] before = [.. events.events.Select(one => (one, one.State))];
        private readonly int bytes = events.bodies.WrittenCount;

        public void Dispose()
        {
            events.events.Clear();
            foreach (var (one, state) in before)
            {
                one.State = state;
                events.events.Add(one);
            }
            // The bytes before stay as they are.
            events.bodies.ResetWrittenCount();
            events.bodies.Advance(bytes);
        }
    }
}
