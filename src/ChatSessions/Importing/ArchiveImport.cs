using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// Imports files and folders into an archive. Imported sessions stay imported even if the process is killed, and the next run continues: a file
/// that was read to its end and has not changed since is not read again, unless it is passed by name.
/// </summary>
/// <param name="archive">The target archive.</param>
/// <param name="owner">The owner of the imported sessions.</param>
/// <param name="time">For import times and for the time limit of a batch.</param>
/// <param name="maxSessionBytes">The size limit, in bytes, of a session or of a record in a file.</param>
/// <param name="formats">The formats to recognize.</param>
public sealed class ArchiveImport(ISessionArchive archive, string owner, TimeProvider time, long maxSessionBytes, ImportFormats formats)
{
    /// <summary>A pause long enough for another process that waits to write to the archive.</summary>
    private static readonly TimeSpan OthersTurn = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Imports sessions, oldest file first, so that the state in the most recently changed file is the session, unless the session's own
    /// update time says which state is newer. What only another state has is kept too. Callbacks come from one thread at a time, and only after saving.
    /// </summary>
    /// <param name="paths">Files and folders; folders are searched at any depth.</param>
    /// <param name="agents">Programs whose session files are imported too.</param>
    /// <param name="piped">The content of pipes, imported last.</param>
    /// <param name="format">The format of the files; null to recognize each by its content.</param>
    /// <param name="broken">Called for each file that could not be read completely; everything else is imported.</param>
    /// <param name="progress">Called after each batch, at most a few times a second.</param>
    /// <param name="cancellationToken">Stops without an exception. What is being saved is saved whole, or not at all.</param>
    /// <exception cref="ChatSessionException">The archive cannot be written; everything reported before is saved.</exception>
    public async Task<ImportProgress> RunAsync(
        IReadOnlyList<string> paths,
        IReadOnlyList<Agent> agents,
        IReadOnlyList<PipedFile> piped,
        ImportFormat? format,
        Action<FileProblem> broken,
        IProgress<ImportProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var begun = time.GetTimestamp();
        try
        {
            var (files, problems) = await FindAsync(paths, agents, cancellationToken);
            problems.ForEach(broken);
            var before = new ImportProgress { Broken = problems.Count, Elapsed = time.GetElapsedTime(begun) };
            return await ImportAsync(
                [.. files, .. piped.Select(ImportFile.From)],
                before,
                format,
                followed: null,
                broken,
                _ => { },
                progress,
                cancellationToken
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new ImportProgress { IsStopped = true, Elapsed = time.GetElapsedTime(begun) };
        }
    }

    /// <summary>Finds the files below the paths and of the agents, whether they were imported or not.</summary>
    internal async Task<(List<ImportFile> Files, List<FileProblem> Problems)> FindAsync(
        IReadOnlyList<string> paths,
        IReadOnlyList<Agent> agents,
        CancellationToken cancellationToken
    )
    {
        var problems = new List<FileProblem>();
        var stamps = new Dictionary<string, FileStamp>();
        await Task.Run(
            () =>
            {
                foreach (var path in FileTree.Find(paths, problems, cancellationToken, ImportFile.IsAlsoFound).Keys)
                    stamps[path] = FileStamp.Read(path);
                foreach (var folder in agents.SelectMany(agent => agent.Folders))
                    folder.Find(stamps, problems, cancellationToken);
                foreach (var (path, stamp) in stamps.ToList())
                    stamps[path] = ImportFile.WholeStamp(path, stamp);
            },
            cancellationToken
        );
        var named = paths.Select(Path.GetFullPath).ToHashSet();
        var neighbours = new ImportNeighbours(stamps.Keys, new ArchivedOriginals(archive, owner, cancellationToken));
        return (
            [
                .. stamps
                    .Where(file => named.Contains(file.Key) || !CodexFiles.IsIndex(file.Key))
                    // Codex compresses old rollouts; while it does, both files exist.
                    .Where(file => !(file.Key.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) && stamps.ContainsKey(file.Key[..^4])))
                    .Select(file => new ImportFile(file.Key, file.Value, named.Contains(file.Key)) { Neighbours = neighbours }),
            ],
            problems
        );
    }

