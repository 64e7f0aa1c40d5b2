using System.Collections.Immutable;
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
    /// <param name="piped">The content of pipes, imported last.</param>
    /// <param name="format">The format of the files; null to recognize each by its content.</param>
    /// <param name="broken">Called for each file that could not be read completely; everything else is imported.</param>
    /// <param name="progress">Called after each batch, at most a few times a second.</param>
    /// <param name="cancellationToken">Stops without an exception. What is being saved is saved whole, or not at all.</param>
    /// <exception cref="ChatSessionException">The archive cannot be written; everything reported before is saved.</exception>
    public async Task<ImportProgress> RunAsync(
        IReadOnlyList<string> paths,
        IReadOnlyList<PipedFile> piped,
        ImportFormat? format,
        Action<FileProblem> broken,
        IProgress<ImportProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var begun = time.GetTimestamp();
        var done = new ImportProgress();
        try
        {
            var (files, problems, asBefore) = await FindAsync(paths, cancellationToken);
            files = [.. files, .. piped.Select(ImportFile.From)];
            problems.ForEach(broken);
            done = new ImportProgress
            {
                Files = files.Length,
                Bytes = files.Sum(file => file.Stamp.Length),
                FilesAsBefore = asBefore,
                Broken = problems.Count,
                Elapsed = time.GetElapsedTime(begun),
            };
            progress.Report(done);
            var reader = new ImportReader(format, formats, time, maxSessionBytes);
            await using var batches = new ImportBatches(reader, files, time, cancellationToken);
            while (await batches.NextAsync() is { Count: > 0 } batch)
            {
                for (var saved = 0; saved < batch.Count; )
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var read = batch.Skip(saved).Select(step => (step.Session, step.File));
                    foreach (var outcome in await archive.SaveImportedAsync(owner, read, time, cancellationToken))
                        done = After(done, batch[saved++], outcome, broken);
                    done = done with { Elapsed = time.GetElapsedTime(begun) };
                    progress.Report(done);
                    await Task.Delay(OthersTurn, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            done = done with { IsStopped = true };
        }
        return done with { Elapsed = time.GetElapsedTime(begun) };
    }

    private async Task<(ImmutableArray<ImportFile> Files, List<FileProblem> Problems, int AsBefore)> FindAsync(
        IReadOnlyList<string> paths,
        CancellationToken cancellationToken
    )
    {
        var problems = new List<FileProblem>();
        var found = await Task.Run(() => FileTree.Find(paths, problems, cancellationToken, withZstd: true), cancellationToken);
        var named = paths.Select(Path.GetFullPath).ToHashSet();
        var files = found
            // Codex compresses old rollouts; while it does, both files exist.
            .Keys.Where(path => !(path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) && found.ContainsKey(path[..^4])))
            .Select(path => new ImportFile(path, FileStamp.Read(path), named.Contains(path)))
            .ToList();
        var inFolders = files.Where(file => !file.IsNamed).Select(file => new ImportedFile(file.Path, file.Stamp));
        var asBefore = await archive.FindImportedAsync(owner, inFolders, cancellationToken);
        return (
            [
                .. files
                    .Where(file => file.IsNamed || !asBefore.Contains(new ImportedFile(file.Path, file.Stamp)))
                    .OrderBy(file => file.Stamp.LastWriteUtc)
                    .ThenBy(file => file.Path, StringComparer.Ordinal),
            ],
            problems,
            asBefore.Count
        );
    }

    private static ImportProgress After(ImportProgress done, ImportStep step, SaveOutcome? outcome, Action<FileProblem> broken)
    {
        if (step.Problem is { } problem)
            broken(problem);
        return done with
        {
            BytesDone = step.BytesDone,
            FilesDone = done.FilesDone + (step.IsEnd ? 1 : 0),
            Added = done.Added + (outcome == SaveOutcome.Added ? 1 : 0),
            Replaced = done.Replaced + (outcome == SaveOutcome.Replaced ? 1 : 0),
            Unchanged = done.Unchanged + (outcome == SaveOutcome.Unchanged ? 1 : 0),
            Older = done.Older + (outcome == SaveOutcome.Older ? 1 : 0),
            KeptBoth = done.KeptBoth + (outcome == SaveOutcome.KeptBoth ? 1 : 0),
            FilesOfAnotherKind = done.FilesOfAnotherKind + (step.IsOfAnotherKind ? 1 : 0),
            Broken = done.Broken + (step.Problem is null ? 0 : 1),
        };
    }
}
