using System.IO.Compression;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// Makes sessions of what other programs record: a file in, sessions out, one record of the file in memory at a time and the session that
/// is being made. How each format becomes a session is told in docs/formats.md.
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
        SessionFormat? format,
        long maxSessionBytes,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    ) => Read(path, format, maxSessionBytes, broken, fault => throw fault, cancellationToken);

    /// <param name="unknown">Told of a file that shows no format, of which nothing else is then read.</param>
    /// <inheritdoc cref="Read(string, SessionFormat?, long, Action{ChatSessionException}, CancellationToken)"/>
    internal static IEnumerable<ImportedSession> Read(
        string path,
        SessionFormat? format,
        long maxSessionBytes,
        Action<ChatSessionException> broken,
        Action<ChatSessionException> unknown,
        CancellationToken cancellationToken
    )
    {
        using var sessions = ReadSessions(path, format, maxSessionBytes, broken, unknown, cancellationToken).GetEnumerator();
        while (true)
        {
            try
            {
                if (!sessions.MoveNext())
                    yield break;
            }
            catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
            {
                var problem = FileProblem.Of(path, exception);
                throw new ChatSessionException(problem.Error, problem.Sentence, exception);
            }
            yield return sessions.Current;
        }
    }

    private static IEnumerable<ImportedSession> ReadSessions(
        string path,
        SessionFormat? asked,
        long maxBytes,
        Action<ChatSessionException> broken,
        Action<ChatSessionException> unknown,
        CancellationToken cancellationToken
    )
    {
        // An empty file, or a pipe, which is not opened: that could wait without end.
        var isEmpty = FileStamp.Of(path) is { Length: 0 } stamp && stamp != default;
        var recognition = isEmpty
            ? Recognition.Empty(path)
            : Recognition.Of(path, asked, () => Open(path, out _), maxBytes, cancellationToken);
        if (recognition.Format is not { } format)
        {
            unknown(new ChatSessionException(ChatSessionError.InvalidSession, recognition.Refusal));
            yield break;
        }
        var origin = ImportOrigin.Of(path, format, maxBytes);
        using var content = Open(path, out var file);
        var records = new ImportRecords(new RecordReader(content, recognition.IsLines, maxBytes), recognition.IsLines, origin);
        var sessions = format switch
        {
            SessionFormat.ClaudeCode => ReadClaudeCode(records, origin, broken, cancellationToken),
            SessionFormat.Codex => ReadCodex(records, origin, broken, cancellationToken),
            _ => ReadEach(records, origin, broken, cancellationToken),
        };
        foreach (var session in sessions)
            yield return session with
            {
                ReadUpTo = file.Position,
            };
    }

    private static IEnumerable<ImportedSession> ReadClaudeCode(
        ImportRecords records,
        ImportOrigin origin,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        using var transcript = new ClaudeCodeTranscript(origin);
        foreach (var record in records.Transcript(broken, cancellationToken))
            transcript.Add(record);
        foreach (var session in transcript.Make(records.Notes, records.BrokenLines))
            yield return session;
    }

    private static IEnumerable<ImportedSession> ReadCodex(
        ImportRecords records,
        ImportOrigin origin,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        using var rollout = new CodexRollout(origin);
        foreach (var record in records.Transcript(broken, cancellationToken))
            rollout.Add(record);
        foreach (var session in rollout.Make(records.Notes, records.BrokenLines))
            yield return session;
    }

    /// <summary>Each record is a session.</summary>
    private static IEnumerable<ImportedSession> ReadEach(
        ImportRecords records,
        ImportOrigin origin,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        while (records.Read(cancellationToken))
        {
            ImportedSession session;
            try
            {
                session = ReadOne(records.Current(), records.Line, origin with { Name = records.Name });
            }
            catch (ChatSessionException exception) when (records.Line is not null)
            {
                broken(exception);
                continue;
            }
            yield return session;
        }
    }

    private static ImportedSession ReadOne(RawJson record, int? line, ImportOrigin origin) =>
        origin.Format switch
        {
            SessionFormat.OpenAi => OpenAiMessages.Read(record, origin, line),
            SessionFormat.MicrosoftAi => MicrosoftAiMessages.Read(record, origin, line),
            _ => ReadLlamaCloud(record, line, origin),
        };

    /// <summary>A session as it came, byte for byte.</summary>
    private static ImportedSession ReadLlamaCloud(RawJson record, int? line, ImportOrigin origin)
    {
        var session = SessionJson.Read(record.Utf8.ToArray(), origin.Name);
        if (SessionId.Fault(session.Summary.SessionId) is { } fault)
            throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{origin.Name} cannot be imported: its 'session_id' {fault}. Give it one such as 'ses-abc123'."
            );
        return new ImportedSession(session, origin.Format, line, []);
    }

    /// <summary>Whoever writes the file is not hindered. What is compressed is told by how it begins.</summary>
    /// <param name="file">The file as it lies on the disk.</param>
    private static Stream Open(string path, out FileStream file)
    {
        file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0,
            FileOptions.SequentialScan
        );
        Span<byte> start = stackalloc byte[4];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        if (length >= 2 && start[..2].SequenceEqual<byte>([0x1F, 0x8B]))
            return new GZipStream(file, CompressionMode.Decompress);
        if (!start.SequenceEqual<byte>([0x28, 0xB5, 0x2F, 0xFD]))
            return file;
        file.Dispose();
        throw new ChatSessionException(
            ChatSessionError.InvalidSession,
            $"{path} is compressed by zstd, which is not read. Unpack it with 'zstd -d' and import what comes out."
        );
    }
}
