using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>A place that sessions come from. Every failure is a <see cref="ChatSessionException"/> whose message the caller can be shown.</summary>
public interface ISessionSource
{
    /// <summary>What to call the source in an answer or an error, such as "LlamaCloud (api.cloud.llamaindex.ai)".</summary>
    string Name { get; }

    /// <summary>Finds a session's summary without its events; null when this source has no such session.</summary>
    Task<SessionSummary?> FindSummaryAsync(string sessionId, Caller caller, CancellationToken cancellationToken);

    /// <summary>Finds a whole session; null when this source has no such session.</summary>
    Task<Session?> FindAsync(string sessionId, Caller caller, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the summaries of the sessions that a filter lets through, each once, in the order of <see cref="SessionPlace"/>, in pages of any
    /// size.
    /// </summary>
    /// <param name="after">The place after which to begin; null for the beginning.</param>
    IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        CancellationToken cancellationToken
    );

    /// <summary>Tells which of these ids its list has, without asking for a session each.</summary>
    Task<IReadOnlySet<string>> FindListedAsync(IReadOnlyCollection<string> sessionIds, Caller caller, CancellationToken cancellationToken);

    /// <summary>Fetches a screenshot that a tool result refers to; null when this source has none such.</summary>
    Task<Attachment?> FindAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a session that was read earlier is still what the source holds: one small question. Where nothing tells when a session was
    /// updated, it is not.
    /// </summary>
    async Task<bool> IsCurrentAsync(Session session, Caller caller, CancellationToken cancellationToken) =>
        await FindSummaryAsync(session.Summary.SessionId, caller, cancellationToken) is { LastUpdatedAt: { Length: > 0 } updated }
        && updated == session.Summary.LastUpdatedAt;

    /// <summary>How often the source may be asked whether something has changed, only because somebody follows it.</summary>
    TimeSpan PollInterval => TimeSpan.FromSeconds(2);

    /// <summary>
    /// Finds what differs whenever the session does; null when this source has no such session. To be asked cheaply, and again and again.
    /// </summary>
    async Task<string?> FindVersionAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        await FindSummaryAsync(sessionId, caller, cancellationToken) is { } summary ? SessionVersion.Of(summary) : null;

    /// <summary>Finds the first sessions of the list, likewise to be asked again and again.</summary>
    /// <param name="count">How many at most.</param>
    async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(int count, Caller caller, CancellationToken cancellationToken)
    {
        var newest = new List<SessionSummary>();
        await foreach (var page in ListAsync(caller, SessionFilter.All, after: null, cancellationToken))
        {
            newest.AddRange(page.Take(count - newest.Count));
            if (newest.Count == count)
                break;
        }
        return newest;
    }

    /// <summary>What of the source could not be read when it was last asked, a sentence each; sessions may be missing for that reason.</summary>
    IReadOnlyList<string> Problems => [];
}

/// <summary>A screenshot.</summary>
/// <param name="MediaType">Such as <c>image/png</c>; <c>application/octet-stream</c> when the store names none.</param>
/// <param name="Content">The bytes.</param>
public sealed record Attachment(string MediaType, ReadOnlyMemory<byte> Content);
