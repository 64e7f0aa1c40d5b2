using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// A session being built. Events are written as they are read, and may be changed or dropped until the end, since some files say only
/// later what a record was. Added JSON is copied.
/// </summary>
internal sealed class SessionDraft : IDisposable
{
    private readonly ImportOrigin origin;
    private readonly DraftEvents events = new();
    private Dictionary<string, string> toolNames = [];
    private DraftHead head = new();
    private DateTimeOffset? now;
    private string? model;

    public SessionDraft(ImportOrigin origin)
    {
        this.origin = origin;
        BrokenLines = origin.BrokenLines;
    }

    /// <summary>The recorded id; null if none.</summary>
    public string? Id
    {
        get => head.Id;
        set => head.Id = value;
    }

    /// <summary>The recorded title; if null, the title is made of what was said.</summary>
    public string? Title
    {
        get => head.Title;
        set => head.Title = value;
    }

    /// <summary>How many lines of the file could not be read; their content is missing.</summary>
    public int BrokenLines
    {
        get => head.BrokenLines;
        set => head.BrokenLines = value;
    }

    /// <summary>What was used since the last stop, if the last run did not end; otherwise null.</summary>
    public Usage? UnfinishedUsage
    {
        get => head.UnfinishedUsage;
        set => head.UnfinishedUsage = value;
    }

    /// <summary>How many lines of the file were repaired: a few of their bytes were replaced.</summary>
    public int RepairedLines
    {
        get => head.RepairedLines;
        set => head.RepairedLines = value;
    }

    /// <summary>The event that was added last; null at the beginning.</summary>
    public DraftEvent? Last => events.Last;

    /// <summary>The time of the events added next; null if they have none.</summary>
    public DateTimeOffset? Now => now;

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Bytes => events.Bytes;

    /// <summary>Whether there are no events.</summary>
    public bool IsEmpty => events.IsEmpty;

    /// <summary>Whether there are events since the last stop, or since the beginning.</summary>
    public bool HasOpenRun => events.Last is { } last && last.Type != "stop";

    /// <summary>How many runs have ended so far.</summary>
    public int Stops => events.All.Count(one => one.Type == "stop");

    /// <summary>Notes a fact about the whole session for its <c>source</c>; the first value of each name is kept.</summary>
    /// <param name="replace">Whether to keep this value instead.</param>
    public void About(string name, RawJson value, bool replace = false) => head.About(name, value, replace);

    /// <summary>A fact that was noted; null if it was not.</summary>
    public string? Noted(string name) => head.Noted(name);

    /// <summary>
    /// Notes the time of a record, which is that of the events added next; without a time they get none. Records are not always in order.
    /// </summary>
    public void At(RawJson timestamp) => At(RecordedMoment.Of(timestamp));

    /// <inheritdoc cref="At(RawJson)"/>
    public void At(DateTimeOffset? moment)
    {
        now = moment;
        Reach(moment);
    }

    /// <summary>Notes a time of the whole session, which is not that of an event.</summary>
    public void Reach(DateTimeOffset? moment) => head.Reach(moment);

    /// <summary>Notes which model wrote the events added next. The first of them says it, if another model wrote those before.</summary>
    public void By(RawJson name)
    {
        if (name.AsString() is not { Length: > 0 } text)
            return;
        model = text;
        head.AddModel(text);
    }

    /// <summary>Counts a record that is not part of the conversation.</summary>
    public void LeaveOut(string kind) => head.LeaveOut(kind);

    /// <summary>Counts data that is not kept.</summary>
    public OmittedData Omit(OmittedData data)
    {
        head.Omit(data);
        return data;
    }

    /// <summary>Adds a text event: <c>user_input</c>, <c>text</c> or <c>thinking</c>.</summary>
    public DraftEvent AddText(string type, RawJson content, Action<Utf8JsonWriter>? more = null) =>
        Add(
            type,
            writer =>
            {
                writer.WriteRaw("content", content);
                more?.Invoke(writer);
            }
        );

    /// <summary>Adds a part of the conversation that neither the user nor the agent said, such as a system prompt.</summary>
    public DraftEvent AddContext(string? role, RawJson content)
    {
        var added = AddText("user_input", content);
        added.BecomeContext(role);
        return added;
    }

    /// <summary>Adds a whole record for which the wire format has no event type.</summary>
    public DraftEvent AddRecord(RawJson record) => Add("record", writer => writer.WriteRaw("record", record));

    /// <summary>Adds an event that already has the wire format.</summary>
    public DraftEvent AddEvent(RawJson json) => Added(events.Add(json));

