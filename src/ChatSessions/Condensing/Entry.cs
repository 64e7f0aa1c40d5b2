using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Condensing;

/// <summary>
/// A step as a reader sees it: either folded, when a marker only counts it, or open, with as much of its texts as the budget allows.
/// </summary>
/// <param name="recurrence">What the step repeats.</param>
/// <param name="worth">How much a reader gains if the entry is open, per character that this takes.</param>
internal sealed class Entry(Draft draft, Step step, double worth, Recurrence recurrence)
{
    /// <summary>Behind the position of a call that is left out.</summary>
    public const string FailedMark = " (failed)";

    private Section[]? sections;
    private Section[]? prepared;
    private Section[]? folded;
    private double worthBefore;
    private (Cost? Text, Cost? Json) costOfListed;
    private (Section[]? Of, int Version, EntryFields? Fields, CountedText? Before) paid;
    private Cost? mostOfPaid;

    /// <summary>What a marker calls the step: the tool's name, or the kind of message.</summary>
    public string Kind { get; } =
        step switch
        {
            UserMessage => "user",
            Passage { Kind: PassageKind.Text } => "text",
            Passage => "thinking",
            ToolUse use => Section.ToolOf(use.Name),
            RunEnd => "stop",
            Unrecognized { Event.IsContext: true } => "context",
            _ => "unknown",
        };

    public Step Step => step;

    /// <summary>The run of repeated calls in which the step says nothing new, or null.</summary>
    public RepeatedRun? Run => recurrence.Run;

    public int EventCount =>
        step is ToolUse { Call: not null, Result: not null } ? 2
        : step is Passage ? step.LastPosition - step.Position + 1
        : 1;

    /// <summary>Whether any of the entry is shown; otherwise it is folded.</summary>
    public bool IsOpen => sections is not null;

    /// <summary>Whether nothing of the entry is cut.</summary>
    public bool IsWhole
    {
        get
        {
            foreach (var section in sections ?? [])
            foreach (var part in section.Parts)
                if (!part.IsWhole)
                    return false;
            return sections is not null;
        }
    }

    /// <summary>How much a reader gains from the next piece, per character that it takes. It never increases.</summary>
    public double Worth { get; private set; } = worth;

    /// <summary>How many characters of recorded text are shown.</summary>
    public long ShownCharacters
    {
        get
        {
            var sum = 0L;
            foreach (var section in sections ?? [])
            foreach (var part in section.Parts)
                sum += part.ShownLength;
            return sum;
        }
    }

    private IEnumerable<GrowingText> Parts => sections?.SelectMany(section => section.Parts) ?? [];

    /// <summary>
    /// Shows the next piece: opens a folded entry, or shows more of the text that is worth most. Returns the text whose growth can be
    /// undone bit by bit, or null.
    /// </summary>
    public GrowingText? Grow()
    {
        GrowingText? grown;
        if (sections is null)
        {
            draft.Open(sections = Section.Describe(draft, step, recurrence));
            grown = Parts.MaxBy(part => part.ShownLength);
        }
        else
            (grown = Next()!).Grow();
        worthBefore = Worth;
        Worth = Math.Min(Worth, Next()?.NextWorth ?? 0);
        return grown;
    }

    /// <summary>The text that is worth most if it shows more; null if there is no text.</summary>
    private GrowingText? Next()
    {
        GrowingText? best = null;
        foreach (var section in sections!)
        foreach (var part in section.Parts)
            if (best is null || part.NextWorth > best.NextWorth)
                best = part;
        return best;
    }

    /// <summary>Records what is shown, so that later texts need not repeat it.</summary>
    /// <param name="grown">The only text that shows more than before; null if the entry was folded.</param>
    public void Remember(GrowingText? grown)
    {
        foreach (var part in grown is null ? Parts : [grown])
            part.AddTo(draft.Shown);
    }

    public void Fold()
    {
        draft.Fold(sections!);
        (folded, sections, prepared) = (sections, null, null);
    }

    /// <summary>Undoes the last folding.</summary>
    public void Unfold() => draft.Open(sections = folded!);

    /// <summary>Undoes the last growth.</summary>
    /// <param name="grown">The text that grew; null if the entry was folded.</param>
    public void Undo(GrowingText? grown)
    {
        if (grown is null)
            Fold();
        else
            grown.Undo();
        Worth = worthBefore;
    }

    /// <summary>The identical earlier call that is shown in place of this one, or null.</summary>
    public int? SameCall => recurrence.SameCall;

    /// <summary>The windows of the entry's texts that match best.</summary>
    public IEnumerable<(GrowingText Part, FocusWindow Window)> WindowsOf(Focus focus) =>
        (sections ?? (prepared ??= Section.Describe(draft, step, recurrence)))
            .SelectMany(section => section.Parts)
            .SelectMany((part, number) => focus.WindowsIn(step, number, part.Text).Select(window => (part, window)));

    /// <summary>Shows a window of a text, and opens the entry. False if the answer already shows the window, here or elsewhere.</summary>
    public bool ShowFocus(GrowingText part, int start, int end)
    {
        if (2 * draft.Shown.In(part.Text, [(start, end)]).Sum(hole => hole.End - hole.Start) > end - start || !part.ShowFocus(start, end))
            return false;
        worthBefore = Worth;
        if (sections is null)
        {
            (sections, prepared) = (prepared, null);
            draft.Open(sections!);
        }
        Worth = Math.Min(Worth, Next()?.NextWorth ?? 0);
        return true;
    }

