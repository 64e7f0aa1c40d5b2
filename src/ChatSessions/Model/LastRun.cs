namespace ChatSessions.Model;

/// <summary>
/// How a session's last run ended, from its events one after the other. The last recorded stop says it, unless events follow it. Without
/// any event of the agent, only the job metadata can say it.
/// </summary>
internal sealed class LastRun
{
    private readonly Dictionary<string, int> openCalls = [];
    private StopEvent? stop;
    private SessionEvent? last;
    private bool hasAgentEvents;

    /// <summary>Reads the next event.</summary>
    public void Add(SessionEvent next)
    {
        // Context of an imported session, such as a system prompt, neither begins nor continues a run.
        if (next is UnknownEvent { Type: "context" })
            return;
        last = next;
        hasAgentEvents |= next is not UserInputEvent;
        switch (next)
        {
            case StopEvent end:
                stop = end;
                break;
            case UserInputEvent:
                openCalls.Clear();
                break;
            case ToolCallEvent call:
                openCalls[call.CallId] = openCalls.GetValueOrDefault(call.CallId) + 1;
                break;
            case ToolResultEvent { CallId: var id } when openCalls.TryGetValue(id, out var open):
                if (open == 1)
                    openCalls.Remove(id);
                else
                    openCalls[id] = open - 1;
                break;
        }
    }

    /// <summary>
    /// The outcome. Some programs record no end: their sessions ended well if the last event is an answer, and no call of the last turn
    /// is open.
    /// </summary>
    /// <param name="summary">What is known without the events.</param>
    public RunOutcome OutcomeOf(SessionSummary summary) =>
        stop is not null && last == stop ? (stop.IsError ? RunOutcome.Error : RunOutcome.Ok)
        : stop is null && (!hasAgentEvents || summary.JobMetadata is not null) ? SessionSummary.OutcomeOf(summary.JobMetadata)
        : summary.Recording is not null && last is TextEvent or TextDeltaEvent && openCalls.Count == 0 && !IsCommentary(last)
            ? RunOutcome.Ok
        : RunOutcome.Unfinished;

    /// <summary>Whether an imported text says that the agent goes on after it, as Codex records it.</summary>
    private static bool IsCommentary(SessionEvent text) => text.Json.Property("phase").AsString() == "commentary";
}
