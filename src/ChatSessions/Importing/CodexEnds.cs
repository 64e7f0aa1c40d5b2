using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// The runs of a Codex rollout, their ends and what they used. Versions up to 0.98 do not record an end. There, a run is over with an answer
/// that calls nothing, once every call has its result, or when the user goes on.
/// </summary>
internal sealed class CodexEnds(SessionDraft draft)
{
    private readonly List<Run> ended = [];
    private readonly HashSet<string> openCalls = [];
    private Run run = new();
    private (long Input, long Output)? total;

    /// <summary>Writes the ends of all runs where they happened.</summary>
    /// <param name="moves">Where the ends belong.</param>
    public void Write(IEnumerable<CodexMark> marks, List<(DraftEvent? After, DraftEvent Moved)> moves)
    {
        foreach (var mark in marks)
            Add(mark);
        if (run.IsAnswered(openCalls))
            End(run.Last, isError: false);
        draft.UnfinishedUsage = run is { IsOpen: true, Usage: { TotalInputTokens: not null } used } ? used : null;
        foreach (var one in ended)
        {
            draft.At(one.At ?? one.Place?.Moment);
            moves.Add((one.Place, draft.AddStop(one.IsError, one.Error, one.Usage)));
        }
    }

    private void Add(CodexMark mark)
    {
        if (
            mark.Event is { IsDropped: true } or { Type: "context" }
            && mark.Kind is CodexMarkKind.Input or CodexMarkKind.Answer or CodexMarkKind.Work
        )
            return;
        switch (mark.Kind)
        {
            case CodexMarkKind.Input:
                // A run that the program says is going on takes the words up; any other is over.
                if (run is { HasWorked: true, IsStarted: false })
                    End(run.Last, run.IsAnswered(openCalls) ? false : null);
                run.IsOpen = true;
                break;
            case CodexMarkKind.Start:
                if (run.HasWorked)
                    End(run.Last, run.IsAnswered(openCalls) ? false : null);
                run.IsStarted = true;
                break;
            case CodexMarkKind.End when run.IsOpen:
                (run.Error, run.DurationMs, run.At) = (mark.End!.Error, mark.End.DurationMs, mark.End.At);
                End(mark.Event, mark.End.IsError);
                break;
            case CodexMarkKind.End:
                run.IsStarted = false;
                draft.LeaveOut($"event_msg/{mark.Id}"); // After an error, the end is recorded too.
                break;
            case CodexMarkKind.Total or CodexMarkKind.Baseline:
                AddTokens(mark);
                break;
            case CodexMarkKind.Request:
                Current.AddRequest(mark.Id, mark.Last);
                break;
            default:
                if (mark.Kind == CodexMarkKind.Call)
                    openCalls.Add(mark.Id!);
                else if (mark.Kind == CodexMarkKind.Result)
                    openCalls.Remove(mark.Id!);
                run.IsOpen = run.HasWorked = true;
                run.EndsWithAnswer = mark.Kind == CodexMarkKind.Answer;
                run.Last = mark.Event ?? run.Last;
                break;
        }
    }

    /// <summary>The run that what is counted now belongs to: the last one, if no other has begun.</summary>
    private Run Current => run.IsOpen || run.IsStarted || ended.Count == 0 ? run : ended[^1];

    /// <summary>The counts are totals of the session so far, so each adds what it grew by. They begin again if the session is resumed.</summary>
    private void AddTokens(CodexMark mark)
    {
        var (before, now) = (total ?? (0, 0), mark.Total);
        total = now ?? total;
        if (mark.Kind == CodexMarkKind.Baseline)
            return;
        var grown = now is { } sum && sum.Input >= before.Input && sum.Output >= before.Output;
        if (grown)
            Current.AddGrowth((now!.Value.Input - before.Input, now.Value.Output - before.Output));
        else
            Current.AddGrowth(mark.Last);
    }

    private void End(DraftEvent? place, bool? isError)
    {
        (run.Place, run.IsError) = (place, isError);
        ended.Add(run);
        run = new Run();
        openCalls.Clear();
    }

    private sealed class Run
    {
        private readonly HashSet<string> requestIds = [];
        private (long Input, long Output)? requests;
        private (long Input, long Output)? growth;
        private int requestCount;
        private bool isUnknown;

        public bool IsOpen { get; set; }

        public bool IsStarted { get; set; }

        public bool HasWorked { get; set; }

        public bool EndsWithAnswer { get; set; }

        public DraftEvent? Last { get; set; }

        public DraftEvent? Place { get; set; }

        public DateTimeOffset? At { get; set; }

        public bool? IsError { get; set; }

        public RawJson Error { get; set; }

        public double? DurationMs { get; set; }

        public Usage Usage =>
            requests is { } sum ? new(DurationMs, sum.Input, sum.Output, requestCount)
            : growth is { } grown && !isUnknown ? new(DurationMs, grown.Input, grown.Output, Turns: null)
            : new(DurationMs, null, null, Turns: null);

        public bool IsAnswered(HashSet<string> openCalls) => EndsWithAnswer && openCalls.Count == 0;

        public void AddGrowth((long Input, long Output)? more)
        {
            isUnknown |= more is null;
            growth = ((growth?.Input ?? 0) + (more?.Input ?? 0), (growth?.Output ?? 0) + (more?.Output ?? 0));
        }

        public void AddRequest(string? id, (long Input, long Output)? usage)
        {
            if (usage is not { } used || (id is not null && !requestIds.Add(id)))
                return;
            requestCount++;
            requests = ((requests?.Input ?? 0) + used.Input, (requests?.Output ?? 0) + used.Output);
        }
    }
}
