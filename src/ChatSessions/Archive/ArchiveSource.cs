using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>The sessions that the local user has imported, regardless of the requested project.</summary>
public sealed class ArchiveSource(ISessionArchive archive) : ISessionSource
{
    /// <inheritdoc/>
    public string Name => "the archive";

    /// <inheritdoc/>
    public TimeSpan PollInterval => TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken) =>
        kept is not null && await archive.HasAsync(ArchiveOwners.Local, kept, cancellationToken)
            ? kept
            : (await archive.FindAsync(ArchiveOwners.Local, sessionId, cancellationToken))?.Session;

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        CancellationToken cancellationToken
    ) => archive.PagesAsync(ArchiveOwners.Local, filter, after, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    ) => archive.FindKnownAsync(ArchiveOwners.Local, sessionIds, cancellationToken);

    /// <summary>A checksum of the session's JSON.</summary>
    public Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken) =>
        archive.FindChecksumAsync(ArchiveOwners.Local, sessionId, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Those of subagents only if there are no others, since lists leave them out.</remarks>
    public async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        int count,
        bool isPoll,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        await archive.ListAsync(ArchiveOwners.Local, SessionFilter.Usual, after: null, count, cancellationToken) is { Count: > 0 } usual
            ? usual
            : await archive.ListAsync(ArchiveOwners.Local, SessionFilter.All, after: null, count, cancellationToken);
}
