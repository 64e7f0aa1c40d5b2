using System.Runtime.CompilerServices;
using ChatSessions.Sources.LlamaCloud;

namespace ChatSessions.Sources.Sqlite;

/// <summary>One owner's archived sessions as a source.</summary>
public sealed class ArchiveSource : ISessionSource
{
    private const int PageSize = 200;

    private readonly SqliteArchive archive;
    private readonly Func<SessionScope, string> owner;
    private readonly bool areCopies;

    private ArchiveSource(SqliteArchive archive, Func<SessionScope, string> owner, bool areCopies) =>
        (this.archive, this.owner, this.areCopies) = (archive, owner, areCopies);

    /// <summary>What the local user has imported; whatever project is asked for.</summary>
    public static ArchiveSource OfUser(SqliteArchive archive) => new(archive, _ => ArchiveOwners.Local, areCopies: false);

    /// <summary>What was read from LlamaCloud with the configured key, in the project that is asked for: copies, which say how old they are.</summary>
    public static ArchiveSource OfLlamaCloud(SqliteArchive archive, LlamaCloudOptions options) =>
        new(archive, scope => ArchiveOwners.LlamaCloud(options, scope), areCopies: true);

    /// <inheritdoc/>
    public string Name => "the archive";

    /// <inheritdoc/>
    public Task<SessionSummary?> FindSummaryAsync(string sessionId, SessionScope scope, CancellationToken cancellationToken) =>
        archive.FindSummaryAsync(owner(scope), sessionId, cancellationToken);

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, SessionScope scope, CancellationToken cancellationToken)
    {
        if (await archive.FindAsync(owner(scope), sessionId, cancellationToken) is not { } found)
            return null;
        var session = found.Session;
        return areCopies ? new Session(session.Summary, session.Events, session.Json) { CopiedAt = found.FetchedAt } : session;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        SessionScope scope,
        SessionPlace? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (IReadOnlyList<SessionSummary>? page = null; page is not { Count: < PageSize }; after = SessionPlace.Of(page[^1]))
        {
            page = await archive.ListAsync(owner(scope), after, PageSize, cancellationToken);
            yield return page;
            if (page.Count == 0)
                break;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        SessionScope scope,
        CancellationToken cancellationToken
    ) => archive.FindKnownAsync(owner(scope), sessionIds, cancellationToken);

    /// <summary>Differs with every byte of a session; of a copy it is what its source says, so that it is the same from either.</summary>
    public async Task<string?> FindVersionAsync(string sessionId, SessionScope scope, CancellationToken cancellationToken) =>
        !areCopies ? await archive.FindChecksumAsync(owner(scope), sessionId, cancellationToken)
        : await FindSummaryAsync(sessionId, scope, cancellationToken) is { } summary ? SessionVersion.Of(summary)
        : null;

    /// <summary>Finds nothing: an archive keeps no screenshots.</summary>
    public Task<Attachment?> FindAttachmentAsync(ImageAttachment image, SessionScope scope, CancellationToken cancellationToken) =>
        Task.FromResult<Attachment?>(null);

    /// <summary>Whether the archive has these very bytes. A copy is not kept for the next question: its source is asked first then.</summary>
    public async Task<bool> IsCurrentAsync(Session session, SessionScope scope, CancellationToken cancellationToken) =>
        !areCopies && await archive.HasAsync(owner(scope), session, cancellationToken);
}
