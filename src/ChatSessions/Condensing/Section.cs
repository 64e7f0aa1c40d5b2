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
internal sealed record Section(
    string Label,
    IReadOnlyList<GrowingText> Parts,
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
    private (CountedText? Before, Cost? AtMost) ofText;
    private (CountedText? Before, Cost? AtMost) ofJson;

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

    /// <summary>The sections of a step.</summary>
    public static Section[] Describe(Draft draft, Step step, Recurrence recurrence) =>
        step switch
        {
            UserMessage { Event: var input } =>
            [
                new(
                    $"#{input.Position} user{Times.OfTurn(draft.Session.Session, input)}:",
                    [Ladder.UserMessage(Content(draft.Session[input.Position]))]
                ),
            ],
            Passage passage => [OfPassage(draft, passage)],
            ToolUse use => [.. OfCall(draft, use, recurrence.SameCall), OfResult(draft, use, recurrence)],
            RunEnd { Event: var stop } => [OfStop(draft.Session, stop)],
            Unrecognized { Event: { IsContext: true } context } =>
            [
                new(
                    $"#{context.Position} context{(context.Role is { } role ? $" ({ArgumentOf(role)})" : "")}:",
                    [Ladder.Passage(Content(draft.Session[context.Position]))]
                ),
            ],
            Unrecognized { Event: var unknown } =>
            [
                new(
                    $"#{unknown.Position} unknown event:",
                    [Ladder.Passage(new RecordedText((draft.Session[unknown.Position], unknown.Json)))]
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

    /// <summary>The cost of the section in an entry. It is kept, and if the section grew, only what is new is counted.</summary>
    public Cost Cost(Budget budget, bool isFirst)
    {
        Refresh();
        return budget.OfSection(Costliest, isFirst, CountIn(budget).Before);
    }

    /// <summary>An upper bound of the cost of the section in an entry; the cost itself if it was counted already.</summary>
    public Cost AtMost(Budget budget, bool isFirst)
    {
        Refresh();
        return Costliest.Counted(budget.Form)?.Cost ?? (CountIn(budget).AtMost ??= budget.AtMostOfSection(Costliest.Text, isFirst));
    }

    private ref (CountedText? Before, Cost? AtMost) CountIn(Budget budget) =>
        ref (budget.Form == CondensedForm.Text ? ref ofText : ref ofJson);

    private void Refresh()
    {
        var now = 0;
        foreach (var part in Parts)
            now += part.Version;
        if (now == version)
            return;
        ofText = (described?.Counted(CondensedForm.Text) ?? ofText.Before, null);
        ofJson = (described?.Counted(CondensedForm.Json) ?? ofJson.Before, null);
        (version, described) = (now, null);
    }

    private static Section OfPassage(Draft draft, Passage passage)
    {
        var session = draft.Session;
        var events = session.Session.Events.AsSpan()[passage.First..(passage.Last + 1)];
        // If a full event repeats the deltas, it stands for them.
        var pieces = events[^1] is TextEvent or ThinkingEvent ? events[^1..] : events;
        var recorded = new RecordedText([.. pieces.ToArray().Select(piece => (session[piece.Position], piece.Json.Property("content")))]);
        var range = passage.Last > passage.First ? $"#{passage.First}–#{passage.Last}" : $"#{passage.First}";
        return new(
            $"{range} {(passage.Kind == PassageKind.Text ? "text" : "thinking")}:",
            [
                draft.Highlights.IsAnswer(passage.Position)
                    ? Ladder.Answer(recorded, draft.Highlights.IsLastAnswer(passage.Position))
                    : Ladder.Passage(recorded),
            ]
        );
    }

    private static IEnumerable<Section> OfCall(Draft draft, ToolUse use, int? sameCall)
    {
        if (use.Call is not { } call)
            yield break;
        var label = $"#{call.Position} {ToolOf(call.Name)}{Times.Of(draft.Session.Session, use)}:";
        if (sameCall is { } earlier && new SameEvent(draft, earlier) is { IsLeftOut: false } same)
        {
            yield return new(label, [], call.Position, Same: same);
            yield break;
        }
        var shown = draft.Session[call.Position];
        var arguments = call.Arguments.Properties();
        var varying = arguments.Where(argument => !draft.Head.IsConstant(use.Name, argument.Key)).ToList();
        var isChange = draft.Highlights.IsChange(use);
        var parts = varying.Select(argument =>
        {
            var name = arguments.Count == 1 ? "" : ArgumentOf(argument.Key) + ": ";
            var text = new RecordedText((shown, argument.Value));
            return isChange && draft.Highlights.ChangedLines(use, text, argument.Value) is { Length: > 0 } changed
                ? Ladder.Change(name, text, changed, draft.Highlights.IsLastEdit(use), draft.Highlights.IsLastChange(use), draft.Shown)
                : Ladder.Argument(name, text, varying.Count);
        });
        if (
            arguments.Count > MostNamed
            || call.Arguments.Kind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined)
        )
            parts = [Ladder.Argument("", new RecordedText((shown, call.Arguments)))];
        yield return new(label, [.. parts], call.Position);
    }

    private static Section OfResult(Draft draft, ToolUse use, Recurrence recurrence)
    {
        if (use.Result is not { } result)
            return new("→ unanswered", [], IsFailure: true);
        var shown = draft.Session[result.Position];
        var text = ToolResultText.Find(result.Result);
        var others = ToolResultText.OtherFields(result.Result).ToList();
        if (others.Count > MostNamed)
            (text, others) = (result.Result, []);
        var recorded = new RecordedText((shown, text));

        var label = new StringBuilder("→");
        if (use.Call is null)
            label = new($"#{result.Position} {ToolOf(result.Name)} result without a call:");
        else if (result.Position != use.Call.Position + 1)
            label.Append(CultureInfo.InvariantCulture, $" #{result.Position}:");
        // A result that is left out may be named later. A failure is never left out.
        var mayBeLeftOut = use is { Call: not null, Outcome.IsFailure: false };
        var same =
            recurrence.SameResult is { } earlier && new SameEvent(draft, earlier) is var first && (mayBeLeftOut || !first.IsLeftOut)
                ? first
                : null;
        int? lastLine = null;
        if (use.Outcome is { IsFailure: true, Reason: { } sign })
        {
            var reason = OutgoingText.ShowLine(sign, LongestName);
            var error = ErrorLine.Last(recorded.Text);
            // An error line longer than a screen line is quoted by its beginning, which the end of the window would not include.
            var isLong = error.Length > LongestErrorLine;
            lastLine = isLong ? 0 : recorded.Text.Length - recorded.Text.LastIndexOf(error, StringComparison.Ordinal);
            if (same is null)
            {
                if (isLong)
                    reason += $"; the last line begins {InBrackets(error)}";
                else if (recorded.Text.Length > ShortestOutput && ErrorLine.OfException(recorded.Text) is { } exception)
                    reason += $"; {InBrackets(exception)}";
            }
            label.Append(CultureInfo.InvariantCulture, $" failed ({reason}):");
        }

        if (same is not null)
            return new(label.ToString(), [], result.Position, mayBeLeftOut, same, use.Outcome.IsFailure);

        var parts = others.ConvertAll(other =>
            Ladder.Argument(ArgumentOf(other.Key) + ": ", new RecordedText((shown, other.Value)), others.Count)
        );
        parts.Add(
            Ladder.Result(
                recorded,
                lastLine,
                recurrence.IsTelling,
                draft.Highlights.IsLastDiff(result.Position),
                draft.Highlights.IsReceipt(use),
                draft.Highlights.TellingLines(result.Position, recorded.Text, recorded.IsJson),
                draft.Shown
            )
        );
        if (result.ImageAttachment is not null)
            parts.Add(Ladder.Argument("image: ", new RecordedText((shown, result.Json.Property("image_attachment")))));
        return new(label.ToString(), parts, result.Position, mayBeLeftOut, IsFailure: use.Outcome.IsFailure);
    }

    /// <summary>A name as it may be shown: on one line, and not too long.</summary>
    public static string NameOf(string name) => OutgoingText.ShowLine(OutgoingText.ShowName(name), LongestName) ?? "";

    /// <summary>The name of a tool or a role among the server's own words.</summary>
    public static string ToolOf(string name) => Quoted.Tool(NameOf(name));

    /// <summary>The name of an argument among the server's own words.</summary>
    public static string ArgumentOf(string name) => Quoted.Name(NameOf(name));

    private static string? InBrackets(string line) =>
        OutgoingText.ShowLine(line, LongestQuote) is { } shown ? Quoted.InBrackets(shown) : null;

    private static Section OfStop(ShownSession session, StopEvent stop)
    {
        var usage = SessionUsage.From(stop.Usage) is { } figures ? $" ({figures})" : "";
        var error = stop.Json.Property("error");
        return new(
            $"#{stop.Position} stop: {(stop.IsError ? "error" : "ok")}{usage}{(stop.Error is null ? "" : ":")}",
            stop.Error is null ? [] : [Ladder.Error(new RecordedText((session[stop.Position], error)))],
            IsFailure: stop.IsError
        );
    }

    /// <summary>A message's text; empty if null was recorded.</summary>
    private static RecordedText Content(ShownEvent @event) =>
        new((@event, @event.Json.Property("content") is { Kind: not JsonValueKind.Null } value ? value : default));
}