    /// <summary>Undoes the last window.</summary>
    public void UndoFocus(GrowingText part, bool wasOpen)
    {
        part.UndoFocus();
        if (!wasOpen)
        {
            draft.Fold(sections!);
            (sections, prepared) = (null, sections);
        }
        Worth = worthBefore;
    }

    public TranscriptEntry Describe() =>
        new(
            step switch
            {
                UserMessage => TranscriptKind.User,
                Passage { Kind: PassageKind.Text } => TranscriptKind.Text,
                Passage => TranscriptKind.Thinking,
                ToolUse => TranscriptKind.Tool,
                RunEnd => TranscriptKind.Stop,
                _ => TranscriptKind.Unknown,
            },
            step.Position,
            step.LastPosition,
            draft.Session.Session.TurnAt(step.Position).Number,
            step is ToolUse named ? Section.NameOf(named.Name) : null,
            (step as ToolUse)?.Outcome.Kind,
            [.. Shown.Select(section => section.Described)],
            Shown.Count() == PaidFor.Count() ? Paid() : FieldsOf(Shown)
        );

    public Cost Cost(Budget budget)
    {
        if (budget.Form == CondensedForm.Json)
            return Budget.OfFields(Paid(), paid.Before);
        var sum = default(Cost);
        foreach (var section in PaidFor)
            sum += section.Cost();
        return sum;
    }

    /// <summary>An upper bound of the cost, found without counting tokens.</summary>
    public Cost AtMost(Budget budget)
    {
        if (budget.Form == CondensedForm.Json)
            return Paid().Counted?.Cost ?? (mostOfPaid ??= Budget.AtMostOfFields(Paid()));
        var sum = default(Cost);
        foreach (var section in PaidFor)
            sum += section.AtMost();
        return sum;
    }

    private IEnumerable<Section> Shown => sections!.Where(section => !section.IsLeftOut);

    private IEnumerable<Section> PaidFor => sections!.Where(section => section.IsPaidFor);

    /// <summary>The fields of all that is paid for. They are kept until something else is shown.</summary>
    private EntryFields Paid()
    {
        var version = 0;
        foreach (var section in sections!)
            version += section.Version;
        if (paid.Fields is null || !ReferenceEquals(paid.Of, sections) || paid.Version != version)
        {
            paid = (sections, version, FieldsOf(PaidFor), paid.Fields?.Counted ?? paid.Before);
            mostOfPaid = null;
        }
        return paid.Fields!;
    }

    private EntryFields FieldsOf(IEnumerable<Section> shown)
    {
        var turn = draft.Session.Session.TurnAt(step.Position);
        var entry = new EntryFields
        {
            Event = step.Position,
            Last = step is Passage && step.LastPosition > step.Position ? step.LastPosition : null,
            Turn = turn.First == step.Position ? turn.Number : null,
            Tool = step is ToolUse ? Kind : null,
            DurationMs = step is ToolUse timed ? Times.InMilliseconds(draft.Session.Session, timed) : null,
            ResultEvent = step is ToolUse { Result: { } result } use && result.Position != use.Call?.Position + 1 ? result.Position : null,
        };
        return shown.Aggregate(entry, (fields, section) => section.AddTo(fields));
    }

    /// <summary>
    /// The cost of listing what the entry leaves out completely. An open entry leaves out only results, which have no address.
    /// </summary>
    public Cost CostOfListed(Budget budget)
    {
        if (IsOpen)
            return default;
        ref var cost = ref (budget.Form == CondensedForm.Text ? ref costOfListed.Text : ref costOfListed.Json);
        return cost ??= IsListedAt ? budget.OfListed(step.Position, IsFailure) : default;
    }

    /// <summary>Whether it is a call that failed.</summary>
    public bool IsFailure => step is ToolUse { Outcome.IsFailure: true };

    /// <summary>Whether the list of what is left out has the step's position, and does not only count it.</summary>
    public bool IsListedAt => step is not (Passage or ToolUse { Call: null });

    /// <summary>
    /// The events that the entry leaves out completely: what a list calls each, and the position of calls, messages and ends of runs. Results
    /// and passages are only counted: they lie in the gaps between the positions shown.
    /// </summary>
    public IEnumerable<(string Kind, string Address)> LeftOut() =>
        (sections, step) switch
        {
            ({ } shown, _) => shown.Where(section => section.IsLeftOut).Select(_ => ("result", "")),
            (_, ToolUse { Call: { } call, Result: { } result }) when result.Position == call.Position + 1 =>
            [
                ($"{Kind}+result", $" #{call.Position}{(IsFailure ? FailedMark : "")}"),
            ],
            (_, ToolUse { Call: { } call, Result: not null }) =>
            [
                (Kind, $" #{call.Position}{(IsFailure ? FailedMark : "")}"),
                ("result", ""),
            ],
            (_, ToolUse { Call: null }) => [("result", "")],
            (_, Passage) => [(Kind, "")],
            _ => [(Kind, $" #{step.Position}")],
        };
}
