using System.Collections.Immutable;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// Imports files and folders into an archive. What was imported stays so whenever the process ends, and the next run goes on: a file
/// that was read to its end, and has not changed since, is not read again, unless it is named itself.
/// </summary>
/// <param name="archive">Where to.</param>
/// <param name="owner">Who is to see the sessions.</param>
/// <param name="time">Tells when a session was imported, and when a batch has taken long enough.</param>
/// <param name="maxSessionBytes">The most bytes that a session, or a record of a file, may have.</param>
/// <param name="formats">What a file may be.</param>
public sealed class ArchiveImport(ISessionArchive archive, string owner, TimeProvider time, long maxSessionBytes, ImportFormats formats)
{
    /// <summary>Long enough for another process that waits to write to find the archive free.</summary>
    private static readonly TimeSpan OthersTurn = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Imports sessions: the oldest file first, so that of one session the state in the file changed last is kept, unless the states say
    /// themselves which is the later one. Everything is told by one thread at a time, and only once it is saved.
    /// </summary>
    /// <param name="paths">Files, and folders, which are searched at any depth.</param>
    /// <param name="piped">What came through pipes, imported last.</param>
    /// <param name="format">What the files are; null to recognise each by what it holds.</param>
    /// <param name="broken">Told of each file that could not be read, or not as a whole; what else there is, is imported.</param>
    /// <param name="progress">Told after each batch, a few times in a second at most.</param>
    /// <param name="cancellationToken">Stops after the batch that is being saved. No exception is thrown for it.</param>
    /// <exception cref="ChatSessionException">The archive cannot be written; what was told before is saved.</exception>
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
                    foreach (var outcome in await archive.SaveImportedAsync(owner, read, time))
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
            // Codex compresses a rollout that is old; until it is done, both are there.
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
            FilesOfAnotherKind = done.FilesOfAnotherKind + (step.IsOfAnotherKind ? 1 : 0),
            Broken = done.Broken + (step.Problem is null ? 0 : 1),
        };
    }
}
