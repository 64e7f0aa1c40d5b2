using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>How sessions lie in a file.</summary>
internal enum FileLayout
{
    /// <summary>The file is one session.</summary>
    Whole,

    /// <summary>Each line is one session.</summary>
    Lines,

    /// <summary>The name does not say it: a first line that is an object in itself makes it lines.</summary>
    ByContent,
}

/// <summary>A session in a file: what is known of it without its events, and where it lies.</summary>
/// <param name="Line">The line, from 1; null when the session is the whole file.</param>
/// <param name="Offset">Where it begins in the file, or in what the file decompresses to.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record StoredSession(SessionSummary Summary, SessionFile File, FileStamp Stamp, int? Line, long Offset, int Length)
{
    /// <summary>The stamp that the file had when the session was last whole in it; null where it still is.</summary>
    public FileStamp? LastWhole { get; init; }

    /// <summary>What to call it in an error.</summary>
    public string Origin => File.Origin(Line);
}

/// <summary>What a file held when it had the stamp.</summary>
internal sealed record FileScan(FileStamp Stamp, ImmutableArray<StoredSession> Sessions, ImmutableArray<FileProblem> Problems);

/// <summary>A file that may hold sessions, compressed or not: gzip is told from its first bytes.</summary>
internal sealed record SessionFile(string Path, FileLayout Layout, PipedFile? Piped = null)
{
    /// <summary>A file of something else has as many broken lines as it has lines: naming some of them says it.</summary>
    private const int BrokenLinesNamed = 10;

    /// <summary>More of them are not looked at.</summary>
    private const int MostBrokenLines = 10_000;

    /// <summary>The stamp that the file has now.</summary>
    public FileStamp Stamp => Piped?.Stamp ?? FileStamp.Read(Path);

    /// <summary>What to call the file, or a line of it, in an error.</summary>
    public string Origin(int? line) => line is null ? Path : $"{Path}, line {line}";

    /// <summary>Finds the sessions in the file, holding one at a time.</summary>
    /// <param name="states">Where to keep the JSON of each; null not to.</param>
    public FileScan Scan(long maxSessionBytes, WholeStates? states, CancellationToken cancellationToken)
    {
        var sessions = ImmutableArray.CreateBuilder<StoredSession>();
        var problems = ImmutableArray.CreateBuilder<FileProblem>();
        var stamp = Stamp;
        try
        {
            // An empty file, or a pipe, which is not opened: that could wait without end.
            if (stamp.Length > 0 || stamp == default)
            {
                using var file = Open();
                stamp = StampOf(file);
                Scan(file, stamp, maxSessionBytes, states, sessions, problems, cancellationToken);
            }
            else if (Layout != FileLayout.Lines)
                problems.Add(Problem($"{Path} is empty; it contains no chat session.") with { IsUnfinished = true });
        }
        catch (ChatSessionException exception) // A limit: what was read before it is served.
        {
            problems.Add(new FileProblem(Path, null, exception.Error, exception.Message));
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            problems.Add(FileProblem.From(Path, exception));
            if (exception is not InvalidDataException)
                stamp = default; // Next time it may go well, though the file stays as it is.
        }
        return new FileScan(stamp, sessions.DrainToImmutable(), problems.DrainToImmutable());
    }

    private void Scan(
        Stream file,
        FileStamp stamp,
        long maxSessionBytes,
        WholeStates? states,
        ImmutableArray<StoredSession>.Builder sessions,
        ImmutableArray<FileProblem>.Builder problems,
        CancellationToken cancellationToken
    )
    {
        var isLines = Layout == FileLayout.Lines || (Layout == FileLayout.ByContent && BeginsWithLine(maxSessionBytes, cancellationToken));
        using var content = Decompress(file, out var isCompressed);
        var records = new RecordReader(content, isLines, new RecordLimits(Path, maxSessionBytes, isCompressed));
        var broken = 0;
        var isRestRead = true;
        while (isRestRead && broken <= MostBrokenLines && records.Read(cancellationToken))
        {
            if (isLines && records.IsBlank)
                continue;
            int? line = isLines ? records.Line : null;
            // What follows a huge line in compressed data may have no end: a few bytes decompress to anything.
            isRestRead = isLines && !(records.IsTooLarge && isCompressed);
            try
            {
                if (records.IsTooLarge)
                    throw TooLarge(Origin(line), maxSessionBytes, isLines && !isRestRead);
                var summary = ReadSummary(records.Utf8, Origin(line));
                sessions.Add(new StoredSession(summary, this, stamp, line, records.Offset, records.Utf8.Length));
                states?.Keep(Path, summary.SessionId, records.Utf8.ToArray());
            }
            catch (ChatSessionException exception)
            {
                // The last one says what is not read at all.
                if (++broken <= BrokenLinesNamed || !isRestRead)
                    problems.Add(
                        new FileProblem(Path, line, exception.Error, exception.Message)
                        {
                            IsUnfinished = exception.InnerException is JsonException,
                        }
                    );
            }
        }
        if (broken > MostBrokenLines)
            problems.Add(Problem($"{Path} has more than {MostBrokenLines:N0} lines that are not chat sessions; the rest was not read."));
        else if (broken > BrokenLinesNamed)
            problems.Add(Problem($"{Path} has {broken:N0} lines that are not chat sessions."));
        if (!isLines && sessions.Count + broken == 0)
            problems.Add(Problem($"{Path} is empty; it contains no chat session."));
    }

