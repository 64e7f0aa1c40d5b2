using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>How a file stores sessions.</summary>
internal enum FileLayout
{
    /// <summary>The file is one session.</summary>
    Whole,

    /// <summary>Each line is one session.</summary>
    Lines,

    /// <summary>The name does not say. If the first line is a complete object, each line is a session.</summary>
    ByContent,
}

/// <summary>A file that may contain sessions, compressed or not; gzip is recognized by its first bytes.</summary>
internal sealed record SessionFile(string Path, FileLayout Layout, PipedFile? Piped = null)
{
    /// <summary>In a file of another kind every line is broken; naming a few is enough.</summary>
    private const int BrokenLinesNamed = 10;

    /// <summary>Reading stops after this many broken lines.</summary>
    internal const int MostBrokenLines = 10_000;

    /// <summary>The file's current stamp.</summary>
    public FileStamp Stamp => Piped?.Stamp ?? FileStamp.Read(Path);

    /// <summary>The name of the file, or of a line in it, in errors.</summary>
    public string Origin(int? line) => line is null ? Path : $"{Path}, line {line}";

    /// <summary>Finds the sessions in the file, with only one in memory at a time.</summary>
    /// <param name="states">Where to keep the JSON of each session; null to keep none.</param>
    public FileScan Scan(long maxSessionBytes, WholeStates? states, CancellationToken cancellationToken)
    {
        var sessions = new FoundSessions(Path);
        var problems = ImmutableArray.CreateBuilder<FileProblem>();
        var stamp = Stamp;
        try
        {
            // Length 0 is an empty file or a pipe. A pipe is not opened, because that could block forever.
            if (stamp.Length > 0 || stamp == default)
            {
                using var file = Open();
                stamp = StampOf(file);
                Scan(file, stamp, maxSessionBytes, states, sessions, problems, cancellationToken);
            }
            else if (Layout != FileLayout.Lines)
                problems.Add(Problem($"{Path} is empty; it contains no chat session.") with { IsUnfinished = true });
        }
        catch (ChatSessionException exception) // Over a limit: the sessions read so far are served.
        {
            problems.Add(new FileProblem(Path, null, exception.Error, exception.Message));
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            problems.Add(FileProblem.From(Path, exception));
            if (exception is not InvalidDataException)
                stamp = default; // Try again next time, even if the file has not changed.
        }
        return new FileScan(stamp, sessions.ToImmutable(), sessions.Hidden, problems.DrainToImmutable());
    }

    private void Scan(
        Stream file,
        FileStamp stamp,
        long maxSessionBytes,
        WholeStates? states,
        FoundSessions sessions,
        ImmutableArray<FileProblem>.Builder problems,
        CancellationToken cancellationToken
    )
    {
        var isLines = Layout == FileLayout.Lines || (Layout == FileLayout.ByContent && BeginsWithLine(maxSessionBytes, cancellationToken));
        using var content = Gzip.Decompress(file, out var isCompressed);
        var records = new RecordReader(content, isLines, new RecordLimits(Path, maxSessionBytes, isCompressed));
        var broken = 0;
        var isRestRead = true;
        while (isRestRead && broken <= MostBrokenLines && records.Read(cancellationToken))
        {
            if (isLines && records.IsBlank)
                continue;
            int? line = isLines ? records.Line : null;
            // The rest of a compressed file after a huge line may be endless: a few bytes can decompress to anything.
            isRestRead = isLines && !(records.IsTooLarge && isCompressed);
            StoredSession found;
            try
            {
                if (records.IsTooLarge)
                    throw TooLarge(Origin(line), maxSessionBytes, isLines && !isRestRead);
                var summary = ReadSummary(records.Utf8, Origin(line));
                found = new StoredSession(summary, this, stamp, line, records.Offset, records.Utf8.Length) { IsCompressed = isCompressed };
            }
            catch (ChatSessionException exception)
            {
                // The last problem says that the rest is not read.
                if (++broken <= BrokenLinesNamed || !isRestRead)
                    problems.Add(
                        new FileProblem(Path, line, exception.Error, exception.Message)
                        {
                            IsUnfinished = exception.InnerException is JsonException,
                        }
                    );
                continue;
            }
            if (sessions.Add(found))
                states?.Keep(Path, found.Summary.SessionId, records.Utf8.ToArray());
        }
        if (broken > MostBrokenLines)
            problems.Add(
                Problem($"{Path} has more than {MostBrokenLines.Grouped()} lines that are not chat sessions; the rest was not read.")
            );
        else if (broken > BrokenLinesNamed)
            problems.Add(Problem($"{Path} has {broken.Grouped()} lines that are not chat sessions."));
        if (!isLines && sessions.Count + broken == 0)
            problems.Add(Problem($"{Path} is empty; it contains no chat session."));
    }

