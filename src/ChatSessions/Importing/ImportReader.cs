using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>A session that was read, the end of a file, or the last session of a file, which is both.</summary>
internal sealed record ImportStep
{
    /// <summary>The session; null at the end of a file that has none.</summary>
    public ArchivedSession? Session { get; init; }

    /// <summary>How many bytes of all files have been read.</summary>
    public long BytesDone { get; init; }

    /// <summary>Whether a file ends here.</summary>
    public bool IsEnd { get; init; }

    /// <summary>The file that ends here, where nothing in it was wrong and it need not be read again; else null.</summary>
    public ImportedFile? File { get; init; }

    /// <summary>What was wrong with the file that ends here; null when nothing was.</summary>
    public FileProblem? Problem { get; init; }

    /// <summary>Whether the file that ends here shows no format that is known.</summary>
    public bool IsOfAnotherKind { get; init; }
}

/// <summary>Reads files one after the other, a session at a time.</summary>
internal sealed class ImportReader(ImportFormat? format, ImportFormats formats, TimeProvider time, long maxSessionBytes)
{
    public IEnumerable<ImportStep> Read(IEnumerable<ImportFile> files, CancellationToken cancellationToken)
    {
        long before = 0;
        foreach (var file in files)
        {
            foreach (var step in Read(file, cancellationToken))
                yield return step with
                {
                    BytesDone = before + step.BytesDone,
                };
            before += file.Stamp.Length;
        }
    }

    private IEnumerable<ImportStep> Read(ImportFile file, CancellationToken cancellationToken)
    {
        var (firstFault, faults, count) = (default(ChatSessionException), 0, 0);
        var isOfAnotherKind = false;
        var last = default(ImportStep);
        using var sessions = SessionImport.Read(file, format, formats, maxSessionBytes, Broken, Unknown, cancellationToken).GetEnumerator();
        while (MoveNext())
        {
            if (last is not null)
                yield return last;
            count++;
            var imported = sessions.Current;
            last = new ImportStep
            {
                Session = new ArchivedSession(imported.Session, imported.Format.Origin, time.GetUtcNow()),
                // Whoever writes the file meanwhile makes it larger than it was.
                BytesDone = Math.Min(imported.ReadUpTo, file.Stamp.Length),
            };
        }
        // Together with the last session: that all of a file is saved is noted at the very moment that it is.
        yield return (last ?? new ImportStep()) with
        {
            BytesDone = file.Stamp.Length,
            IsEnd = true,
            File = firstFault is null && !isOfAnotherKind && file.Piped is null ? new ImportedFile(file.Path, file.Stamp) : null,
            Problem = firstFault is null ? null : Problem(file.Path, firstFault, faults, count),
            IsOfAnotherKind = isOfAnotherKind,
        };

        bool MoveNext()
        {
            try
            {
                return sessions.MoveNext();
            }
            catch (ChatSessionException fault)
            {
                Broken(fault);
                return false;
            }
        }

        void Broken(ChatSessionException fault)
        {
            firstFault ??= fault;
            faults++;
        }

        // In a folder lies what lies there; but who names a file says that it is one.
        void Unknown(ChatSessionException fault)
        {
            if (file.IsNamed)
                Broken(fault);
            else
                isOfAnotherKind = true;
        }
    }

    /// <summary>All faults of a file in one: a file of something else has as many as it has lines.</summary>
    private static FileProblem Problem(string path, ChatSessionException first, int faults, int sessions)
    {
        var all = faults > 1 ? $" It has {faults:N0} broken lines." : "";
        var rest = sessions > 0 ? " Everything else was imported." : "";
        return new FileProblem(path, Line: null, first.Error, first.Message + all + rest);
    }
}
