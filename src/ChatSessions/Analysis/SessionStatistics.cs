using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>How much happened in a session.</summary>
/// <param name="Events">Recorded events.</param>
/// <param name="Turns">Parts of the conversation, see <see cref="Turn"/>.</param>
/// <param name="ToolCalls">Tool calls.</param>
/// <param name="Failed">Tool calls whose result says that they failed.</param>
/// <param name="Unanswered">Tool calls without a result.</param>
/// <param name="ResultsWithoutCall">Results without a call.</param>
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
    public static SessionStatistics Count(Session session)
    {
        var (calls, failed, unanswered, withoutCall, unknown) = (0, 0, 0, 0, 0);
        foreach (var step in session.Steps)
        {
            if (step is Unrecognized { Event.IsContext: false })
                unknown++;
            else if (step is ToolUse { Call: null })
                withoutCall++;
            else if (step is ToolUse use)
            {
                calls++;
                failed += use.Outcome.IsFailure ? 1 : 0;
                unanswered += use.Outcome.Kind == ToolOutcomeKind.Unanswered ? 1 : 0;
            }
        }
        return new(session.Events.Length, session.Turns.Length, calls, failed, unanswered, withoutCall, unknown);
    }
}
