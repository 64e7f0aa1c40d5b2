using System.Runtime.CompilerServices;

namespace ChatSessions.Sources.Sqlite;

/// <summary>One owner's archived sessions as a source, whatever project is asked for.</summary>
public sealed class ArchiveSource(SqliteArchive archive, string owner) : ISessionSource
{
    private const int PageSize = 1_000;

    /// <inheritdoc/>
    public string Name => "the archive";

    /// <inheritdoc/>
    public Task<SessionSummary?> FindSummaryAsync(string sessionId, SessionScope scope, CancellationToken cancellationToken) =>
        archive.FindSummaryAsync(owner, sessionId, cancellationToken);

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, SessionScope scope, CancellationToken cancellationToken) =>
        (await archive.FindAsync(owner, sessionId, cancellationToken))?.Session;

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        SessionScope scope,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? cursor = null;
        do
        {
            var page = await archive.ListAsync(owner, SessionFilter.All, PageSize, cursor, cancellationToken);
            yield return page.Sessions;
            cursor = page.NextCursor;
        } while (cursor is not null);
    }

    /// <summary>Finds nothing: an archive keeps no screenshots.</summary>
    public Task<Attachment?> FindAttachmentAsync(ImageAttachment image, SessionScope scope, CancellationToken cancellationToken) =>
        Task.FromResult<Attachment?>(null);
}
