using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Condensing;

/// <summary>
/// How much a reader gains if a step is opened, per character that this takes. First come the questions, failures and endings, then what
/// was done, then results and thoughts. It does not depend on the budget.
/// </summary>
internal sealed class Importance(Session session, Repetitions repetitions, Highlights highlights)
{
    /// <summary>Steps that say nothing new come last, and in order, so that those left out stay one run.</summary>
    private const double NothingNew = 0.0001;

    private const double MiddleDiscount = 0.1;

    /// <summary>The first failure and the last come before what the user said between the first message and the last.</summary>
    private const double EndOfFailures = 5;

    private const int ShortPassage = 80;

    /// <summary>What several sentences with reasons take is not counted against them beyond this.</summary>
    private const int MostOfReasons = 190;

    private readonly StopEvent? lastStop = session.LastStop;
    private readonly int answer = session.Steps.LastOrDefault(step => step is Passage { Kind: PassageKind.Text })?.Position ?? -1;
    private readonly int question = session.Steps.FirstOrDefault(step => step is UserMessage)?.Position ?? -1;
    private readonly int lastQuestion = session.Steps.LastOrDefault(step => step is UserMessage)?.Position ?? -1;

    public double[] OfSteps()
    {
        double[] worths =
        [
            .. session.Steps.Select((step, index) => Of(step) is > NothingNew and var worth ? worth * FromEnds(index) : NothingNew),
        ];
        var first = 0;
        for (var index = 0; index < worths.Length; index++)
        {
            if (session.Steps[index] is not ToolUse { Call: not null } use)
                continue;
            // A call shown as "same as" an earlier one needs that one to be shown.
            if (repetitions.Of(use).SameCall is null)
                first = index;
            else
                worths[first] = Math.Max(worths[first], worths[index]);
        }
        return worths;
    }

    private double Of(Step step) =>
        step switch
        {
            // The head of the answer already says how the last run ended, unless something came after it.
            RunEnd { Event.IsError: true } => 2,
            RunEnd end when end.Event == lastStop && session.Outcome == RunOutcome.Unfinished => 2,
            RunEnd end => end.Event == lastStop ? 0.001 : 0.02,
            _ when step.Position == answer => 10,
            Passage when step == session.Steps[^1] => 1,
            UserMessage input => input.Position == question ? 15
            : input.Position == lastQuestion ? 12
            : 100.0 / (Length(input.Event.Json, 330) + 10),
            _ when repetitions.Of(step).Run is not null => NothingNew,
            ToolUse { Outcome.IsFailure: true } use => OfFailure(use),
            ToolUse use when highlights.IsLastPass(use) => EndOfFailures,
            ToolUse { Result.Position: var result } when highlights.IsLastDiff(result) => 1,
            // What changes things comes before what reads.
            ToolUse use when highlights.IsLastEdit(use) => 4.0 / (ArgumentsLength(use) + 30),
            ToolUse use => 2.0 / (ArgumentsLength(use) + 30),
            Passage passage when highlights.IsAnswer(passage.Position) => 3.0 / (Math.Min(passage.Length, 240) + 20),
            Passage passage => OfPassage(passage),
            _ => 0.3 / (Length(session.Events[step.Position].Json, 240) + 20),
        };

    /// <summary>What the agent says in few words is seen from what it does. Reasons are nowhere else.</summary>
    private static double OfPassage(Passage passage)
    {
        var length = passage.Length;
        return length < ShortPassage ? 0.0003
            : length < 160 ? 0.05 / (length + 20)
            : Reasons.LengthIn(passage.Text, MostOfReasons) is > 0 and var reasons ? 3.12 / (reasons + 70)
            : 2.74 / (Math.Min(length, 240) + 20);
    }

    /// <summary>Among similar steps, the first and the last say most, and what is left out in the middle stays one run.</summary>
    private double FromEnds(int index)
    {
        var last = session.Steps.Length - 1;
        return 1 / (1 + MiddleDiscount * Math.Min(index, last - index) / Math.Max(1, last));
    }

    /// <summary>
    /// A repeated error is worth less than a new one. If there are more errors than fit, the first and the last say most.
    /// </summary>
    private double OfFailure(ToolUse use)
    {
        var distance = repetitions.Failures.DistanceFromEnds(use);
        var isRepeated = repetitions.Failures.IsRepeated(use);
        if (distance == 0 && !isRepeated)
            return EndOfFailures;
        var worth = distance == 0 ? 160 : 40 / (1 + distance / 1000.0);
        return (isRepeated ? worth / 8 : worth) / (ArgumentsLength(use) + 160);
    }

    private static int ArgumentsLength(ToolUse use) => use.Call is null ? 60 : Length(use.Call.Arguments, 170);

    private static int Length(RawJson json, int limit) => Math.Min(json.Utf8.Length, limit);
}
