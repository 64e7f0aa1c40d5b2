using ChatSessions.Archive;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Reads the originals of imported sessions again with the importers of this version, and replaces the sessions that become different. What was
/// saved stays if the process is killed, and the next run does the rest.
/// </summary>
public sealed class ArchiveReread(ISessionArchive archive, string owner, TimeProvider time, long maxSessionBytes, ImportFormats formats)
{
    /// <summary>How much JSON to save at a time, as in an import.</summary>
    private const long BatchBytes = 16 << 20;

    private readonly List<(ArchivedSession Session, RereadSession Told)> batch = [];
    private long batchBytes;

    /// <summary>Reads the originals of sessions.</summary>
    /// <param name="ids">The sessions; an empty list means all.</param>
    /// <param name="reread">Called for each session that was replaced, added or left alone, after saving.</param>
    /// <param name="cancellationToken">Stops without an exception. What is being saved is saved whole, or not at all.</param>
    /// <exception cref="ChatSessionException">The archive cannot be read or written, or has no such session.</exception>
    public async Task<RereadProgress> RunAsync(
        IReadOnlyCollection<string> ids,
        Action<RereadSession> reread,
        IProgress<RereadProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var done = new RereadProgress();
        try
        {
            var list = await archive.ListOriginalsAsync(owner, cancellationToken);
            await MustHaveAsync(ids, cancellationToken);
            var originals = list.Originals.Where(use => ids.Count == 0 || use.SessionIds.Any(ids.Contains)).ToList();
            done = done with { Originals = originals.Count, NotKept = list.Without.Count(id => ids.Count == 0 || ids.Contains(id)) };
            progress.Report(done);
            foreach (var use in originals)
            {
                cancellationToken.ThrowIfCancellationRequested();
                done = await RereadAsync(use, ids, done, reread, cancellationToken);
                done = done with { OriginalsDone = done.OriginalsDone + 1 };
                if (batchBytes >= BatchBytes)
                    done = await SaveAsync(done, reread, cancellationToken);
                progress.Report(done);
            }
            done = await SaveAsync(done, reread, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            done = done with { IsStopped = true };
        }
        return done;
    }

    private async Task MustHaveAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var known = await archive.FindKnownAsync(owner, ids, cancellationToken);
        if (ids.FirstOrDefault(id => !known.Contains(id)) is { } missing)
            throw new ChatSessionException(ChatSessionError.NotFound, $"No imported session '{missing}' in the archive.")
            {
                IsUnknownId = true,
            };
    }

    private async Task<RereadProgress> RereadAsync(
        OriginalUse use,
        IReadOnlyCollection<string> ids,
        RereadProgress done,
        Action<RereadSession> reread,
        CancellationToken cancellationToken
    )
    {
        var sessionIds = use.SessionIds.Where(id => ids.Count == 0 || ids.Contains(id)).ToList();
        var (original, made, reason) = await ReadAsync(use, cancellationToken);
        DateTimeOffset? fetchedAt = null;
        var used = use.Unwanted.Concat(use.SessionIds).ToHashSet();
        foreach (var id in sessionIds)
        {
            var (isThere, had) = await FindAsync(id, cancellationToken);
            if (!isThere)
                continue; // It was deleted just now.
            fetchedAt ??= had?.FetchedAt ?? time.GetUtcNow();
            var of = had is null ? null : EarlierState.Of(had.Session);
            var madeId = of ?? id;
            var session = made.GetValueOrDefault(madeId);
            used.Add(madeId);
            if (session is not null && had is not null)
                session = RereadHead.Keep(session, had.Session);
            if (session is not null && of is not null)
                session = EarlierState.Make(session, id, of);
            var fault =
                reason
                ?? (
                    session is null ? "this version makes no such session of its original"
                    : EncodedData.HasZeros(session.Json.Utf8.Span) ? "this version would show data that was not kept with its original"
                    : null
                );
            if (fault is not null)
            {
                reread(new RereadSession(id, false, had?.Session.Events.Length, null, fault));
                done = done with { LeftAlone = done.LeftAlone + 1 };
            }
            else if (had is not null && session!.Json.Utf8.Span.SequenceEqual(had.Session.Json.Utf8.Span))
                done = done with { Unchanged = done.Unchanged + 1 };
            else
                Add(session!, original!, had?.FetchedAt ?? time.GetUtcNow(), had?.Session.Events.Length);
        }
        // A session that earlier versions did not make of it, such as a subagent's, unless another file has it.
        foreach (var (id, session) in made.Where(one => fetchedAt is not null && !used.Contains(one.Key)))
            if ((await archive.FindKnownAsync(owner, [id], cancellationToken)).Count == 0)
                Add(session, original!, fetchedAt!.Value, eventsBefore: null, isNew: true);
        return done;
    }

    /// <summary>Reads an original and makes the sessions, by their ids; or says why that is not possible.</summary>
    private async Task<(Original? Original, Dictionary<string, Session> Made, string? Reason)> ReadAsync(
        OriginalUse use,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (await archive.FindOriginalAsync(owner, use.Number, cancellationToken) is not { } original)
                return (null, [], "its original was deleted just now");
            if (formats.All.FirstOrDefault(format => format.Name == original.Format) is not { } format)
                return (null, [], $"this version does not read the format '{original.Format}'");
            var made = new Dictionary<string, Session>();
            var others = new ArchivedOriginals(archive, owner, cancellationToken);
            foreach (var imported in SessionImport.Reread(original, format, maxSessionBytes, others, cancellationToken))
                made[imported.Session.Summary.SessionId] = imported.Session;
            return (original, made, null);
        }
        catch (ChatSessionException exception) when (exception.Error is ChatSessionError.InvalidSession or ChatSessionError.TooLarge)
        {
            return (null, [], exception.Message);
        }
    }

    /// <summary>Finds a session; it is there but null if it is damaged, and what it was made of repairs it.</summary>
    private async Task<(bool IsThere, ArchivedSession? Session)> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var session = await archive.FindAsync(owner, id, cancellationToken);
            return (session is not null, session);
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.InvalidSession)
        {
            return (true, null);
        }
    }

    private void Add(Session session, Original original, DateTimeOffset fetchedAt, int? eventsBefore, bool isNew = false)
    {
        var archived = new ArchivedSession(session, formats.Parse(original.Format).Origin, fetchedAt) { Original = original };
        batch.Add((archived, new RereadSession(session.Summary.SessionId, isNew, eventsBefore, session.Events.Length, null)));
        batchBytes += session.Json.Utf8.Length;
    }

    private async Task<RereadProgress> SaveAsync(RereadProgress done, Action<RereadSession> reread, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
            return done;
        var outcomes = await archive.SaveAllAsync(owner, [.. batch.Select(one => one.Session)], cancellationToken);
        foreach (var ((_, session), outcome) in batch.Zip(outcomes))
        {
            // An import may have saved a later state in the meantime.
            if (outcome is SaveOutcome.Added or SaveOutcome.Replaced)
                reread(session);
            done = done with
            {
                Replaced = done.Replaced + (outcome == SaveOutcome.Replaced ? 1 : 0),
                Added = done.Added + (outcome == SaveOutcome.Added ? 1 : 0),
            };
        }
        batch.Clear();
        batchBytes = 0;
        return done;
    }
}
