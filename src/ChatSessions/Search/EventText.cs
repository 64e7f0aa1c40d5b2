using System.Text;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Search;

/// <summary>A text of a session that a search can find.</summary>
/// <param name="Position">The position of its event, or of the first if several were joined.</param>
/// <param name="LastPosition">The position of its last event.</param>
/// <param name="Tool">The tool's name, for arguments and results.</param>
/// <param name="Outcome">The outcome of the tool call, for arguments and results.</param>
/// <param name="Recorded">The text as it is in the session's JSON; for several events, all their JSON.</param>
internal readonly record struct EventText(
    int Position,
    int LastPosition,
    SearchKind Kind,
    string? Tool,
    ToolOutcomeKind? Outcome,
    TextJson Recorded
)
{
    /// <summary>Reads all texts of a session, in the order of their positions.</summary>
    public static IReadOnlyList<EventText> ReadAll(Session session)
    {
        var texts = new List<EventText>(session.Events.Length);
        foreach (var step in session.Steps)
        {
            switch (step)
            {
                case UserMessage message:
                    Add(message.Event, SearchKind.User, message.Event.Recorded);
                    break;
                case Passage passage:
                    AddPassage(passage);
                    break;
                case ToolUse use:
                    AddUse(use);
                    break;
                case RunEnd { Event.IsError: true } end:
                    Add(end.Event, SearchKind.Error, end.Event.Json.Property("error"));
                    break;
                case Unrecognized { Event: { IsContext: true } context }:
                    Add(context, SearchKind.Other, context.Json.Property("content"));
                    break;
                case Unrecognized unknown:
                    Add(unknown.Event, SearchKind.Other, unknown.Event.Json);
                    break;
            }
        }
        // The results of parallel calls come after calls of later steps, and an index is written fastest in order.
        texts.Sort((one, other) => one.Position.CompareTo(other.Position));
        return texts;

        void AddPassage(Passage passage)
        {
            var kind = passage.Kind == PassageKind.Text ? SearchKind.Answer : SearchKind.Thinking;
            // The last event may repeat the whole text of the deltas before it.
            if (passage.First == passage.Last || session.Events[passage.Last] is TextEvent or ThinkingEvent)
                Add(session.Events[passage.Last], kind, ((ContentEvent)session.Events[passage.Last]).Recorded);
            else
                texts.Add(new(passage.First, passage.Last, kind, null, null, TextJson.Joined(session, passage.First, passage.Last)));
        }

        void AddUse(ToolUse use)
        {
            var outcome = use.Outcome.Kind;
            if (use.Call is { } call)
                Add(call, SearchKind.Arguments, call.Arguments, use.Name, outcome);
            if (use.Result is { } result)
                Add(result, outcome == ToolOutcomeKind.Failed ? SearchKind.Error : SearchKind.Result, result.Result, use.Name, outcome);
        }

        void Add(SessionEvent @event, SearchKind kind, RawJson recorded, string? tool = null, ToolOutcomeKind? outcome = null)
        {
            if (!recorded.IsMissing)
                texts.Add(new(@event.Position, @event.Position, kind, tool, outcome, new TextJson(recorded.Utf8, IsJoined: false)));
        }
    }
}

/// <summary>A text as it is in a session's JSON.</summary>
/// <param name="Utf8">One JSON value, or several events in a row with everything between them.</param>
/// <param name="IsJoined">Whether it is several events; their contents joined are the text.</param>
internal readonly record struct TextJson(ReadOnlyMemory<byte> Utf8, bool IsJoined)
{
    public static TextJson Joined(Session session, int first, int last)
    {
        var all = session.Json.Utf8;
        all.Span.Overlaps(session.Events[first].Json.Utf8.Span, out var start);
        all.Span.Overlaps(session.Events[last].Json.Utf8.Span, out var lastStart);
        return new(all[start..(lastStart + session.Events[last].Json.Utf8.Length)], IsJoined: true);
    }

    /// <summary>The text to read words from: the unchanged JSON if it is one value.</summary>
    public SearchText Text =>
        IsJoined
            ? new(
                Encoding.UTF8.GetBytes(
                    string.Concat(
                        new RawJson((byte[])[.. "["u8, .. Utf8.Span, .. "]"u8])
                            .Items()
                            .Select(@event => @event.Property("content").AsText() ?? "")
                    )
                ),
                IsJson: false
            )
            : new(Utf8, IsJson: true);
}

/// <summary>A text to read words from.</summary>
/// <param name="IsJson">Whether backslashes are JSON escapes.</param>
public readonly record struct SearchText(ReadOnlyMemory<byte> Utf8, bool IsJson)
{
    /// <summary>The text with spaces in place of its secrets. All other bytes stay where they are.</summary>
    internal SearchText Without(OutgoingDoor secrets) => secrets.Blank(Utf8, IsJson) is { } blank ? this with { Utf8 = blank } : this;
}
