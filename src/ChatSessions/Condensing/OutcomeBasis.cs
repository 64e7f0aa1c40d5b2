using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Condensing;

/// <summary>What the outcome of a session rests on, and what it does not say: a stop only says that the run ended.</summary>
internal static class OutcomeBasis
{
    public static string Of(Session session)
    {
        var basis = new List<string> { EndOf(session) };
        var last = session.Steps.LastOrDefault(step => step is UserMessage or ToolUse or Passage { Kind: PassageKind.Text });
        if (last is UserMessage message && session.Outcome != RunOutcome.NeverRun)
            basis.Add(
                $"the last user message, #{message.Position}, {(ClosingMessage.Is(message.Event.Content) ? "ends the conversation" : "is unanswered")}"
            );
        if (last is ToolUse { Call: { } call, Outcome: { Kind: not ToolOutcomeKind.Ok } outcome })
            basis.Add($"the last call, #{call.Position}, {(outcome.IsFailure ? "failed" : "is unanswered")}");
        return string.Join("; ", basis);
    }

    private static string EndOf(Session session)
    {
        var isInMetadata = session.Summary.JobMetadata is not null;
        var last = session.Steps.LastOrDefault(step => step is Passage or RunEnd);
        if (
            session is { Outcome: RunOutcome.Ok, Summary.Recording: not null }
            && last is Passage answer
            && (session.LastStop is not null || !isInMetadata)
        )
            return $"ends with the answer #{answer.Position}, no stop event after it";
        if (session.LastStop is { } stop)
            return session.Outcome == RunOutcome.Unfinished ? $"events follow stop #{stop.Position}" : $"stop #{stop.Position}";
        if (session.Outcome == RunOutcome.Unfinished)
            return $"no stop event up to #{session.Events.Length - 1}";
        var events = session.Events.IsEmpty ? "no events" : "no stop event";
        return isInMetadata ? $"job metadata, {events}"
            : session.Events.IsEmpty ? events
            : "only user messages";
    }
}
