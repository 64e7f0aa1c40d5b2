using System.Collections.Immutable;

namespace ChatSessions.Model;

/// <summary>What is known about a session without its events.</summary>
/// <param name="SessionId">The session's id, such as <c>ses-abc123</c>.</param>
/// <param name="LastUpdatedAt">The recorded text, such as <c>2026-04-22T12:34:41.342245</c>, without a time zone. Empty if none was recorded.</param>
/// <param name="GeneratedTitle">
/// The recorded title, or null. If it is only the beginning of the first message, and that says nothing, it is the first line that says something.
/// </param>
/// <param name="IndexIds">The indexes that the session may search; empty if it uses none.</param>
/// <param name="JobMetadata">The last run; null if the agent never ran, or nothing was recorded about it.</param>
public sealed record SessionSummary(
    string SessionId,
    string LastUpdatedAt,
    string? GeneratedTitle,
    ImmutableArray<string> IndexIds,
    JobMetadata? JobMetadata
)
{
    /// <summary>The text as recorded.</summary>
    public string LastUpdatedAt
    {
        get;
        init
        {
            field = value;
            LastUpdated = IsoMoment.Find(value);
        }
    } = LastUpdatedAt;

    /// <summary>What the program that recorded the session says of it; null unless it was imported.</summary>
    public Recording? Recording { get; init; }

    /// <summary>
    /// The time of the last change; null if the text is not a date. Without a time zone it is read as UTC, since the API names none.
    /// </summary>
    public DateTimeOffset? LastUpdated { get; private init; } = IsoMoment.Find(LastUpdatedAt);

    /// <summary>How the last run ended according to the session's events; null if they have not been read.</summary>
    public RunOutcome? OutcomeOfEvents { get; init; }

    /// <summary>How much happened, and what came of it; null if the events have not been read for this.</summary>
    public SessionFacts? Facts { get; init; }

    /// <summary>How the last run ended: according to the events, or else to the job metadata.</summary>
    public RunOutcome Outcome => OutcomeOfEvents ?? OutcomeOf(JobMetadata);

    /// <summary>The program whose session it is, by its name or that of its import format; <c>llamacloud</c> if it was not imported.</summary>
    public string Agent => Recording?.Program ?? LlamaCloud;

    internal const string LlamaCloud = "llamacloud";

    internal static RunOutcome OutcomeOf(JobMetadata? job) =>
        job is null ? RunOutcome.NeverRun
        : job.IsError ? RunOutcome.Error
        : RunOutcome.Ok;
}

/// <summary>What LlamaCloud records about a session's last run (<c>job_metadata</c>).</summary>
/// <param name="IsError">Whether the run ended in an error: the record has the flag, or an error text.</param>
/// <param name="Error">The error's text, or null.</param>
/// <param name="Usage">What the run used.</param>
public sealed record JobMetadata(bool IsError, string? Error, Usage Usage);

/// <summary>How a session's last run ended.</summary>
public enum RunOutcome
{
    /// <summary>Without an error.</summary>
    Ok,

    /// <summary>With an error.</summary>
    Error,

    /// <summary>The agent never ran: there is no event of it, and no run in the job metadata.</summary>
    NeverRun,

    /// <summary>The events do not end with the end of a run, so it is still going on or was interrupted.</summary>
    Unfinished,
}
