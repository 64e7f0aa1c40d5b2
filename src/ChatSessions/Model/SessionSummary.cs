using System.Collections.Immutable;

namespace ChatSessions.Model;

/// <summary>What LlamaCloud says of a session without its events.</summary>
/// <param name="SessionId">The session's id, such as <c>ses-abc123</c>.</param>
/// <param name="LastUpdatedAt">The recorded text, such as <c>2026-04-22T12:34:41.342245</c>; it names no time zone. Empty when none was recorded.</param>
/// <param name="GeneratedTitle">A title made from the first question; null when there is none.</param>
/// <param name="IndexIds">The indexes that the session may search; empty when it is bound to none.</param>
/// <param name="JobMetadata">The last run; null when the agent never ran, or nothing was recorded of it.</param>
public sealed record SessionSummary(
    string SessionId,
    string LastUpdatedAt,
    string? GeneratedTitle,
    ImmutableArray<string> IndexIds,
    JobMetadata? JobMetadata
)
{
    /// <summary>The recorded text.</summary>
    public string LastUpdatedAt
    {
        get;
        init
        {
            field = value;
            LastUpdated = IsoMoment.Find(value);
        }
    } = LastUpdatedAt;

    /// <summary>The moment of the last change, taken as UTC where the text names no zone (the API says neither); null when it is no date.</summary>
    public DateTimeOffset? LastUpdated { get; private init; } = IsoMoment.Find(LastUpdatedAt);

    /// <summary>How the last run ended, as far as the summary says.</summary>
    public RunOutcome Outcome =>
        JobMetadata is null ? RunOutcome.NeverRun
        : JobMetadata.IsError ? RunOutcome.Error
        : RunOutcome.Ok;
}

/// <summary>What LlamaCloud records of a session's last run (<c>job_metadata</c>).</summary>
/// <param name="IsError">Whether it ended in an error: the record says so, or names one.</param>
/// <param name="Error">The error's text; null when there is none.</param>
/// <param name="Usage">What it took.</param>
public sealed record JobMetadata(bool IsError, string? Error, Usage Usage);

/// <summary>How a session's last run ended.</summary>
public enum RunOutcome
{
    /// <summary>It ended without an error.</summary>
    Ok,

    /// <summary>It ended in an error.</summary>
    Error,

    /// <summary>The agent never ran, or no run was recorded.</summary>
    NeverRun,

    /// <summary>Events follow the last recorded end: the run still goes on, or was interrupted.</summary>
    Unfinished,
}
