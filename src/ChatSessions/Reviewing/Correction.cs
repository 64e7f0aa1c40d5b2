using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>The user corrects or interrupts the agent, or refuses a call.</summary>
/// <param name="Position">The message, or the result that says that the call was refused.</param>
/// <param name="Text">What it says; of a refusal, who refused and what the user said.</param>
/// <param name="About">The position of the agent's step that it is about.</param>
public sealed record Correction(int Position, string Text, int About)
{
    internal static ImmutableArray<Correction> Find(Session session, IReadOnlyList<ToolUse> uses) =>
        [
            .. UserMessages
                .After(session)
                .Where(one => UserMessages.IsCorrection(one.Message.Content, one.IsAnswerToQuestion))
                .Select(one => new Correction(one.Message.Position, one.Message.Content, one.Before))
                .Concat(
                    uses.Where(use => use is { Call: not null, Outcome.IsRefusal: true })
                        .Select(use => new Correction(use.LastPosition, TextOf(use), use.Position))
                )
                .OrderBy(one => one.Position),
        ];

    /// <summary>Who refused, and what the user said of it. What the agent's program says in addition is the same for every refusal.</summary>
    private static string TextOf(ToolUse use) =>
        FailureLine.WordsOfUser(use) is { } words ? $"{use.Outcome.Reason}: {words}" : use.Outcome.Reason!;
}
