using ChatSessions.Model;
using ChatSessions.Search;

namespace ChatSessions.Archive;

/// <summary>
/// A temporary archive and what is known of it: which sessions it has, and which it had when a search began. Used by one caller at a time,
/// but for searches in the archive. After a failure it is not used again.
/// </summary>
/// <param name="open">Makes the archive, when something is first saved.</param>
internal sealed class TemporaryIndex(Func<ISessionArchive> open) : IDisposable
{
    /// <summary>The sessions in the archive, each with the summary with which it was saved.</summary>
    private readonly Dictionary<string, SessionSummary> saved = [];
    private readonly IndexLog log = new();
    private ISessionArchive? archive;
    private IndexState state;

    /// <summary>Why the archive cannot be used; null if it can.</summary>
    public ChatSessionException? Failure { get; private set; }

    /// <summary>Whether a session was saved with this summary, the same object.</summary>
    public bool Has(SessionSummary summary) => ReferenceEquals(saved.GetValueOrDefault(summary.SessionId), summary);

    /// <summary>Whether texts are in its archive.</summary>
    public bool IsOf(UnsavedTexts texts) => archive is not null && ReferenceEquals(archive, texts.Archive);

    /// <summary>The texts to search.</summary>
    /// <param name="begun">What the first page of the search searched; null if this is the first.</param>
    /// <exception cref="ChatSessionException">The first page searched other texts than this index ever had.</exception>
    public async Task<UnsavedTexts> ReadAsync(IndexState? begun, CancellationToken cancellationToken)
    {
        if (log.State != state.Number)
            await UseAsync(async archive =>
            {
                var next = await archive.ReadTextsAsync<long>(
                    new TextScope([ArchiveOwners.Local], SearchFilter.All, Before: null),
                    index => new(index.Next),
                    cancellationToken
                );
                state = new(log.State, next);
            });
        var searched = begun ?? state;
        var ids =
            log.IdsIn(searched.Number)
            ?? throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                "The cursor belongs to a search in session files that were read again since then, and were changed. Omit it to start over."
            );
        return new(searched.Number == 0 ? null : archive, searched, ids);
    }

    /// <summary>Saves sessions, all or none.</summary>
    public Task SaveAsync(IReadOnlyList<(SessionSummary Summary, Session Session)> sessions, CancellationToken cancellationToken) =>
        sessions.Count == 0
            ? Task.CompletedTask
            : UseAsync(async archive =>
            {
                var outcomes = await archive.SaveAllAsync(
                    ArchiveOwners.Local,
                    [.. sessions.Select(one => new ArchivedSession(one.Session, SessionOrigin.File, DateTimeOffset.UnixEpoch))],
                    cancellationToken
                );
                foreach (var ((summary, session), outcome) in sessions.Zip(outcomes))
                {
                    saved[summary.SessionId] = summary;
                    if (outcome != SaveOutcome.Unchanged)
                        log.Save(summary.SessionId, Checksum.Compute(session.Json.Utf8.Span));
                }
            });

    /// <summary>Deletes all sessions but these.</summary>
    public Task KeepAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var gone = saved.Keys.Except(ids).ToList();
        return gone.Count == 0
            ? Task.CompletedTask
            : UseAsync(async archive =>
            {
                foreach (var id in gone)
                    await archive.DeleteAsync(ArchiveOwners.Local, id, cancellationToken);
                // With a session, an archive deletes the earlier states of it. Their files may still be there.
                var known = await archive.FindKnownAsync(ArchiveOwners.Local, saved.Keys, cancellationToken);
                foreach (var id in saved.Keys.Where(id => !known.Contains(id)).ToList())
                {
                    saved.Remove(id);
                    log.Delete(id);
                }
            });
    }

    /// <summary>Closes the archive, which is gone then.</summary>
    public void Dispose() => archive?.Dispose();

    private async Task UseAsync(Func<ISessionArchive, Task> use)
    {
        try
        {
            await use(archive ??= open());
        }
        catch (ChatSessionException failure)
        {
            Failure = failure;
            throw;
        }
    }
}
