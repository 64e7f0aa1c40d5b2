using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Reviewing;

/// <summary>One of two sessions that are compared.</summary>
/// <param name="Shown">All texts are as they may be shown, except for hidden characters.</param>
/// <param name="Answer">The agent's last text, or null.</param>
public sealed record ComparedSession(
    ShownSession Shown,
    Ending Ending,
    SessionStatistics Counts,
    Usage? Usage,
    Passage? Answer,
    ImmutableArray<TouchedFile> Files,
    ImmutableArray<ToolUsage> Tools
)
{
    internal static ComparedSession Of(ShownSession shown, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var session = shown.Session;
        return new(
            shown,
            Ending.Of(session),
            SessionStatistics.Count(session),
            session.LastStop?.Usage ?? session.Summary.JobMetadata?.Usage,
            session.Steps.LastOrDefault(step => step is Passage { Kind: PassageKind.Text }) as Passage,
            TouchedFile.Find(new FileChanges(session)),
            ToolUsage.Find([.. session.ToolUses])
        );
    }
}

/// <summary>Where the calls of two sessions part.</summary>
/// <param name="After">How many calls before it are the same in both.</param>
/// <param name="Kind">How they part.</param>
/// <param name="One">The next call of the first session; null if it made no more.</param>
/// <param name="Other">The next call of the second session; null if it made no more.</param>
public sealed record Divergence(int After, AlignmentKind Kind, ToolUse? One, ToolUse? Other);

/// <summary>
/// How two sessions differ: what they were asked, where their calls first differ, and what only one of them did. What the sessions do not
/// record is absent.
/// </summary>
/// <param name="Calls">The calls of both, aligned.</param>
/// <param name="FirstOtherMessage">The first messages of the users that differ after the first one, by their number; null if all are the same.</param>
public sealed record SessionComparison(
    ComparedSession One,
    ComparedSession Other,
    TaskLikeness Task,
    ImmutableArray<AlignedCall> Calls,
    (UserInputEvent? One, UserInputEvent? Other)? FirstOtherMessage
)
{
    /// <summary>The first place at which the calls or their results differ, or null.</summary>
    public Divergence? FirstDivergence
    {
        get
        {
            var same = Calls.TakeWhile(call => call.Kind == AlignmentKind.Same).Count();
            if (same == Calls.Length)
                return null;
            var (one, other) = (Calls.Skip(same).FirstOrDefault(call => call.One is not null)?.One, Calls[same].Other);
            other ??= Calls.Skip(same).FirstOrDefault(call => call.Other is not null)?.Other;
            return new(same, Calls[same].Kind, one, other);
        }
    }

    /// <summary>Compares two sessions. The time is proportional to their length.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SessionComparison Of(ShownSession one, ShownSession other, CancellationToken cancellationToken)
    {
        var (first, second) = (ComparedSession.Of(one, cancellationToken), ComparedSession.Of(other, cancellationToken));
        var calls = AlignedCall.Align(one.Session, other.Session, cancellationToken);
        return new(first, second, TaskLikeness.Of(one.Session, other.Session).With(calls), calls, OtherMessage(one.Session, other.Session));
    }

    private static (UserInputEvent? One, UserInputEvent? Other)? OtherMessage(Session one, Session other)
    {
        var messages = one.Events.OfType<UserInputEvent>().Skip(1).GetEnumerator();
        var others = other.Events.OfType<UserInputEvent>().Skip(1).GetEnumerator();
        while (true)
        {
            var (first, second) = (messages.MoveNext() ? messages.Current : null, others.MoveNext() ? others.Current : null);
            if (first is null && second is null)
                return null;
            if (first is null || second is null || VaryingText.OneLine(first.Content) != VaryingText.OneLine(second.Content))
                return (first, second);
        }
    }
}
