namespace ChatSessions.Analysis;

/// <summary>How much happened in a session.</summary>
/// <param name="Events">Recorded events.</param>
/// <param name="Turns">Parts of the conversation: see <see cref="Turn"/>.</param>
/// <param name="ToolCalls">Calls of tools.</param>
/// <param name="Failed">Of the calls, those whose result says that they failed.</param>
/// <param name="Unanswered">Of the calls, those without a result.</param>
/// <param name="ResultsWithoutCall">Results that answer no call.</param>
/// <param name="UnknownEvents">Events of a type that this version does not know.</param>
public sealed record SessionStatistics(
    int Events,
    int Turns,
    int ToolCalls,
    int Failed,
    int Unanswered,
    int ResultsWithoutCall,
    int UnknownEvents
)
{
    /// <summary>Counts a session.</summary>
    public static SessionStatistics Of(Session session) =>
        new(
            session.Events.Length,
            session.Turns.Length,
            session.ToolUses.Count(use => use.Call is not null),
            session.ToolUses.Count(use => use.Call is not null && use.Outcome.Kind == ToolOutcomeKind.Failed),
            session.ToolUses.Count(use => use.Outcome.Kind == ToolOutcomeKind.Unanswered),
            session.ToolUses.Count(use => use.Call is null),
            session.Events.Count(@event => @event is UnknownEvent)
        );
}