    /// <summary>
    /// What the file has now and, if it is incomplete, the sessions that it had before: another program may be
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
        var others = kept.Count == 1 ? "" : $" and {(kept.Count - 1).Grouped()} more";
        var problem = Problem(
            $"{Path} is incomplete, perhaps still being written; the last complete version of session '{kept[0].Summary.SessionId}'{others} is served."
        );
        return now with { Sessions = [.. now.Sessions, .. kept], Problems = [.. now.Problems, problem] };
    }

    /// <summary>Reads the last complete state of a session; null if it is no longer kept.</summary>
    public Session? ReadLastWhole(StoredSession stored, WholeStates states)
    {
        if (states.Find(Path, stored.Summary.SessionId) is not { } json)
            return null;
        var session = SessionJson.Read(json, stored.Origin);
        return new Session(stored.Summary, session.Events, session.Json);
    }

    /// <summary>Reads a session from where it was found.</summary>
    /// <exception cref="ChatSessionException">The file has changed and the session is no longer there, or it cannot be read.</exception>
    public Session Read(StoredSession stored, long maxSessionBytes, CancellationToken cancellationToken)
    {
        try
        {
            using var file = Open();
            using var content = Gzip.Decompress(file, out var isCompressed);
            if (isCompressed)
                Gzip.Skip(content, stored.Offset, cancellationToken);
            else
                file.Position = stored.Offset;
            var isAsFound = StampOf(file) == stored.Stamp;
            // A file that a running agent keeps replacing is read as it is now; it may change again at any moment.
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

    /// <summary>
    /// Reads sessions of the file in one pass, in the order in which they stand there. Ends early if the file has changed or cannot be read, and
    /// leaves out what is no session.
    /// </summary>
    public IEnumerable<Session> ReadAll(IEnumerable<StoredSession> stored, CancellationToken cancellationToken)
    {
        var inOrder = stored.OrderBy(session => session.Offset).ToList();
        using var pass = FilePass.TryBegin(this, inOrder[0].Stamp);
        foreach (var session in inOrder)
        {
            if (pass is null || !pass.TryRead(session, cancellationToken, out var read))
                yield break;
            if (read is not null)
                yield return read;
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
        // A cheap check without parsing again. If there are events, they are an array.
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
            $"{origin} is over the size limit of {maxSessionBytes.Grouped()} bytes; "
                + (isRestLost ? "it and the rest of the file were not read." : "it was not read.")
                + " Raise the limit with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
        );

    internal Stream Open() => Piped?.Open() ?? OpenUnlocked(Path);

    /// <summary>Opens without a buffer and without a lock, so that other programs can write the file.</summary>
    internal static FileStream OpenUnlocked(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    internal FileStamp StampOf(Stream opened) => opened is FileStream file ? FileStamp.Read(file) : Stamp;

    /// <summary>Whether the first line is a complete object; in indented JSON it is not.</summary>
    private bool BeginsWithLine(long maxSessionBytes, CancellationToken cancellationToken)
    {
        using var file = Open();
        using var content = Gzip.Decompress(file, out var isCompressed);
        var lines = new RecordReader(content, isLines: true, new RecordLimits(Path, maxSessionBytes, isCompressed));
        while (lines.Read(cancellationToken) && lines.IsBlank) { }
        var line = lines.Utf8.Span.Trim(" \t\r\uFEFF"u8);
        return line.StartsWith("{"u8) && line.EndsWith("}"u8);
    }
}
