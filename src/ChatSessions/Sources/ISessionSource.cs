using System.Runtime.CompilerServices;
using ChatSessions.Model;

namespace ChatSessions.Sources;

/// <summary>Where sessions come from. Every failure is a <see cref="ChatSessionException"/> whose message can be shown to the caller.</summary>
public interface ISessionSource
{
    /// <summary>The name in answers and errors, such as "LlamaCloud (api.cloud.llamaindex.ai)".</summary>
    string Name { get; }

    /// <summary>Whether it answers without a request over a network.</summary>
    bool IsLocal => true;

    /// <summary>Whether the caller may ask this source. It is not even named to others.</summary>
    bool IsFor(Caller caller) => true;

    /// <summary>Finds a whole session; null if this source does not have it.</summary>
    /// <param name="kept">The session as read earlier, to return if it has not changed; null if it is not in memory.</param>
    Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the summaries of matching sessions, each once, in the order of <see cref="SessionPlace"/>, in pages of any
    /// size.
    /// </summary>
    /// <param name="after">Start after this place; null for the beginning.</param>
    /// <param name="failed">Called with the reason if sessions may be missing from the list.</param>
    IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        CancellationToken cancellationToken
    );

    /// <summary>Finds which of these ids are in the list, without a request for each.</summary>
    Task<IReadOnlySet<string>> FindListedAsync(IReadOnlyCollection<string> sessionIds, Caller caller, CancellationToken cancellationToken);

    /// <summary>
    /// Reads listed sessions, in an order that suits the source. One that was changed since, or cannot be read, is left out.
    /// </summary>
    /// <param name="listed">Their summaries. Those that this source did not list are left out.</param>
    async IAsyncEnumerable<Session> ReadAsync(
        IReadOnlyCollection<SessionSummary> listed,
        Caller caller,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var summary in listed)
            if (await this.FindReadableAsync(summary.SessionId, caller, cancellationToken) is { } session)
                yield return session;
    }

    /// <summary>
    /// Finds what a list says of a session from its events, if the list itself does not; null if that would take a request, or long.
    /// </summary>
    /// <param name="listed">The session's summary. Of one that this source did not list, nothing is found.</param>
    Task<SessionFacts?> FindFactsAsync(SessionSummary listed, CancellationToken cancellationToken) => Task.FromResult<SessionFacts?>(null);

    /// <summary>How often to poll the source for changes.</summary>
    TimeSpan PollInterval { get; }

    /// <summary>
    /// Calls when something may have changed, so that the next poll need not wait for its time. Null if the source can only be polled.
    /// </summary>
    /// <param name="changed">Called on any thread. It must not block.</param>
    /// <returns>Ends the calls when it is disposed.</returns>
    IDisposable? OnChange(Action changed) => null;

    /// <summary>
    /// Finds a token that changes when the session changes; null if this source does not have it. Called on every poll, so it must be
    /// cheap.
    /// </summary>
    /// <param name="isPoll">Whether no caller is waiting. If so, the request may be delayed, and a failure is ignored.</param>
    Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken);

    /// <summary>Finds the first sessions of the list. Also called on every poll.</summary>
    /// <param name="isPoll">Whether no caller is waiting. If so, the request may be delayed, and a failure is ignored.</param>
    Task<IReadOnlyList<SessionSummary>> FindNewestAsync(int count, bool isPoll, Caller caller, CancellationToken cancellationToken);
}

/// <summary>A source that serves what it can read even if some parts are unreadable.</summary>
public interface IPartlyReadable
{
    /// <summary>What could not be read at the last attempt, one sentence each; sessions may be missing because of it.</summary>
    IReadOnlyList<string> Problems { get; }
}

/// <summary>Where screenshots come from.</summary>
public interface IAttachmentSource
{
    /// <summary>Fetches a screenshot that a tool result refers to; null if it does not exist.</summary>
    Task<Attachment?> FindAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken);
}

/// <summary>A screenshot.</summary>
/// <param name="MediaType">Such as <c>image/png</c>; <c>application/octet-stream</c> if the store does not say.</param>
public sealed record Attachment(string MediaType, ReadOnlyMemory<byte> Content);

/// <summary>Shorter overloads for sources.</summary>
public static class SessionSourceExtensions
{
    /// <summary>Finds a whole session that is not in memory.</summary>
    public static Task<Session?> FindAsync(
        this ISessionSource source,
        string sessionId,
        Caller caller,
        CancellationToken cancellationToken
    ) => source.FindAsync(sessionId, kept: null, caller, cancellationToken);

    /// <summary>Finds a whole session; null also if it cannot be read.</summary>
    internal static async Task<Session?> FindReadableAsync(
        this ISessionSource source,
        string sessionId,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await source.FindAsync(sessionId, caller, cancellationToken);
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }

    /// <summary>Lists sessions; throws if some may be missing.</summary>
    public static IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        this ISessionSource source,
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        CancellationToken cancellationToken
    ) => source.ListAsync(caller, filter, after, failed: exception => throw exception, cancellationToken);
}
