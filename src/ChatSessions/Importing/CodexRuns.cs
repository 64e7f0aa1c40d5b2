using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>What a Codex rollout says of the runs of the agent. <see cref="CodexEnds"/> makes their ends of it.</summary>
internal sealed class CodexRuns(SessionDraft draft)
{
    private readonly List<CodexMark> marks = [];

    /// <summary>Notes that the user's next words count from here; if they turn out to be context, they do not.</summary>
    public void AddInput(DraftEvent input) => marks.Add(new(CodexMarkKind.Input, input));

    /// <param name="isFinal">Whether the agent may stop after it. It goes on after a commentary.</param>
    public void AddAnswer(DraftEvent answer, bool isFinal) => marks.Add(new(isFinal ? CodexMarkKind.Answer : CodexMarkKind.Work, answer));

    public void AddWork(DraftEvent work) => marks.Add(new(CodexMarkKind.Work, work));

    public void AddCall(DraftEvent call, string id) => marks.Add(new(CodexMarkKind.Call, call) { Id = id });

    public void AddResult(DraftEvent? result, string id) => marks.Add(new(CodexMarkKind.Result, result) { Id = id });

    /// <summary>The program began a run.</summary>
    public void AddStart() => marks.Add(new(CodexMarkKind.Start, draft.Last));

    /// <summary>The program recorded the end of a run.</summary>
    /// <param name="kind">The record's type, under which it is counted if no run is open.</param>
    public void AddEnd(string kind, bool isError, RawJson error, double? durationMs) =>
        marks.Add(
            new(CodexMarkKind.End, draft.Last) { Id = kind, End = new(isError, new RawJson(error.Utf8.ToArray()), durationMs, draft.Now) }
        );

    /// <summary>The tokens of the whole session so far, and of its last request if known.</summary>
    /// <param name="isBaseline">Whether another session used them.</param>
    public void AddTotal((long Input, long Output)? total, (long Input, long Output)? last, bool isBaseline)
    {
        if (total is not null || last is not null)
            marks.Add(new(isBaseline ? CodexMarkKind.Baseline : CodexMarkKind.Total, null) { Total = total, Last = last });
    }

    /// <summary>The tokens of one request to the model.</summary>
    public void AddRequest(string? id, (long Input, long Output)? usage) =>
        marks.Add(new(CodexMarkKind.Request, null) { Id = id, Last = usage });

    /// <summary>Writes the ends of all runs where they happened.</summary>
    /// <param name="moves">Where the ends belong.</param>
    public void Settle(List<(DraftEvent? After, DraftEvent Moved)> moves) => new CodexEnds(draft).Write(marks, moves);
}

internal enum CodexMarkKind
{
    Input,
    Start,
    End,
    Answer,
    Work,
    Call,
    Result,
    Total,
    Baseline,
    Request,
}

/// <summary>Something in a rollout that shows where a run begins, goes on or ends, or what it used.</summary>
/// <param name="Event">The event it is, or after which it was recorded.</param>
internal sealed record CodexMark(CodexMarkKind Kind, DraftEvent? Event)
{
    /// <summary>The call's, request's or record's id or type.</summary>
    public string? Id { get; init; }

    /// <summary>How the run ended, if the program recorded it.</summary>
    public CodexRecordedEnd? End { get; init; }

    public (long Input, long Output)? Total { get; init; }

    public (long Input, long Output)? Last { get; init; }
}

/// <summary>The end of a run as the program recorded it.</summary>
internal sealed record CodexRecordedEnd(bool IsError, RawJson Error, double? DurationMs, DateTimeOffset? At);
