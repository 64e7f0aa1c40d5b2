using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// A step as a reader sees it: folded, when it is only counted in the marker of a run, or open, with as much of its texts as the budget
/// allows.
/// </summary>
/// <param name="session">The session that the step is of.</param>
/// <param name="step">What happened.</param>
/// <param name="recurrence">What the step says again.</param>
/// <param name="passages">What the answer shows already.</param>
/// <param name="worth">What it is worth to a reader that the entry is open, for each character that this takes.</param>
internal sealed class Entry(ShownSession session, Step step, double worth, Recurrence recurrence, ShownStretches passages)
{
    private Section[]? sections;

    /// <summary>What a marker calls the step: the tool's name, or the kind of message.</summary>
    public string Kind { get; } =
        step switch
        {
            UserMessage => "user",
            Passage { Kind: PassageKind.Text } => "text",
            Passage => "thinking",
            ToolUse use => Section.NameOf(use.Name),
            RunEnd => "stop",
            _ => "unknown",
        };

    public Step Step => step;

    /// <summary>The run of repeated calls in whose middle the step says nothing new; null when it is in none.</summary>
    public RepeatedRun? Run => recurrence.Run;

    /// <summary>How many events the step is made of.</summary>
    public int EventCount =>
        step is ToolUse { Call: not null, Result: not null } ? 2
        : step is Passage ? step.LastPosition - step.Position + 1
        : 1;

    /// <summary>False as long as the entry is folded.</summary>
    public bool IsOpen => sections is not null;

    /// <summary>True when nothing of the entry is cut.</summary>
    public bool IsWhole => sections is not null && Parts.All(part => part.IsWhole);

    /// <summary>What showing the next bit is worth for each character that it takes; it never grows.</summary>
    public double Worth { get; private set; } = worth;

    /// <summary>How many characters of recorded text are shown.</summary>
    public long ShownCharacters => Parts.Sum(part => (long)part.ShownLength);

    private IEnumerable<Part> Parts => sections?.SelectMany(section => section.Parts) ?? [];

    /// <summary>
    /// Shows the next bit: a folded entry opens, an open one shows more of the text that is worth most. Answers the text in which this can
    /// be undone bit by bit; null when there is none.
    /// </summary>
    public Part? Grow()
    {
        Part? grown;
        if (sections is null)
        {
            sections = Section.Describe(session, step, recurrence, passages);
            grown = Parts.MaxBy(part => part.ShownLength);
            foreach (var part in Parts)
                part.AddTo(passages);
        }
        else
        {
            (grown = Parts.MaxBy(part => part.NextWorth)!).Grow();
            grown.AddTo(passages);
        }
        Worth = Math.Min(Worth, Parts.Select(part => part.NextWorth).DefaultIfEmpty().Max());
        return grown;
    }

    /// <summary>Folds the entry again.</summary>
    public void Fold() => sections = null;

    /// <summary>The open entry as it is shown.</summary>
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
            session.Session.TurnAt(step.Position).Number,
            step is ToolUse ? Kind : null,
            (step as ToolUse)?.Outcome.Kind,
            [.. Shown.Select(section => section.Described)]
        );

    /// <summary>What the open entry costs.</summary>
    public Cost Cost(Budget budget) =>
        Shown.Aggregate(default(Cost), (sum, section) => sum + section.Cost(budget, isFirst: ReferenceEquals(section, sections![0])));

    private IEnumerable<Section> Shown => sections!.Where(section => !section.IsLeftOut);

    /// <summary>The events that the entry leaves out whole: each with what to call it in a list, and its position.</summary>
    public IEnumerable<(string Kind, string Address)> LeftOut() =>
        (sections, step) switch
        {
            ({ } shown, _) => shown.Where(section => section.IsLeftOut).Select(section => ("result", $" #{section.Position}")),
            (_, ToolUse { Call: { } call, Result: { } result }) when result.Position == call.Position + 1 =>
            [
                ($"{Kind}+result", $" #{call.Position}"),
            ],
            (_, ToolUse { Call: { } call, Result: { } result }) => [(Kind, $" #{call.Position}"), ("result", $" #{result.Position}")],
            (_, ToolUse { Call: null }) => [("result", $" #{step.Position}")],
            (_, Passage) when step.LastPosition > step.Position => [(Kind, $" #{step.Position}–#{step.LastPosition}")],
            _ => [(Kind, $" #{step.Position}")],
        };
}
