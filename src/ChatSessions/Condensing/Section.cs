using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// A labelled part of an entry: a message, the arguments of a call, its result. Only the label is at the margin. Every further line of
/// recorded text begins with a space, so recorded text cannot pass for the server's words.
/// </summary>
/// <param name="Label">The text at the margin.</param>
/// <param name="Position">The position of a call or a result; null for other events.</param>
/// <param name="MayBeLeftOut">Whether the section is listed as left out if nothing of its event is shown.</param>
/// <param name="Same">The earlier event that is the same, which is named instead of texts; otherwise null.</param>
/// <param name="IsFailure">Whether the label reports a failure.</param>
/// <param name="AddTo">Adds the section to the fields of its entry, as much as is shown now.</param>
internal sealed record Section(
    string Label,
    IReadOnlyList<GrowingText> Parts,
    Func<EntryFields, EntryFields> AddTo,
    int? Position = null,
    bool MayBeLeftOut = false,
    SameEvent? Same = null,
    bool IsFailure = false
)
{
    public const int LongestName = 64;

    private int version;
    private TranscriptSection? described;
    private TranscriptSection? costliest;
    private CountedText? before;
    private Cost? atMost;

    /// <summary>Whether nothing of the event is shown, so that it is listed as left out.</summary>
    public bool IsLeftOut
    {
        get
        {
            if (!MayBeLeftOut || Same is not null)
                return MayBeLeftOut && Same!.IsLeftOut;
            foreach (var part in Parts)
                if (part.ShownLength > 0 || part.IsWhole)
                    return false;
            return true;
        }
    }

    /// <summary>Whether nothing of the event is cut.</summary>
    public bool IsWhole
    {
        get
        {
            foreach (var part in Parts)
                if (!part.IsWhole)
                    return false;
            return true;
        }
    }

    /// <summary>Whether the section costs something. One that names an earlier event may appear when that is shown.</summary>
    public bool IsPaidFor => !IsLeftOut || Same is not null;

    /// <summary>Changes whenever something else is shown of the texts.</summary>
    public int Version
    {
        get
        {
            var sum = 0;
            foreach (var part in Parts)
                sum += part.Version;
            return sum;
        }
    }

    /// <summary>The sections of a step.</summary>
    public static Section[] Describe(Draft draft, Step step, Recurrence recurrence) =>
        step switch
        {
            UserMessage { Event: var input } =>
            [
                OfText(
                    $"#{input.Position} user{Times.OfTurn(draft.Session.Session, input)}:",
                    Ladder.UserMessage(Content(draft.Session[input.Position])),
                    (entry, text) => entry with { User = text, Time = Times.Began(draft.Session.Session, input) }
                ),
            ],
            Passage passage => [OfPassage(draft, passage)],
            ToolUse use => CallSections.Of(draft, use, recurrence),
            RunEnd { Event: var stop } => [OfStop(draft.Session, stop)],
            Unrecognized { Event: { IsContext: true } context } =>
            [
                OfText(
                    $"#{context.Position} context{(context.Role is { } role ? $" ({ArgumentOf(role)})" : "")}:",
                    Ladder.Passage(Content(draft.Session[context.Position])),
                    (entry, text) => entry with { Context = text, Role = context.Role is { } whose ? NameOf(whose) : null }
                ),
            ],
            Unrecognized { Event: var unknown } =>
            [
                OfText(
                    $"#{unknown.Position} unknown event:",
                    Ladder.Passage(new RecordedText((draft.Session[unknown.Position], unknown.Json))),
                    (entry, text) => entry with { Unknown = text }
                ),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(step)),
        };

    public TranscriptSection Described
    {
        get
        {
            Refresh();
            return Same is null
                ? described ??= new(Label, null, IsFailure, [.. Parts.Select(part => TranscriptPart.From(part.Name, part.Shown.Pieces))])
                : new(Label, Same.Note, IsFailure, []);
        }
    }

    /// <summary>What is paid for: the most that is said of an earlier event, since that may grow at any time.</summary>
    private TranscriptSection Costliest => Same is null ? Described : costliest ??= new(Label, Same.Longest, IsFailure, []);

    /// <summary>What the section adds to the text. It is kept, and if the section grew, only what is new is counted.</summary>
    public Cost Cost()
    {
        Refresh();
        return Budget.OfSection(Costliest, before);
    }

    /// <summary>An upper bound of what the section adds to the text; the cost itself if it was counted already.</summary>
    public Cost AtMost()
    {
        Refresh();
        return Costliest.Counted?.Cost ?? (atMost ??= Budget.AtMostOfSection(Costliest.Text));
    }

    private void Refresh()
    {
        var now = Version;
        if (now == version)
            return;
        (before, atMost) = (described?.Counted ?? before, null);
        (version, described) = (now, null);
    }

    /// <summary>A section with one text.</summary>
    /// <param name="addTo">Adds the shown text to the fields of the entry.</param>
    private static Section OfText(string label, GrowingText text, Func<EntryFields, string, EntryFields> addTo) =>
        new(label, [text], entry => addTo(entry, text.Shown.Exact.Text).CutAs(text.Shown.Exact));

    private static Section OfPassage(Draft draft, Passage passage)
    {
        var session = draft.Session;
        var events = session.Session.Events.AsSpan()[passage.First..(passage.Last + 1)];
        // If a full event repeats the deltas, it stands for them.
        var pieces = events[^1] is TextEvent or ThinkingEvent ? events[^1..] : events;
        var recorded = new RecordedText([.. pieces.ToArray().Select(piece => (session[piece.Position], piece.Json.Property("content")))]);
        var range = passage.Last > passage.First ? $"#{passage.First}–#{passage.Last}" : $"#{passage.First}";
        return OfText(
            $"{range} {(passage.Kind == PassageKind.Text ? "text" : "thinking")}:",
            draft.Highlights.IsAnswer(passage.Position)
                ? Ladder.Answer(recorded, draft.Highlights.IsLastAnswer(passage.Position))
                : Ladder.Passage(recorded),
            (entry, text) => passage.Kind == PassageKind.Text ? entry with { Text = text } : entry with { Thinking = text }
        );
    }

    /// <summary>A name to put among the server's own words: on one line, and not too long.</summary>
    public static string NameOf(string name) => OutgoingText.ShowLine(OutgoingText.ShowName(name), LongestName) ?? "";

    /// <summary>The name of a tool or a role among the server's own words.</summary>
    public static string ToolOf(string name) => Quoted.Tool(NameOf(name));

    /// <summary>The name of an argument among the server's own words.</summary>
    public static string ArgumentOf(string name) => Quoted.Name(NameOf(name));

    private static Section OfStop(ShownSession session, StopEvent stop)
    {
        var usage = SessionUsage.From(stop.Usage) is { } figures ? $" ({figures})" : "";
        var error = stop.Json.Property("error");
        var text = stop.Error is null ? null : Ladder.Error(new RecordedText((session[stop.Position], error)));
        return new(
            $"#{stop.Position} stop: {(stop.IsError ? "error" : "ok")}{usage}{(stop.Error is null ? "" : ":")}",
            text is null ? [] : [text],
            entry =>
            {
                var stopped = entry with { Stop = stop.IsError ? "error" : "ok", Usage = SessionUsage.From(stop.Usage) };
                return text is null ? stopped : (stopped with { Error = text.Shown.Exact.Text }).CutAs(text.Shown.Exact);
            },
            IsFailure: stop.IsError
        );
    }

    /// <summary>A message's text; empty if null was recorded.</summary>
    private static RecordedText Content(ShownEvent @event) =>
        new((@event, @event.Json.Property("content") is { Kind: not JsonValueKind.Null } value ? value : default));
}
