using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>
/// The sessions that were imported for a caller, or for a group whose sessions the caller may read, regardless of the requested project. Of
/// several owners with the same session, the first counts, and the caller comes first.
/// </summary>
public sealed class ArchiveSource : ISessionSource
{
    /// <summary>So many sessions of several owners are joined before they are returned.</summary>
    private const int JoinedPage = 50;

    private readonly ISessionArchive archive;

    /// <summary>The only owner whose sessions are served; null for those of the caller.</summary>
    private readonly string? only;

    public ArchiveSource(ISessionArchive archive)
        : this(archive, only: null) { }

    private ArchiveSource(ISessionArchive archive, string? only) => (this.archive, this.only) = (archive, only);

    /// <inheritdoc/>
    public string Name => "the archive";

    /// <inheritdoc/>
    public TimeSpan PollInterval => TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IDisposable? OnChange(Action changed) => archive.OnSaved(changed);

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken)
    {
        foreach (var owner in OwnersFor(caller))
            if (kept is not null && await archive.HasAsync(owner, kept, cancellationToken))
                return kept;
            else if (await archive.FindAsync(owner, sessionId, cancellationToken) is { } found)
                return found.Session;
        return null;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        CancellationToken cancellationToken
    ) =>
        OwnersFor(caller) is [var only]
            ? archive.PagesAsync(only, filter, after, cancellationToken)
            : JoinedAsync(caller, filter, after, failed, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var known = new HashSet<string>();
        foreach (var owner in OwnersFor(caller))
            known.UnionWith(await archive.FindKnownAsync(owner, sessionIds, cancellationToken));
        return known;
    }

    /// <summary>A checksum of the session's JSON.</summary>
    public async Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken)
    {
        foreach (var owner in OwnersFor(caller))
            if (await archive.FindChecksumAsync(owner, sessionId, cancellationToken) is { } checksum)
                return checksum;
        return null;
    }

    /// <inheritdoc/>
    /// <remarks>Those of subagents only if there are no others, since lists leave them out.</remarks>
    public async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        int count,
        bool isPoll,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        await FindNewestAsync(count, SessionFilter.Usual, caller, cancellationToken) is { Count: > 0 } usual
            ? usual
            : await FindNewestAsync(count, SessionFilter.All, caller, cancellationToken);

    private async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        int count,
        SessionFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var owners = OwnersFor(caller);
        var found = new List<SessionSummary>();
        foreach (var owner in owners)
            found.AddRange(await archive.ListAsync(owner, filter, after: null, count, cancellationToken));
        return owners.Count == 1
            ? found
            : [.. found.DistinctBy(summary => summary.SessionId).OrderBy(SessionPlace.From, SessionPlace.NewestFirst).Take(count)];
    }

    private async IAsyncEnumerable<IReadOnlyList<SessionSummary>> JoinedAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ISessionSource[] parts = [.. OwnersFor(caller).Select(owner => new ArchiveSource(archive, owner))];
        var page = new List<SessionSummary>();
        await foreach (var summary in new JoinedList(parts, caller, filter, after).ReadAsync(failed, cancellationToken))
        {
            page.Add(summary);
            if (page.Count < JoinedPage)
                continue;
            yield return page;
            page = [];
        }
        yield return page;
    }

    private IReadOnlyList<string> OwnersFor(Caller caller) => only is null ? ArchiveOwners.OfImports(caller) : [only];
}
