using System.Runtime.CompilerServices;
using ChatSessions.Model;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Sources.Files;

/// <summary>
/// Sessions in files: <c>.json</c> with one, <c>.jsonl</c> with one a line, either compressed by gzip, or folders of them. Nothing is read
/// until the first request, and only summaries are kept. What cannot be read is told by <see cref="Problems"/> and a warning, and the rest
/// is served.
/// </summary>
/// <param name="paths">Files and folders; folders are searched at any depth. What does not exist (yet) is a problem, not an error.</param>
/// <param name="time">Tells how old the index is.</param>
/// <param name="maxSessionBytes">The most bytes that one session may have, after decompression.</param>
public sealed class FileSource(
    IReadOnlyList<string> paths,
    TimeProvider time,
    ILogger<FileSource> logger,
    long maxSessionBytes = FileSource.DefaultMaxSessionBytes
) : ISessionSource, IPartlyReadable, IDisposable
{
    /// <summary>256 MiB.</summary>
    public const long DefaultMaxSessionBytes = 256L << 20;

    /// <summary>After that, the sizes and times of all files are looked at again, even though no change was seen.</summary>
    private static readonly TimeSpan TrustInWatch = TimeSpan.FromSeconds(5);

    private const long MostWholeStates = 64L << 20;

    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<SessionFile, FileScan> scans = [];
    private readonly WholeStates states = new(ProcessMemory.Part(32, MostWholeStates));
    private readonly PipedFile? piped;
    private FileWatch? watch;
    private volatile Snapshot? seen;
    private int begun;

    /// <summary>Serves what came through a pipe.</summary>
    public FileSource(PipedFile piped, TimeProvider time, ILogger<FileSource> logger, long maxSessionBytes = DefaultMaxSessionBytes)
        : this([piped.Name], time, logger, maxSessionBytes) => this.piped = piped;

    /// <inheritdoc/>
    public string Name { get; } = $"files ({string.Join(", ", paths.Take(3))}{(paths.Count > 3 ? $" and {paths.Count - 3:N0} more" : "")})";

    /// <summary>What could not be read when last looked at, and which sessions hide others of the same id; empty before the first request.</summary>
    public IReadOnlyList<FileProblem> Problems => seen is { } last ? last.Index.Problems : [];

    IReadOnlyList<string> IPartlyReadable.Problems => [.. Problems.Select(problem => problem.Sentence)];

    /// <summary>Finds a session's summary without its events; null when no file has it.</summary>
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
            // The index makes a new summary whenever the file was changed, though the session may say that it wasn't updated.
            if (ReferenceEquals(kept?.Summary, stored.Summary))
                return kept;
            try
            {
                return await Task.Run(() => Read(stored, cancellationToken), cancellationToken);
            }
            catch (ChatSessionException) when (!isLastTry)
            {
                // The file may have been changed, or be gone, since it was looked at.
                await RefreshAsync(stored.File, cancellationToken);
            }
        }
    }

    /// <summary>Differs whenever the file was written, though the session may say it wasn't updated.</summary>
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
    ) => [.. (await CurrentIndexAsync(cancellationToken)).List.Newest.Take(count)];

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

    /// <summary>Looks at all files and reads those that were changed; one caller does it for all who ask meanwhile.</summary>
    /// <param name="doubtful">A file to read even though its size and time are the same.</param>
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
                scans[file] = file.Scan(maxSessionBytes, null, cancellationToken);
            else if (before.Stamp != file.Stamp)
                // What has changed once will change again.
                scans[file] = file.After(before, file.Scan(maxSessionBytes, states, cancellationToken), states);
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

    /// <summary>What the files held: found by which refresh, after how many changes seen by the watch, and when.</summary>
    private sealed record Snapshot(FileIndex Index, int Refresh, int Changes, long At);
}