    /// <summary>Imports those of the files that have not been imported as they are.</summary>
    /// <param name="before">What was imported before; the result adds to it.</param>
    /// <param name="followed">What was read of files before; what is read of these is added. Null if they are not followed.</param>
    /// <param name="saved">Called for each session that is new or has changed, once it is saved.</param>
    /// <inheritdoc cref="RunAsync"/>
    internal async Task<ImportProgress> ImportAsync(
        IReadOnlyList<ImportFile> files,
        ImportProgress before,
        ImportFormat? format,
        FollowedFiles? followed,
        Action<FileProblem> broken,
        Action<ImportedChange> saved,
        IProgress<ImportProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var begun = time.GetTimestamp();
        var done = before;
        try
        {
            var inFolders = files.Where(file => !file.IsNamed).Select(file => file.Noted);
            var asBefore = await archive.FindImportedAsync(owner, inFolders, cancellationToken);
            files =
            [
                .. files
                    .Where(file => file.IsNamed || !asBefore.Contains(file.Noted))
                    .OrderBy(file => file.Piped is not null)
                    .ThenBy(file => file.Stamp.LastWriteUtc)
                    .ThenBy(file => file.Path, StringComparer.Ordinal),
            ];
            done = done with
            {
                Files = before.Files + files.Count,
                Bytes = before.Bytes + files.Sum(file => file.Stamp.Length),
                FilesAsBefore = before.FilesAsBefore + asBefore.Count,
                Elapsed = before.Elapsed + time.GetElapsedTime(begun),
            };
            progress.Report(done);
            var keepsEncodedData = await archive.Maintenance.KeepsEncodedDataAsync(cancellationToken);
            var reader = new ImportReader(format, formats, followed, time, maxSessionBytes, keepsEncodedData);
            await using var batches = new ImportBatches(reader, files, PrepareAsync, time, cancellationToken);
            while (await batches.NextAsync() is { Count: > 0 } batch)
            {
                for (var next = 0; next < batch.Count; )
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var rest = batch.Skip(next).Select(step => (step.Session, step.File));
                    foreach (var outcome in await archive.SaveImportedAsync(owner, rest, time, cancellationToken))
                    {
                        var step = batch[next++];
                        done = After(done, step, outcome, broken) with { BytesDone = before.BytesDone + step.BytesDone };
                        if (step.Session is { } session && outcome is SaveOutcome.Added or SaveOutcome.Replaced or SaveOutcome.KeptBoth)
                            saved(new ImportedChange(session, outcome.Value));
                    }
                    done = done with { Elapsed = before.Elapsed + time.GetElapsedTime(begun) };
                    progress.Report(done);
                    await Task.Delay(OthersTurn, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            done = done with { IsStopped = true };
        }
        return done with { Elapsed = before.Elapsed + time.GetElapsedTime(begun) };
    }

    private async Task PrepareAsync(List<ImportStep> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
            return;
        await LeaveDeletedAsync(batch, cancellationToken);
        await archive.PrepareAsync(owner, [.. batch.Select(step => step.Session).OfType<ArchivedSession>()], cancellationToken);
    }

    /// <summary>Leaves out what was deleted: a file with many sessions changes with each of them, and those of others must not come back.</summary>
    private async Task LeaveDeletedAsync(List<ImportStep> batch, CancellationToken cancellationToken)
    {
        var found = batch.Where(step => !step.IsNamed && step.Session is not null).Select(step => step.Session!.Session.Summary).ToList();
        if (found.Count == 0 || await archive.FindDeletedAsync(owner, found, cancellationToken) is not { Count: > 0 } deleted)
            return;
        for (var at = 0; at < batch.Count; at++)
            if (batch[at] is { IsNamed: false, Session.Session.Summary.SessionId: var id } && deleted.Contains(id))
                batch[at] = batch[at] with { Session = null, IsDeleted = true };
    }

    private static ImportProgress After(ImportProgress done, ImportStep step, SaveOutcome? outcome, Action<FileProblem> broken)
    {
        if (step.Problem is { } problem)
            broken(problem);
        return done with
        {
            FilesDone = done.FilesDone + (step.IsEnd ? 1 : 0),
            Added = done.Added + (outcome == SaveOutcome.Added ? 1 : 0),
            Replaced = done.Replaced + (outcome == SaveOutcome.Replaced ? 1 : 0),
            Unchanged = done.Unchanged + (outcome == SaveOutcome.Unchanged ? 1 : 0),
            Older = done.Older + (outcome == SaveOutcome.Older ? 1 : 0),
            Deleted = done.Deleted + (step.IsDeleted ? 1 : 0),
            KeptBoth = done.KeptBoth + (outcome == SaveOutcome.KeptBoth ? 1 : 0),
            OfAnotherKind = step.OfAnotherKind is { } path ? done.OfAnotherKind.Add(path) : done.OfAnotherKind,
            Unread = step.Program is { } program ? done.Unread.SetItem(program, done.Unread.GetValueOrDefault(program) + 1) : done.Unread,
            Broken = done.Broken + (step.Problem is null ? 0 : 1),
        };
    }
}
