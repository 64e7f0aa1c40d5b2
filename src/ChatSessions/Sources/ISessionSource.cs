using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>A place that sessions come from. Every failure is a <see cref="ChatSessionException"/> whose message can be shown to the caller.</summary>
public interface ISessionSource
{
    /// <summary>What to call the source in an answer or an error, such as "LlamaCloud (api.cloud.llamaindex.ai)".</summary>
    string Name { get; }

    /// <summary>Finds a whole session; null when this source has no such session.</summary>
    /// <param name="kept">The session as it was read earlier, to be returned where it has not changed since; null where it is not in memory.</param>
    Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the summaries of the sessions that match a filter, each once, in the order of <see cref="SessionPlace"/>, in pages of any
    /// size.
    /// </summary>
    /// <param name="after">The place after which to begin; null for the beginning.</param>
    /// <param name="failed">Called with why sessions may be missing from the list.</param>
    IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        CancellationToken cancellationToken
    );

    /// <summary>Finds which of these ids are in its list, without a request for each.</summary>
    Task<IReadOnlySet<string>> FindListedAsync(IReadOnlyCollection<string> sessionIds, Caller caller, CancellationToken cancellationToken);

    /// <summary>How often to poll the source for changes.</summary>
    TimeSpan PollInterval { get; }

    /// <summary>
    /// Finds a token that changes when the session changes; null when this source has no such session. Called on every poll, so it must be
    /// cheap.
    /// </summary>
    /// <param name="isPoll">Whether nobody waits for the answer: then it may wait for its turn, and a failure is no answer.</param>
    Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken);

    /// <summary>Finds the first sessions of the list. Called on every poll, too.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="isPoll">Whether nobody waits for the answer: then it may wait for its turn, and a failure is no answer.</param>
    Task<IReadOnlyList<SessionSummary>> FindNewestAsync(int count, bool isPoll, Caller caller, CancellationToken cancellationToken);
}

/// <summary>A source of many parts: some may be unreadable while the rest is served.</summary>
public interface IPartlyReadable
{
    /// <summary>What could not be read the last time, a sentence each; sessions may be missing for that reason.</summary>
    IReadOnlyList<string> Problems { get; }
}

/// <summary>A place that screenshots come from.</summary>
public interface IAttachmentSource
{
    /// <summary>Fetches a screenshot that a tool result refers to; null when there is none.</summary>
    Task<Attachment?> FindAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken);
}

/// <summary>A screenshot.</summary>
/// <param name="MediaType">Such as <c>image/png</c>; <c>application/octet-stream</c> when the store names none.</param>
/// <param name="Content">The bytes.</param>
public sealed record Attachment(string MediaType, ReadOnlyMemory<byte> Content);

/// <summary>Shorter forms of what a source is asked.</summary>
public static class SessionSourceExtensions
{
    /// <summary>Finds a whole session, none of which is in memory.</summary>
    public static Task<Session?> FindAsync(
        this ISessionSource source,
        string sessionId,
        Caller caller,
        CancellationToken cancellationToken
    ) => source.FindAsync(sessionId, kept: null, caller, cancellationToken);

    /// <summary>Lists sessions, and fails where some may be missing.</summary>
    public static IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        this ISessionSource source,
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        CancellationToken cancellationToken
    ) => source.ListAsync(caller, filter, after, failed: exception => throw exception, cancellationToken);
}
