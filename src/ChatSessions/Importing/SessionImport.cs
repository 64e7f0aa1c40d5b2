using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// Makes sessions from the files of other programs. Only one record of the file and the session being built are in
/// memory at a time.
/// </summary>
public static class SessionImport
{
    /// <summary>Reads the sessions in a file, with or without gzip.</summary>
    /// <param name="format">The file's format; null to recognize it by its content.</param>
    /// <param name="maxSessionBytes">The size limit, in bytes, of a session or of a record in the file.</param>
    /// <param name="broken">Called for each line that is broken or not a session; the others are read.</param>
    /// <exception cref="ChatSessionException">The file cannot be read, is in no known format, or is completely broken.</exception>
    /// <returns>The sessions; none if a transcript contains only bookkeeping.</returns>
    public static IEnumerable<ImportedSession> Read(
        string path,
        ImportFormat? format,
        long maxSessionBytes,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    ) =>
        Read(
            new ImportFile(path, FileStamp.Read(path), IsNamed: true),
            format,
            ImportFormats.Known,
            followed: null,
            maxSessionBytes,
            broken,
            unknown => throw new ChatSessionException(ChatSessionError.InvalidSession, unknown.Refusal),
            cancellationToken
        );

    /// <param name="formats">The formats to recognize.</param>
    /// <param name="followed">What was read of files before, if they are followed; what is read of this one is added. Null to keep nothing.</param>
    /// <param name="unknown">Called for a file in no known format; nothing is read from it.</param>
    /// <inheritdoc cref="Read(string, ImportFormat?, long, Action{ChatSessionException}, CancellationToken)"/>
    internal static IEnumerable<ImportedSession> Read(
        ImportFile file,
        ImportFormat? format,
        ImportFormats formats,
        FollowedFiles? followed,
        long maxSessionBytes,
        Action<ChatSessionException> broken,
        Action<Recognition> unknown,
        CancellationToken cancellationToken
    )
    {
        using var sessions = ReadSessions(file, format, formats, followed, maxSessionBytes, broken, unknown, cancellationToken)
            .GetEnumerator();
        while (true)
        {
            try
            {
                if (!sessions.MoveNext())
                    yield break;
            }
            catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
            {
                var problem = FileProblem.From(file.Path, exception);
                throw new ChatSessionException(problem.Error, problem.Sentence, exception);
            }
            yield return sessions.Current;
        }
    }

    private static IEnumerable<ImportedSession> ReadSessions(
        ImportFile file,
        ImportFormat? asked,
        ImportFormats formats,
        FollowedFiles? followed,
        long maxBytes,
        Action<ChatSessionException> broken,
        Action<Recognition> unknown,
        CancellationToken cancellationToken
    )
    {
        var reading = followed?.Continue(file, cancellationToken);
        if (reading is null)
        {
            // Length 0 is an empty file or a pipe in a folder. A pipe is not opened, because that could block forever.
            var isEmpty = file.Stamp.Length == 0 && file.Stamp != default;
            var recognition = isEmpty
                ? Recognition.Empty(file.Path)
                : Recognition.Recognize(file, asked, formats, maxBytes, cancellationToken);
            if (recognition.Format is null)
            {
                unknown(recognition);
                yield break;
            }
            reading = new FileReading(file, recognition, maxBytes, mayContinue: followed is not null);
        }
        var isKept = false;
        try
        {
            foreach (var session in reading.Read(broken, cancellationToken))
                yield return session;
            isKept = followed?.Keep(reading) == true;
        }
        finally
        {
            if (!isKept)
                reading.Dispose();
        }
    }

    /// <summary>Reads sessions again from what was kept of their file.</summary>
    /// <param name="format">The format that the original names.</param>
    /// <param name="others">What the archive kept of other sessions, which this one may repeat.</param>
    /// <exception cref="ChatSessionException">The original is damaged, or a session made of it is too large.</exception>
    internal static IEnumerable<ImportedSession> Reread(
        Original original,
        ImportFormat format,
        long maxSessionBytes,
        ArchivedOriginals? others,
        CancellationToken cancellationToken
    )
    {
        var origin = new ImportOrigin(original.Name, original.Place, format, maxSessionBytes)
        {
            Changed = original.Changed,
            Neighbours = new ImportNeighbours([], others),
        };
        using var content = original.Open();
        var limits = new RecordLimits(original.Name, maxSessionBytes, isCompressed: false);
        var records = new ImportRecords(new RecordReader(content, original.IsLines, limits), original.IsLines, origin, originals: null)
        {
            OnlyLine = original.Line,
        };
        foreach (var session in format.Read(records, _ => { }, cancellationToken))
            yield return session;
    }
}
