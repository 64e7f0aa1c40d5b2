using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>A session, the end of a file, or both: the last session of a file.</summary>
internal sealed record ImportStep
{
    /// <summary>The session; null at the end of a file without sessions.</summary>
    public ArchivedSession? Session { get; init; }

    /// <summary>Whether the user passed the file itself: then deleted sessions are imported again.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Whether the session is left out, since it was deleted from the archive and has not been updated since.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Bytes read so far, of all files.</summary>
    public long BytesDone { get; init; }

    /// <summary>Whether a file ends here.</summary>
    public bool IsEnd { get; init; }

    /// <summary>The file that ends here, if it had no problem and need not be read again; otherwise null.</summary>
    public ImportedFile? File { get; init; }

    /// <summary>The problem of the file that ends here; null if none.</summary>
    public FileProblem? Problem { get; init; }

    /// <summary>The path of the file that ends here if it is in no known format; otherwise null.</summary>
    public string? OfAnotherKind { get; init; }

    /// <summary>The program whose session the file is that ends here, if its format is not supported.</summary>
    public string? Program { get; init; }
}

/// <summary>Reads files one after another, one session at a time.</summary>
/// <param name="followed">What was read of files that are followed; null if they are not.</param>
/// <param name="keepsEncodedData">Whether originals keep data in base64 that no session shows.</param>
internal sealed class ImportReader(
    ImportFormat? format,
    ImportFormats formats,
    FollowedFiles? followed,
    TimeProvider time,
    long maxSessionBytes,
    bool keepsEncodedData = false
)
{
    public IEnumerable<ImportStep> Read(IEnumerable<ImportFile> files, CancellationToken cancellationToken)
    {
        long before = 0;
        foreach (var file in files)
        {
            foreach (
                var step in PartsOf(file, cancellationToken) is { } parts
                    ? ReadParts(file, parts, cancellationToken)
                    : Read(file, cancellationToken)
            )
                yield return step with
                {
                    BytesDone = before + step.BytesDone,
                    IsNamed = file.IsNamed,
                };
            before += file.Stamp.Length;
        }
    }

    /// <summary>How to read the sessions in a file that holds several as files of their own; null if it is not such a file.</summary>
    private Func<Action<ChatSessionException>, IEnumerable<ImportFile>>? PartsOf(ImportFile file, CancellationToken cancellationToken) =>
        ZippedFiles.IsZip(file) ? broken => ZippedFiles.In(file, maxSessionBytes, broken)
        : DatabaseFiles.IsDatabase(file) ? broken => DatabaseFiles.In(file, maxSessionBytes, broken, cancellationToken)
        : file.Piped is null && OpenCodeFolder.IsSession(file.Path) ? broken => OpenCodeFolder.In(file, maxSessionBytes, broken)
        : null;

    /// <summary>Reads the parts of a file; the file ends with a step of its own.</summary>
    private IEnumerable<ImportStep> ReadParts(
        ImportFile whole,
        Func<Action<ChatSessionException>, IEnumerable<ImportFile>> parts,
        CancellationToken cancellationToken
    )
    {
        var (firstFault, faults, count) = (default(ChatSessionException), 0, 0);
        var program = default(string);
        foreach (var part in parts(Broken))
        foreach (var step in Read(part, cancellationToken))
        {
            if (step.Problem is { } problem)
                Broken(new ChatSessionException(problem.Error, problem.Sentence));
            program ??= step.Program;
            if (step.Session is null)
                continue;
            count++;
            yield return new ImportStep { Session = step.Session };
        }
        if (count == 0 && firstFault is null && whole.IsNamed)
            Broken(
                new ChatSessionException(
                    ChatSessionError.InvalidSession,
                    $"{whole.Path} holds no chat session in a known format. {ImportFormats.WhereNamed}"
                )
            );
        yield return new ImportStep
        {
            BytesDone = whole.Stamp.Length,
            IsEnd = true,
            File = firstFault is null && count > 0 && whole.Piped is null ? new ImportedFile(whole.Path, whole.Stamp) : null,
            Problem = firstFault is null ? null : Problem(whole.Path, firstFault, faults, count),
            Program = program,
            OfAnotherKind = count == 0 && program is null && firstFault is null ? whole.Path : null,
        };

        void Broken(ChatSessionException fault)
        {
            firstFault ??= fault;
            faults++;
        }
    }

    private IEnumerable<ImportStep> Read(ImportFile file, CancellationToken cancellationToken)
    {
        var (firstFault, faults, count) = (default(ChatSessionException), 0, 0);
        var isOfAnotherKind = false;
        var program = default(string);
        var last = default(ImportStep);
        using var sessions = SessionImport
            .Read(
                file with
                {
                    KeepsEncodedData = keepsEncodedData,
                },
                format,
                formats,
                followed,
                maxSessionBytes,
                Broken,
                Unknown,
                cancellationToken
            )
            .GetEnumerator();
        while (MoveNext())
        {
            if (last is not null)
                yield return last;
            count++;
            var imported = sessions.Current;
            last = new ImportStep
            {
                Session = new ArchivedSession(imported.Session, imported.Format.Origin, time.GetUtcNow()) { Original = imported.Original },
                // The file may have grown since its size was read.
                BytesDone = Math.Min(imported.ReadUpTo, file.Stamp.Length),
            };
        }
        if (count == 0 && format is not null && file.IsNamed && followed is null && firstFault is null)
            Broken(new ChatSessionException(ChatSessionError.InvalidSession, $"{file.Path} has no session in the format {format.Name}."));
        // One step with the last session, so that the file is marked as imported in the same save.
        yield return (last ?? new ImportStep()) with
        {
            BytesDone = file.Stamp.Length,
            IsEnd = true,
            File = firstFault is null && !isOfAnotherKind && program is null && file.Piped is null ? file.Noted : null,
            Problem = firstFault is null ? null : Problem(file.Path, firstFault, faults, count),
            OfAnotherKind = isOfAnotherKind ? file.Path : null,
            Program = program,
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

        // A folder may contain anything, but a file passed by name is expected to be a session.
        void Unknown(Recognition unknown)
        {
            if (file.IsNamed)
                Broken(new ChatSessionException(ChatSessionError.InvalidSession, unknown.Refusal));
            else if (unknown.Program is { Name: var name })
                program = name;
            else
                isOfAnotherKind = true;
        }
    }

    /// <summary>Reports all faults of a file as one problem: a file of another kind has one in every line.</summary>
    private static FileProblem Problem(string path, ChatSessionException first, int faults, int sessions)
    {
        var all = faults > 1 ? $" It has {faults.Grouped()} broken lines." : "";
        var rest = sessions > 0 ? " Everything else was imported." : "";
        return new FileProblem(path, Line: null, first.Error, first.Message + all + rest);
    }
}
