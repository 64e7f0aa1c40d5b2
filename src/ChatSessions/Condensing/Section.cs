using System.Globalization;
using System.Text;
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
    /// <summary>An object with more fields is shown as JSON.</summary>
    private const int MostNamed = 12;

    private const int LongestErrorLine = 240;
    private const int LongestQuote = 120;

    /// <summary>In shorter output, the two ends show every line.</summary>
    private const int ShortestOutput = 400;
    private const int LongestName = 64;

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
            ToolUse use => [.. OfCall(draft, use, recurrence.SameCall), OfResult(draft, use, recurrence)],
            RunEnd { Event: var stop } => [OfStop(draft.Session, stop)],
            Unrecognized { Event: { IsContext: true } context } =>
            [
                OfText(
                    $"#{context.Position} context{(context.Role is { } role ? $" ({NameOf(role)})" : "")}:",
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

    private static IEnumerable<Section> OfCall(Draft draft, ToolUse use, int? sameCall)
    {
        if (use.Call is not { } call)
            yield break;
        var label = $"#{call.Position} {NameOf(call.Name)}{Times.Of(draft.Session.Session, use)}:";
        if (sameCall is { } earlier && new SameEvent(draft, earlier) is { IsLeftOut: false } same)
        {
            yield return new(label, [], entry => entry with { SameAs = earlier }, call.Position, Same: same);
            yield break;
        }
        var shown = draft.Session[call.Position];
        var arguments = call.Arguments.Properties();
        var varying = arguments.Where(argument => !draft.Head.IsConstant(use.Name, argument.Key)).ToList();
        var isChange = draft.Highlights.IsChange(use);
        if (
            arguments.Count > MostNamed
            || call.Arguments.Kind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined)
        )
        {
            yield return OfUnnamed(label, call, new RecordedText((shown, call.Arguments)));
            yield break;
        }
        var named = varying.ConvertAll(argument => new NamedText(NameOf(argument.Key), argument.Value, TextOf(argument)));
        yield return new(
            label,
            named.ConvertAll(one => one.Text),
            entry =>
                entry with
                {
                    Arguments = NamedText.ToJson(named),
                    ArgumentCuts = NamedText.CutsOf(named, call.Position, isNamed: named.Count > 1, isOfResult: false),
                    Note = NamedText.NoteOf(named),
                },
            call.Position
        );

        GrowingText TextOf(KeyValuePair<string, RawJson> argument)
        {
            var name = arguments.Count == 1 ? "" : NameOf(argument.Key) + ": ";
            var text = new RecordedText((shown, argument.Value));
            return isChange && draft.Highlights.ChangedLines(use, text, argument.Value) is { Length: > 0 } changed
                ? Ladder.Change(name, text, changed, draft.Highlights.IsLastEdit(use), draft.Highlights.IsLastChange(use), draft.Shown)
                : Ladder.Argument(name, text, varying.Count);
        }
    }

    /// <summary>A call whose arguments are no object, or too many to be named.</summary>
    private static Section OfUnnamed(string label, ToolCallEvent call, RecordedText recorded)
    {
        var text = Ladder.Argument("", recorded);
        var exact = new Lazy<JsonElement?>(() => call.Arguments.Kind == JsonValueKind.Object ? ShownJson.Of(call.Arguments) : null);
        return new(
            label,
            [text],
            entry =>
                text.IsWhole && exact.Value is { } whole
                    ? entry with
                    {
                        Arguments = whole,
                    }
                    : entry with
                    {
                        ArgumentsText = text.Shown.Exact.Text,
                        ArgumentCuts = CutFields.From(text.Shown.Exact, null, call.Position),
                    },
            call.Position
        );
    }

    private static Section OfResult(Draft draft, ToolUse use, Recurrence recurrence)
    {
        if (use.Result is not { } result)
            return new("→ unanswered", [], entry => entry with { Outcome = "unanswered" }, IsFailure: true);
        var shown = draft.Session[result.Position];
        var text = ToolResultText.Find(result.Result);
        var others = ToolResultText.OtherFields(result.Result).ToList();
        if (others.Count > MostNamed)
            (text, others) = (result.Result, []);
        var recorded = new RecordedText((shown, text));

        var label = new StringBuilder("→");
        if (use.Call is null)
            label = new($"#{result.Position} {NameOf(result.Name)} result without a call:");
        else if (result.Position != use.Call.Position + 1)
            label.Append(CultureInfo.InvariantCulture, $" #{result.Position}:");
        // A result that is left out may be named later. A failure is never left out.
        var mayBeLeftOut = use is { Call: not null, Outcome.IsFailure: false };
        var same =
            recurrence.SameResult is { } earlier && new SameEvent(draft, earlier) is var first && (mayBeLeftOut || !first.IsLeftOut)
                ? first
                : null;
        int? lastLine = null;
        var facts = new EntryFields();
        if (use.Outcome is { IsFailure: true, Reason: { } sign })
        {
            var reason = OutgoingText.ShowLine(sign, LongestName);
            facts = new() { Reason = reason };
            var error = ErrorLine.Last(recorded.Text);
            // An error line longer than a screen line is quoted by its beginning, which the end of the window would not include.
            var isLong = error.Length > LongestErrorLine;
            lastLine = isLong ? 0 : recorded.Text.Length - recorded.Text.LastIndexOf(error, StringComparison.Ordinal);
            var quoted =
                same is not null ? null
                : isLong ? error
                : recorded.Text.Length > ShortestOutput ? ErrorLine.OfException(recorded.Text)
                : null;
            if (quoted is not null)
            {
                facts = facts with { Error = OutgoingText.ShowLine(quoted, LongestQuote) };
                reason += $"; {(isLong ? "the last line begins " : "")}{facts.Error}";
            }
            label.Append(CultureInfo.InvariantCulture, $" failed ({reason}):");
        }

        if (same is not null)
            return new(
                label.ToString(),
                [],
                entry => entry with { Reason = facts.Reason, ResultSameAs = same.Position },
                result.Position,
                mayBeLeftOut,
                same,
                use.Outcome.IsFailure
            );

        var fields = others.ConvertAll(other => Named(other.Key, other.Value, others.Count));
        var main = Ladder.Result(
            recorded,
            lastLine,
            recurrence.IsTelling,
            draft.Highlights.IsLastDiff(result.Position),
            draft.Highlights.IsReceipt(use),
            draft.Highlights.TellingLines(result.Position, recorded.Text, recorded.IsJson),
            draft.Shown
        );
        NamedText? image = result.ImageAttachment is null ? null : Named("image", result.Json.Property("image_attachment"), 1);
        return new(
            label.ToString(),
            [.. fields.Select(one => one.Text), main, .. image is null ? (GrowingText[])[] : [image.Text]],
            entry => WithResult(entry, facts, main.Shown.Exact, image is null ? fields : [.. fields, image], result.Position),
            result.Position,
            mayBeLeftOut,
            IsFailure: use.Outcome.IsFailure
        );

        NamedText Named(string name, RawJson value, int count) =>
            new(NameOf(name), value, Ladder.Argument(NameOf(name) + ": ", new RecordedText((shown, value)), count));
    }

    private static EntryFields WithResult(EntryFields entry, EntryFields facts, ShownText text, List<NamedText> fields, int position)
    {
        CutFields[] cuts = [.. CutFields.From(text, null, position, true) ?? [], .. NamedText.CutsOf(fields, position, true, true) ?? []];
        return entry with
        {
            Reason = facts.Reason,
            Error = facts.Error,
            Result = text.Text,
            Rows = RowFields.Of(text),
            ResultFields = NamedText.ToJson(fields),
            Cuts = cuts.Length == 0 ? null : cuts,
            Note = entry.Note ?? NamedText.NoteOf(fields),
        };
    }

    /// <summary>A name to put among the server's own words: on one line, and not too long.</summary>
    public static string NameOf(string name) => OutgoingText.ShowLine(OutgoingText.ShowName(name), LongestName) ?? "";

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