    /// <param name="arguments">An object; if missing, an empty one is written.</param>
    public DraftEvent AddCall(string? callId, string? name, RawJson arguments, Action<Utf8JsonWriter>? more = null)
    {
        if (callId is { Length: > 0 } && name is not null)
            toolNames[callId] = name;
        return Add(
            "tool_call",
            writer =>
            {
                writer.WriteString("call_id", callId ?? "");
                writer.WriteString("name", name ?? "");
                writer.WriteRaw("arguments", arguments.IsMissing ? new RawJson("{}"u8.ToArray()) : arguments);
                more?.Invoke(writer);
            }
        );
    }

    /// <param name="name">The tool's name; if null, that of the call with this id.</param>
    public DraftEvent AddResult(string? callId, string? name, RawJson result, Action<Utf8JsonWriter>? more = null) =>
        Add(
            "tool_result",
            writer =>
            {
                writer.WriteString("call_id", callId ?? "");
                writer.WriteString("name", name ?? toolNames.GetValueOrDefault(callId ?? "", ""));
                writer.WriteRaw("result", result.IsMissing ? new RawJson("null"u8.ToArray()) : result);
                more?.Invoke(writer);
            }
        );

    /// <summary>The name of the tool that the call with this id called; null if it is not known.</summary>
    public string? ToolOf(string? callId) => toolNames.GetValueOrDefault(callId ?? "");

    /// <summary>Adds the end of a run, with only the fields that are known.</summary>
    public DraftEvent AddStop(bool? isError, RawJson error, Usage usage, Action<Utf8JsonWriter>? moreUsage = null) =>
        Add(
            "stop",
            writer =>
            {
                if (isError is { } known)
                    writer.WriteBoolean("is_error", known);
                writer.WriteRaw("error", error);
                DraftHead.WriteUsage(writer, "usage", usage, moreUsage);
            }
        );

    /// <summary>A title made of what was said; null if nothing was.</summary>
    public string? TitleOfWords() => DraftTitle.Of(events.All, events.BodyOf);

    /// <summary>The event that was added before another one; null if that one is the first. Only before events are moved.</summary>
    public DraftEvent? Before(DraftEvent one) => one.Index > 0 ? events.All[one.Index - 1] : null;

    /// <inheritdoc cref="DraftEvents.Move"/>
    public void Move(IReadOnlyCollection<(DraftEvent? After, DraftEvent Moved)> moves) => events.Move(moves);

    /// <summary>Makes the session of a record that must contain messages.</summary>
    /// <param name="line">The record's line, from 1; null if it is the whole file.</param>
    /// <exception cref="ChatSessionException">There are no messages.</exception>
    public ImportedSession MakeOfMessages(int? line) =>
        IsEmpty
            ? throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{origin.Name} contains no messages. Check that its format is {origin.Format.Name}."
            )
            : Make(origin.PlaceId(line), line, []);

    /// <summary>Makes the session from everything added so far.</summary>
    /// <param name="fallbackId">The id to use if none was recorded, or an invalid one.</param>
    public ImportedSession Make(string fallbackId, int? line, IEnumerable<string> notes)
    {
        var json = new ArrayBufferWriter<byte>(events.WrittenBytes + 32 * events.All.Count + 1024);
        using (var header = new Utf8JsonWriter(json, JsonText.Options))
        {
            header.WriteStartObject();
            head.WriteTo(header, origin, fallbackId, TitleOfWords, events.LastStop is { } stop ? events.BodyOf(stop) : default);
        }
        json.Write(",\"events\":["u8);
        events.WriteTo(json);
        json.Write("]}"u8);
        return new ImportedSession(SessionJson.Read(json.WrittenMemory, origin.Name), origin.Format, line, [.. notes, .. Notes()]);
    }

    /// <summary>
    /// Begins what is done only at the end of a file. Disposing of what this returns undoes all that was done to the draft since, so that it can
    /// go on when the file has grown.
    /// </summary>
    public IDisposable AtEnd() => new Ending(this);

    public void Dispose() => events.Dispose();

    /// <summary>What was skipped or replaced, one sentence each.</summary>
    public IEnumerable<string> Notes() => head.Notes();

    private DraftEvent Add(string type, Action<Utf8JsonWriter> fields) => Added(events.Add(type, fields));

    private DraftEvent Added(DraftEvent added)
    {
        added.Moment = now;
        added.Model = model;
        return events.WrittenBytes > origin.MaxSessionBytes
            ? throw ImportRecords.TooLarge($"The session made from {origin.Name} is", origin.MaxSessionBytes)
            : added;
    }

    /// <summary>What the draft was before the end of the file.</summary>
    private sealed class Ending(SessionDraft draft) : IDisposable
    {
        private readonly IDisposable events = draft.events.AtEnd();
        private readonly Dictionary<string, string> toolNames = new(draft.toolNames);
        private readonly DraftHead head = new(draft.head);
        private readonly (DateTimeOffset? Now, string? Model) rest = (draft.now, draft.model);

        public void Dispose()
        {
            events.Dispose();
            (draft.toolNames, draft.head) = (toolNames, head);
            (draft.now, draft.model) = rest;
        }
    }
}