    /// <summary>
    /// What the file holds now and, where it is only part of what it should be, the sessions that it held before: another program may be
    /// writing it.
    /// </summary>
    public FileScan After(FileScan before, FileScan now, WholeStates states)
    {
        if (!now.Problems.Any(problem => problem.IsUnfinished))
            return now;
        var there = now.Sessions.Select(session => session.Summary.SessionId).ToHashSet();
        var kept = before
            .Sessions.Where(session =>
                !there.Contains(session.Summary.SessionId) && states.Find(Path, session.Summary.SessionId) is not null
            )
            .Select(session => session with { Stamp = now.Stamp, LastWhole = session.LastWhole ?? session.Stamp })
            .ToList();
        if (kept.Count == 0)
            return now;
        var others = kept.Count == 1 ? "" : $" and {kept.Count - 1:N0} more";
        var problem = Problem(
            $"{Path} is incomplete, perhaps still being written; the last complete version of session '{kept[0].Summary.SessionId}'{others} is served."
        );
        return now with { Sessions = [.. now.Sessions, .. kept], Problems = [.. now.Problems, problem] };
    }

    /// <summary>Reads the last whole state of a session; null where it is no longer kept.</summary>
    public Session? ReadLastWhole(StoredSession stored, WholeStates states)
    {
        if (states.Find(Path, stored.Summary.SessionId) is not { } json)
            return null;
        var session = SessionJson.Read(json, stored.Origin);
        return new Session(stored.Summary, session.Events, session.Json);
    }

    /// <summary>Reads a session from where it was found.</summary>
    /// <exception cref="ChatSessionException">It is not there, since the file was changed meanwhile, or it cannot be read.</exception>
    public Session Read(StoredSession stored, long maxSessionBytes, CancellationToken cancellationToken)
    {
        try
        {
            using var file = Open();
            using var content = Decompress(file, out var isCompressed);
            if (isCompressed)
                Skip(content, stored.Offset, cancellationToken);
            else
                file.Position = stored.Offset;
            var isAsFound = StampOf(file) == stored.Stamp;
            // A file that a running agent replaces again and again is read as it is now, since it may not be the same a moment longer.
            var isWholeAsNow = !isAsFound && stored.Line is null && !isCompressed && file.Length <= maxSessionBytes;
            var utf8 = new byte[isWholeAsNow ? file.Length : stored.Length];
            content.ReadExactly(utf8);
            var session = SessionJson.Read(utf8, stored.Origin);
            if (session.Summary.SessionId != stored.Summary.SessionId)
                throw new ChatSessionException(ChatSessionError.InvalidSession, $"{stored.Origin} changed while it was read. Try again.");
            return isAsFound ? new Session(stored.Summary, session.Events, session.Json) : session;
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            var problem = FileProblem.From(Path, exception);
            throw new ChatSessionException(problem.Error, problem.Sentence, exception);
        }
    }

    private FileProblem Problem(string sentence) => new(Path, null, ChatSessionError.InvalidSession, sentence);

    private static SessionSummary ReadSummary(ReadOnlyMemory<byte> utf8, string origin)
    {
        var summary = SessionJson.ReadSummary(utf8, origin);
        if (SessionId.Fault(summary.SessionId) is { } fault)
            throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{origin} has an invalid session_id: it {fault}. Use one such as 'ses-abc123'."
            );
        // Not parsed a second time for this: that the events are an array is seen when the session is read.
        return utf8.Span.IndexOf("\"events\""u8) >= 0
            ? summary
            : throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{origin} is not a chat session: it has no 'events', like an entry of the session list. Save the session itself."
            );
    }

    private static ChatSessionException TooLarge(string origin, long maxSessionBytes, bool isRestLost) =>
        new(
            ChatSessionError.TooLarge,
            $"{origin} is over the size limit of {maxSessionBytes:N0} bytes; "
                + (isRestLost ? "it and the rest of the file were not read." : "it was not read.")
                + " Raise the limit with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
        );

    /// <summary>No buffer of its own, and no lock: whoever writes the file is not hindered.</summary>
    private Stream Open() =>
        Piped?.Open()
        ?? new FileStream(
            Path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0,
            FileOptions.SequentialScan
        );

    private FileStamp StampOf(Stream opened) => opened is FileStream file ? FileStamp.Read(file) : Stamp;

    private static Stream Decompress(Stream file, out bool isCompressed)
    {
        Span<byte> start = stackalloc byte[2];
        isCompressed = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual<byte>([0x1F, 0x8B]);
        file.Position = 0;
        return isCompressed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
    }

    /// <summary>Whether the first line is an object in itself; that of an indented one ends before the object does.</summary>
    private bool BeginsWithLine(long maxSessionBytes, CancellationToken cancellationToken)
    {
        using var file = Open();
        using var content = Decompress(file, out var isCompressed);
        var lines = new RecordReader(content, isLines: true, new RecordLimits(Path, maxSessionBytes, isCompressed));
        while (lines.Read(cancellationToken) && lines.IsBlank) { }
        var line = lines.Utf8.Span.Trim(" \t\r\uFEFF"u8);
        return line.StartsWith("{"u8) && line.EndsWith("}"u8);
    }

    private static void Skip(Stream content, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = content.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
            count = read > 0 ? count - read : throw new EndOfStreamException();
        }
    }
}
