using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// Imports files as they appear and grow. Every few seconds all of them are looked at, which costs one call to the system for each; only
/// those with another size or time are read. Hints of the system make it faster, but nothing depends on them.
/// </summary>
/// <param name="import">What saves the sessions.</param>
/// <param name="paths">Files and folders; folders are searched at any depth.</param>
/// <param name="agents">Finds the agents whose sessions to import too. Called again and again, since one may be installed at any time.</param>
/// <param name="format">The format of the files; null to recognize each by its content.</param>
public sealed class ImportFollowing(
    ArchiveImport import,
    IReadOnlyList<string> paths,
    Func<IReadOnlyList<Agent>> agents,
    ImportFormat? format,
    TimeProvider time
) : IDisposable
{
    /// <summary>How often all files are looked at.</summary>
    private static readonly TimeSpan BetweenScans = TimeSpan.FromSeconds(2);

    /// <summary>How soon all files are looked at if there is a hint of a new one.</summary>
    private static readonly TimeSpan BetweenHintedScans = TimeSpan.FromMilliseconds(300);

    /// <summary>If looking takes long, it is done less often: it takes at most a fiftieth of the time.</summary>
    private const int ScanShare = 50;

    private const int HintedScanShare = 20;

    /// <summary>The shortest time between two imports of the same file.</summary>
    private static readonly TimeSpan BetweenImports = TimeSpan.FromSeconds(1);

    /// <summary>A large file that grows all the time is imported less often: it takes at most a fifth of the time.</summary>
    private const int ImportShare = 5;

    /// <summary>A file that was written so recently may be half-written, so it is not reported as broken yet.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait when the archive cannot be written.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, FileStamp> known = [];
    private readonly Dictionary<string, ImportFile> pending = [];
    private readonly Dictionary<string, TimeSpan> earliest = [];
    private readonly HashSet<string> reported = [];
    private readonly FollowHints hints = new(time);
    private readonly FollowedFiles followed = new(time);
    private ImportNeighbours? neighbours;
    private bool isFirst = true;
    private readonly long started = time.GetTimestamp();
    private TimeSpan nextScan = TimeSpan.MinValue;
    private TimeSpan earliestScan = TimeSpan.MinValue;

    /// <summary>Called for each file that could not be read completely, once for each file.</summary>
    public Action<FileProblem> Broken { get; init; } = _ => { };

    /// <summary>Called for each session that is new or has changed, once it is saved.</summary>
    public Action<ImportedChange> Saved { get; init; } = _ => { };

    /// <summary>Called when the archive cannot be written. What could not be saved is tried again.</summary>
    public Action<ChatSessionException> Failed { get; init; } = _ => { };

    /// <summary>What has been imported so far.</summary>
    public ImportProgress Done { get; private set; } = new();

    /// <summary>Imports everything that is there.</summary>
    /// <param name="progress">Called after each batch.</param>
    /// <param name="cancellationToken">Stops without an exception.</param>
    /// <exception cref="ChatSessionException">The archive cannot be written.</exception>
    public async Task ImportAsync(IProgress<ImportProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            await ScanAsync(cancellationToken);
            await ImportAsync([.. pending.Values], progress, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Done = Done with { IsStopped = true };
        }
    }

    /// <summary>Imports what is there and what changes, until it is cancelled, which throws no exception.</summary>
    /// <inheritdoc cref="ImportAsync(IProgress{ImportProgress}, CancellationToken)"/>
    public async Task FollowAsync(IProgress<ImportProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            while (!Done.IsStopped)
            {
                var hinted = await hints.WaitAsync(UntilNextLook(), cancellationToken);
                if (Now >= nextScan)
                    await ScanAsync(cancellationToken);
                else
                    LookAt(hinted);
                await ImportDueAsync(progress, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Done = Done with { IsStopped = true };
        }
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        hints.Dispose();
        followed.Dispose();
    }

    /// <summary>The time since the beginning. A clock that is set does not change it.</summary>
    private TimeSpan Now => time.GetElapsedTime(started);

    /// <summary>How long until there is something to do.</summary>
    private TimeSpan UntilNextLook()
    {
        var next = nextScan;
        foreach (var path in pending.Keys)
            if (earliest.GetValueOrDefault(path) < next)
                next = earliest.GetValueOrDefault(path);
        return next == TimeSpan.MinValue ? TimeSpan.Zero : next - Now;
    }

    private async Task ScanAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var found = agents();
        hints.Watch([
            .. paths,
            .. found.SelectMany(agent => agent.Folders).Where(folder => folder.HoldsOnlySessions).Select(folder => folder.Path),
        ]);
        var (files, problems) = await import.FindAsync(paths, found, cancellationToken);
        foreach (var problem in problems)
            Report(problem);
        pending.Clear();
        var neighboursBefore = neighbours;
        neighbours = files.FirstOrDefault()?.Neighbours;
        if (neighboursBefore is not null)
            neighbours?.Continue(neighboursBefore);
        foreach (var file in files)
            if (known.GetValueOrDefault(file.Path) != file.Stamp)
                pending[file.Path] = file;
        Forget(files);
        followed.ForgetOld();
        var took = time.GetElapsedTime(begun);
        nextScan = Now + Longer(BetweenScans, ScanShare * took);
        earliestScan = Now + Longer(BetweenHintedScans, HintedScanShare * took);
    }

    /// <summary>Looks at files that may have changed. If one is new, all files are looked at.</summary>
    private void LookAt(IReadOnlyCollection<string> hinted)
    {
        foreach (var path in hinted)
        {
            if (!known.TryGetValue(path, out var stamp))
                nextScan = earliestScan < nextScan ? earliestScan : nextScan;
            else if (ImportFile.StampOf(path) is var now && now != stamp && now != default)
                pending[path] = new ImportFile(path, now, paths.Contains(path)) { Neighbours = neighbours };
        }
    }

    private async Task ImportDueAsync(IProgress<ImportProgress> progress, CancellationToken cancellationToken)
    {
        var now = Now;
        var due = pending.Values.Where(file => earliest.GetValueOrDefault(file.Path) <= now).ToList();
        if (due.Count == 0)
            return;
        try
        {
            await ImportAsync(due, progress, cancellationToken);
        }
        catch (ChatSessionException exception)
        {
            Failed(exception);
            foreach (var file in due)
                earliest[file.Path] = Now + AfterFailure;
        }
    }

    private async Task ImportAsync(List<ImportFile> files, IProgress<ImportProgress> progress, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var problems = new List<FileProblem>();
        var before = Done;
        // Most of what is there at first never changes, so only what changes later is kept.
        var kept = isFirst ? null : followed;
        Done = await import.ImportAsync(files, before, format, kept, problems.Add, Saved, progress, cancellationToken);
        isFirst = false;
        if (Done.IsStopped)
            return;
        var took = time.GetElapsedTime(begun);
        var bytes = Math.Max(files.Sum(file => file.Stamp.Length), 1);
        var now = Now;
        foreach (var file in files)
        {
            known[file.Path] = file.Stamp;
            pending.Remove(file.Path);
            earliest[file.Path] = now + Longer(BetweenImports, (ImportShare - 1) * took * ((double)file.Stamp.Length / bytes));
        }
        Done = Done with { Broken = before.Broken };
        foreach (var problem in problems)
            if (ImportFile.StampOf(problem.Path) is var stamp && IsRecent(stamp.LastWriteUtc))
                TryAgain(problem.Path, now);
            else if (stamp != default) // Not deleted just now.
                Report(problem);
    }

    /// <summary>Whether a file was written just now. One that the clock has not reached was not: the clock was set back since.</summary>
    private bool IsRecent(DateTime written) => (time.GetUtcNow() - written).Duration() < Settling;

    /// <summary>Imports a file once more, even if it does not change.</summary>
    private void TryAgain(string path, TimeSpan now)
    {
        known[path] = default;
        earliest[path] = now + Settling;
    }

    private void Report(FileProblem problem)
    {
        if (!reported.Add(problem.Path))
            return;
        Done = Done with { Broken = Done.Broken + 1 };
        Broken(problem);
    }

    /// <summary>Forgets files that are gone, and pauses that are over.</summary>
    private void Forget(List<ImportFile> files)
    {
        if (known.Count > files.Count)
        {
            var there = files.Select(file => file.Path).ToHashSet();
            foreach (var path in known.Keys.Where(path => !there.Contains(path)).ToList())
                known.Remove(path);
        }
        var now = Now;
        foreach (var path in earliest.Where(one => one.Value <= now).Select(one => one.Key).ToList())
            earliest.Remove(path);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
