using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;

namespace ChatSessions.Archive;

/// <summary>One owner's archived sessions as a source.</summary>
public sealed class ArchiveSource : ISessionSource
{
    private const int PageSize = 200;

    private readonly ISessionArchive archive;
    private readonly Func<Caller, string> owner;
    private readonly bool areCopies;

    private ArchiveSource(ISessionArchive archive, Func<Caller, string> owner, bool areCopies) =>
        (this.archive, this.owner, this.areCopies) = (archive, owner, areCopies);

    /// <summary>What the local user has imported; whatever project is asked for.</summary>
    public static ArchiveSource OfUser(ISessionArchive archive) => new(archive, _ => ArchiveOwners.Local, areCopies: false);

    /// <summary>What was read from LlamaCloud with the configured key, in the project that is asked for: copies, which say how old they are.</summary>
    public static ArchiveSource OfLlamaCloud(ISessionArchive archive, LlamaCloudOptions options) =>
        new(archive, caller => ArchiveOwners.LlamaCloud(options, caller), areCopies: true);

    /// <inheritdoc/>
    public string Name => "the archive";

    /// <inheritdoc/>
    public Task<SessionSummary?> FindSummaryAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        archive.FindSummaryAsync(owner(caller), sessionId, cancellationToken);

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        if (await archive.FindAsync(owner(caller), sessionId, cancellationToken) is not { } found)
            return null;
        var session = found.Session;
        return areCopies ? new Session(session.Summary, session.Events, session.Json) { CopiedAt = found.FetchedAt } : session;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (IReadOnlyList<SessionSummary>? page = null; page is not { Count: < PageSize }; after = SessionPlace.Of(page[^1]))
        {
            page = await archive.ListAsync(owner(caller), filter, after, PageSize, cancellationToken);
            yield return page;
            if (page.Count == 0)
                break;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    ) => archive.FindKnownAsync(owner(caller), sessionIds, cancellationToken);

    /// <summary>Differs with every byte of a session; of a copy it is what its source says, so that it is the same from either.</summary>
    public async Task<string?> FindVersionAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        !areCopies ? await archive.FindChecksumAsync(owner(caller), sessionId, cancellationToken)
        : await FindSummaryAsync(sessionId, caller, cancellationToken) is { } summary ? SessionVersion.Of(summary)
        : null;

    /// <summary>Finds nothing: an archive keeps no screenshots.</summary>
    public Task<Attachment?> FindAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken) =>
        Task.FromResult<Attachment?>(null);

    /// <summary>Whether the archive has these very bytes. A copy is not kept for the next question: its source is asked first then.</summary>
    public async Task<bool> IsCurrentAsync(Session session, Caller caller, CancellationToken cancellationToken) =>
        !areCopies && await archive.HasAsync(owner(caller), session, cancellationToken);
}
