using ChatSessions.Analysis;

namespace ChatSessions.Condensing;

/// <summary>
/// What it is worth to a reader that a step is opened, for each character that this takes: what was asked, what failed and how it ended
/// come first, then what was done, then what came back and what was thought. Independent of the budget.
/// </summary>
internal sealed class Importance(Session session, Repetitions repetitions)
{
    private readonly StopEvent? lastStop = session.LastStop;
    private readonly int answer = session.Steps.LastOrDefault(step => step is Passage { Kind: PassageKind.Text })?.Position ?? -1;
    private readonly int question = session.Steps.FirstOrDefault(step => step is UserMessage)?.Position ?? -1;

    /// <summary>The worth of a step.</summary>
    public double Of(Step step) =>
        step switch
        {
            // How the last run ended stands in the head of the answer.
            RunEnd { Event.IsError: true } => 2,
            RunEnd end => end.Event == lastStop ? 0.001 : 0.02,
            _ when step.Position == answer => 10,
            UserMessage input => input.Position == question ? 15 : 100.0 / (Length(input.Event.Json, 330) + 10),
            ToolUse { Outcome.IsFailure: true } use => 40.0 / (ArgumentsLength(use) + 160),
            // Of calls repeated without a change, the last tells how it went.
            ToolUse { Call: { } call } when repetitions.IsRepeatedByNext(call) => 0.01 / (Length(call.Arguments, 400) + 30),
            ToolUse use => 1.62 / (ArgumentsLength(use) + 30),
            Passage passage => (passage.Kind == PassageKind.Text ? 0.13 : 0.09) / (Math.Min(passage.Length, 240) + 20),
            _ => 0.3 / (Length(session.Events[step.Position].Json, 240) + 20),
        };

    private static int ArgumentsLength(ToolUse use) => use.Call is null ? 60 : Length(use.Call.Arguments, 400);

    private static int Length(RawJson json, int limit) => Math.Min(json.Utf8.Length, limit);
}
