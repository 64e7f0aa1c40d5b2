using System.Runtime.CompilerServices;
using ChatSessions.Model;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Sources.Files;

/// <summary>
/// Sessions in files: <c>.json</c> with one, <c>.jsonl</c> with one per line, both also with gzip, or folders of them. Nothing is read
/// until the first request, and only summaries are kept. Unreadable files are reported in <see cref="Problems"/> and logged; the rest
/// is served.
/// </summary>
/// <param name="paths">Files and folders; folders are searched at any depth. A missing path is a problem, not an error.</param>
/// <param name="time">For the age of the index.</param>
/// <param name="maxSessionBytes">The size limit of one session, in bytes after decompression.</param>
/// <param name="foreign">
/// Says what a file is that holds no session but is known otherwise, in a sentence for the reader; null for a file that is not known. The first
/// argument is its path or name, the second its content if it is a pipe.
/// </param>
public sealed class FileSource(
    IReadOnlyList<string> paths,
    TimeProvider time,
    ILogger<FileSource> logger,
    long maxSessionBytes = FileSource.DefaultMaxSessionBytes,
    Func<string, PipedFile?, string?>? foreign = null
) : ISessionSource, IPartlyReadable, IDisposable
{
    /// <summary>256 MiB.</summary>
    public const long DefaultMaxSessionBytes = 256L << 20;

    /// <summary>After this, the sizes and times of all files are checked again even if the watch saw no change.</summary>
    private static readonly TimeSpan TrustInWatch = TimeSpan.FromSeconds(5);

    internal const long MostWholeStates = 64L << 20;

    /// <summary>For the line of a list, no more than this many bytes of a file are read, from its beginning if it is compressed.</summary>
    private const long MostReadForList = 4L << 20;

    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<SessionFile, FileScan> scans = [];
    private readonly WholeStates states = new(ProcessMemory.Part(32, MostWholeStates));
    private readonly PipedFile? piped;
    private FileWatch? watch;
    private readonly ConditionalWeakTable<SessionSummary, SessionFacts> facts = [];
    private volatile Snapshot? seen;
    private int begun;

    /// <summary>Serves the content of a pipe.</summary>
    public FileSource(
        PipedFile piped,
        TimeProvider time,
        ILogger<FileSource> logger,
        long maxSessionBytes = DefaultMaxSessionBytes,
        Func<string, PipedFile?, string?>? foreign = null
    )
        : this([piped.Name], time, logger, maxSessionBytes, foreign) => this.piped = piped;

    /// <inheritdoc/>
    public string Name { get; } =
        $"files ({string.Join(", ", paths.Take(3))}{(paths.Count > 3 ? $" and {(paths.Count - 3).Grouped()} more" : "")})";

    /// <inheritdoc/>
    public bool IsFor(Caller caller) => caller.ReadsLocal;

    /// <summary>What could not be read at the last check, and which sessions hide others with the same id; empty before the first request.</summary>
    public IReadOnlyList<FileProblem> Problems => seen is { } last ? last.Index.Problems : [];

    IReadOnlyList<string> IPartlyReadable.Problems => [.. Problems.Select(problem => problem.Sentence)];

    /// <summary>Finds a session's summary without its events; null if no file has it.</summary>
    public async Task<SessionSummary?> FindSummaryAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        (await FindStoredAsync(sessionId, cancellationToken))?.Summary;

    /// <inheritdoc/>
    public TimeSpan PollInterval => TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken)
    {
        for (var isLastTry = false; ; isLastTry = true)
        {
            if (await FindStoredAsync(sessionId, cancellationToken) is not { } stored)
                return null;
            // The index makes a new summary when the file changes, even if the session's own update time is the same.
            if (ReferenceEquals(kept?.Summary, stored.Summary))
                return kept;
            try
            {
                return await Task.Run(() => Read(stored, cancellationToken), cancellationToken);
            }
            catch (ChatSessionException) when (!isLastTry)
            {
                // The file may have changed or gone since the index was made.
                await RefreshAsync(stored.File, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>They are counted once for each state of a session.</remarks>
    public async Task<SessionFacts?> FindFactsAsync(SessionSummary listed, CancellationToken cancellationToken)
    {
        if (facts.TryGetValue(listed, out var found))
            return found;
        if (
            await FindStoredAsync(listed.SessionId, cancellationToken) is not { } stored
            || !ReferenceEquals(stored.Summary, listed)
            || (stored.IsCompressed ? stored.Offset : 0) + stored.Length > MostReadForList
        )
            return null;
        // Reads past the whole states, which are for sessions that somebody asked for.
        var session = await Task.Run(() => stored.File.ReadAll([stored], cancellationToken).FirstOrDefault(), cancellationToken);
        return session is null ? null : facts.GetValue(listed, _ => SessionFacts.Of(session));
    }

    /// <inheritdoc/>
    /// <remarks>Each file is read in one pass, those whose sessions are asked for first before the others.</remarks>
    public async IAsyncEnumerable<Session> ReadAsync(
        IReadOnlyCollection<SessionSummary> listed,
        Caller caller,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var index = await CurrentIndexAsync(cancellationToken);
        var stored = listed
            .Select(summary => (Summary: summary, Stored: index.Find(summary.SessionId)))
            .Where(one => ReferenceEquals(one.Stored?.Summary, one.Summary))
            .Select(one => one.Stored!);
        foreach (var file in stored.GroupBy(one => one.File))
        {
            using var sessions = file.Key.ReadAll(file, cancellationToken).GetEnumerator();
            while (await Task.Run(sessions.MoveNext, cancellationToken))
                yield return sessions.Current;
        }
    }

    /// <summary>Changes when the file is written, even if the session's own update time is the same.</summary>
    public async Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken) =>
        await FindStoredAsync(sessionId, cancellationToken) is { } stored ? Version(stored.Origin, stored.LastWhole ?? stored.Stamp) : null;

    private static string Version(string origin, FileStamp stamp) => $"{origin}\t{stamp.LastWriteUtc.Ticks}\t{stamp.Length}";

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return (await CurrentIndexAsync(cancellationToken)).List.After(after, filter);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    ) => (await CurrentIndexAsync(cancellationToken)).List.Known(sessionIds);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        int count,
        bool isPoll,
        Caller caller,
        CancellationToken cancellationToken
    ) => [.. (await CurrentIndexAsync(cancellationToken)).List.After(null, SessionFilter.Usual).Take(count)];

    /// <inheritdoc/>
    public void Dispose()
    {
        watch?.Dispose();
        gate.Dispose();
    }

    private Session? Read(StoredSession stored, CancellationToken cancellationToken)
    {
        if (stored.LastWhole is not null)
            return stored.File.ReadLastWhole(stored, states);
        var session = stored.File.Read(stored, maxSessionBytes, cancellationToken);
        if (piped is null)
            states.Keep(stored.File.Path, stored.Summary.SessionId, session.Json.Utf8);
        return session;
    }

    private async Task<StoredSession?> FindStoredAsync(string sessionId, CancellationToken cancellationToken)
    {
        var stored = (await CurrentIndexAsync(cancellationToken)).Find(sessionId);
        var isChanged = stored is not null && stored.File.Stamp != stored.Stamp;
        return isChanged ? (await RefreshAsync(null, cancellationToken)).Find(sessionId) : stored;
    }

    private async ValueTask<FileIndex> CurrentIndexAsync(CancellationToken cancellationToken) =>
        seen is { } last && last.Changes == watch!.Changes && time.GetElapsedTime(last.At) < TrustInWatch
            ? last.Index
            : await RefreshAsync(null, cancellationToken);

    /// <summary>Checks all files and reads the changed ones; one caller does it for everyone who asks in the meantime.</summary>
    /// <param name="doubtful">A file to read even if its size and time are the same.</param>
    private async Task<FileIndex> RefreshAsync(SessionFile? doubtful, CancellationToken cancellationToken)
    {
        var begunBefore = Volatile.Read(ref begun);
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (doubtful is not null && scans.TryGetValue(doubtful, out var scan))
                scans[doubtful] = scan with { Stamp = default };
            else if (doubtful is null && seen is { } last && last.Refresh > begunBefore)
                return last.Index;
            return await Task.Run(() => Refresh(cancellationToken), cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    private FileIndex Refresh(CancellationToken cancellationToken)
    {
        var refresh = Interlocked.Increment(ref begun);
        watch ??= new FileWatch(piped is null ? paths : []);
        var (changes, at) = (watch.Changes, time.GetTimestamp());
        var problems = new List<FileProblem>();
        var files = piped is null
            ? FileTree.Find(paths, problems, cancellationToken)
            : new() { [piped.Name] = new SessionFile(piped.Name, FileLayout.ByContent, piped) };
        foreach (var file in files.Values)
        {
            if (!scans.TryGetValue(file, out var before))
                scans[file] = Named(file, file.Scan(maxSessionBytes, null, cancellationToken));
            else if (before.Stamp != file.Stamp)
                // A file that has changed once will probably change again, so keep its last whole state.
                scans[file] = Named(file, file.After(before, file.Scan(maxSessionBytes, states, cancellationToken), states));
        }
        foreach (var gone in scans.Keys.Where(file => !files.ContainsKey(file.Path)).ToList())
        {
            scans.Remove(gone);
            states.ForgetFile(gone.Path);
        }

        var index = new FileIndex(files.Values.Select(file => scans[file]), problems);
        foreach (var problem in index.Problems.Except(Problems))
            logger.FileProblem(problem.Sentence);
        seen = new Snapshot(index, refresh, changes, at);
        return index;
    }

    /// <summary>One problem in place of all those of a file of another kind: its lines are not broken.</summary>
    private FileScan Named(SessionFile file, FileScan scan) =>
        scan is { Sessions.IsEmpty: true, Problems.IsEmpty: false } && foreign?.Invoke(file.Path, file.Piped) is { } sentence
            ? scan with
            {
                Problems = [new FileProblem(file.Path, null, ChatSessionError.InvalidSession, sentence)],
            }
            : scan;

    /// <summary>The index, the number of the refresh that made it, the watch's change count at that time, and when.</summary>
    private sealed record Snapshot(FileIndex Index, int Refresh, int Changes, long At);
}
