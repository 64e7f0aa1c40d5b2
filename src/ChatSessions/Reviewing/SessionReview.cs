using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Reviewing;

/// <summary>
/// What went wrong in a session, and how it ended. Each statement has the positions that it rests on. Nothing is guessed: what the session
/// does not record is absent. In each list, what matters most comes first.
/// </summary>
/// <param name="Shown">The session that it is about. All texts are as they may be shown, except for hidden characters.</param>
/// <param name="Unanswered">The calls without a result, in order.</param>
/// <param name="Runs">The runs whose end was recorded, the last first.</param>
public sealed record SessionReview(
    ShownSession Shown,
    Ending Ending,
    SessionStatistics Counts,
    ImmutableArray<FailureCause> Failures,
    ImmutableArray<CallLoop> Loops,
    ImmutableArray<ToolUse> Unanswered,
    ImmutableArray<Correction> Corrections,
    ImmutableArray<RepeatedQuestion> RepeatedQuestions,
    ImmutableArray<UnusedResult> UnusedResults,
    ImmutableArray<RunCommand> Commands,
    ImmutableArray<TouchedFile> Files,
    ImmutableArray<RunUsage> Runs,
    ImmutableArray<ToolUsage> Tools
)
{
    /// <summary>Reviews a session. The time is proportional to its length.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SessionReview Of(ShownSession shown, CancellationToken cancellationToken)
    {
        var session = shown.Session;
        var uses = session.ToolUses.ToList();
        var numbers = new CallKeys();
        var keys = uses.ConvertAll(numbers.OfRecorded).ToArray();
        cancellationToken.ThrowIfCancellationRequested();
        var changes = new FileChanges(session);
        return new(
            shown,
            Ending.Of(session),
            SessionStatistics.Count(session),
            FailureCause.Find(session, uses, keys, cancellationToken),
            CallLoop.Find(session, uses, keys, cancellationToken),
            [.. uses.Where(use => use.Outcome.Kind == ToolOutcomeKind.Unanswered)],
            Correction.Find(session, uses),
            RepeatedQuestion.Find(session),
            UnusedResult.Find(session, uses, changes, cancellationToken),
            RunCommand.Find(uses),
            TouchedFile.Find(changes),
            RunUsage.Find(session),
            ToolUsage.Find(uses)
        );
    }
}
