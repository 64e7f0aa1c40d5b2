using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// Makes sessions of what other programs record: a file in, sessions out. One record of the file and the session that is being made are in
/// memory at a time.
/// </summary>
public static class SessionImport
{
    /// <summary>Reads the sessions in a file, compressed by gzip or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What it is; null to recognise it by what it holds.</param>
    /// <param name="maxSessionBytes">The most bytes that a session, or a record of the file, may have.</param>
    /// <param name="broken">Told of each line that is broken or no session; the others are read.</param>
    /// <exception cref="ChatSessionException">The file cannot be read, is in no known format, or is broken as a whole.</exception>
    /// <returns>The sessions; none where a transcript holds only bookkeeping.</returns>
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
            maxSessionBytes,
            broken,
            fault => throw fault,
            cancellationToken
        );

    /// <param name="formats">What an unnamed format may be.</param>
    /// <param name="unknown">Told of a file that shows no format, of which nothing else is then read.</param>
    /// <inheritdoc cref="Read(string, ImportFormat?, long, Action{ChatSessionException}, CancellationToken)"/>
    internal static IEnumerable<ImportedSession> Read(
        ImportFile file,
        ImportFormat? format,
        ImportFormats formats,
        long maxSessionBytes,
        Action<ChatSessionException> broken,
        Action<ChatSessionException> unknown,
        CancellationToken cancellationToken
    )
    {
        using var sessions = ReadSessions(file, format, formats, maxSessionBytes, broken, unknown, cancellationToken).GetEnumerator();
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
        long maxBytes,
        Action<ChatSessionException> broken,
        Action<ChatSessionException> unknown,
        CancellationToken cancellationToken
    )
    {
        // An empty file, or a pipe in a folder, which is not opened: that could wait without end.
        var isEmpty = file.Stamp.Length == 0 && file.Stamp != default;
        var recognition = isEmpty ? Recognition.Empty(file.Path) : Recognition.Recognize(file, asked, formats, maxBytes, cancellationToken);
        if (recognition.Format is not { } format)
        {
            unknown(new ChatSessionException(ChatSessionError.InvalidSession, recognition.Refusal));
            yield break;
        }
        var origin = ImportOrigin.For(file, format, maxBytes);
        using var content = file.Open(out var raw, out var isCompressed);
        var limits = new RecordLimits(file.Path, maxBytes, isCompressed);
        var records = new ImportRecords(new RecordReader(content, recognition.IsLines, limits), recognition.IsLines, origin);
        foreach (var session in format.Read(records, broken, cancellationToken))
            yield return session with
            {
                ReadUpTo = raw.Position,
            };
    }
}
