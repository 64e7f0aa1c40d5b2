using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>The records of a file, checked to be JSON. Reading the next one invalidates the previous one.</summary>
/// <param name="originals">Keeps them; null to keep nothing.</param>
internal sealed class ImportRecords(RecordReader reader, bool isLines, ImportOrigin origin, OriginalRecords? originals)
{
    /// <summary>The line of the only record that was kept of its file; null if there is no such line.</summary>
    public int? OnlyLine { get; init; }

    /// <summary>The record's line, from 1; null if the file is one record.</summary>
    public int? Line => isLines ? OnlyLine ?? reader.Line : null;

    /// <summary>The record's name in errors.</summary>
    public string Name => isLines ? $"{origin.Name}, line {reader.Line}" : origin.Name;

    public ImportOrigin Origin => origin;

    /// <summary>What was skipped, one sentence each.</summary>
    public List<string> Notes { get; } = [];

    public int BrokenLines { get; private set; }

    /// <summary>Reads the next record that is not blank; false at the end.</summary>
    public bool Read(CancellationToken cancellationToken)
    {
        while (reader.Read(cancellationToken))
            if (!reader.IsBlank)
                return true;
        return false;
    }

    /// <summary>The current record, checked.</summary>
    /// <exception cref="ChatSessionException">It is broken or too large.</exception>
    public RawJson Current()
    {
        if (reader.IsTooLarge)
            throw TooLarge($"{Name} is", origin.MaxSessionBytes);
        try
        {
            return RawJson.Parse(reader.Utf8);
        }
        catch (JsonException exception)
        {
            var line = isLines || exception.LineNumber is not > 0 ? "" : $"line {(exception.LineNumber + 1).Grouped()}, ";
            throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{Name} is not valid JSON: it is incomplete or has an error at {line}byte {(exception.BytePositionInLine + 1).Grouped()}. "
                    + "Fix or remove it, or download the file again, and import again.",
                exception
            );
        }
    }

    /// <param name="whatIs">The start of the sentence, including the verb.</param>
    public static ChatSessionException TooLarge(string whatIs, long maxSessionBytes) =>
        new(
            ChatSessionError.TooLarge,
            $"{whatIs} over the size limit of {maxSessionBytes.Grouped()} bytes. "
                + "Raise it with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
        );

    /// <summary>The sessions of a file with one per record. A line that is broken or not a session is skipped.</summary>
    /// <param name="read">Makes a session from a record, its origin and its line.</param>
    /// <param name="broken">Called for each skipped line.</param>
    public IEnumerable<ImportedSession> Each(
        Func<RawJson, ImportOrigin, int?, ImportedSession> read,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        while (Read(cancellationToken))
        {
            ImportedSession session;
            var line = Line;
            originals?.Begin(reader.Utf8.Span);
            try
            {
                session = read(Current(), origin with { Name = Name }, line);
            }
            catch (ChatSessionException fault) when (isLines)
            {
                broken(fault);
                continue;
            }
            yield return session with
            {
                Original = originals?.Original(line),
            };
        }
    }

    /// <summary>
    /// The records of a transcript, with lists split into items. Broken lines are skipped: the program was killed, or the disk was full.
    /// An incomplete last line is not a fault: the program is still writing it.
    /// </summary>
    /// <param name="broken">Called for each broken line.</param>
    /// <exception cref="ChatSessionException">A line is too large, or the file is a single broken record.</exception>
    public IEnumerable<RawJson> Transcript(Action<ChatSessionException> broken, CancellationToken cancellationToken)
    {
        ChatSessionException? cutOff = null;
        byte[]? cutOffRecord = null;
        var lastLine = 0;
        while (Read(cancellationToken))
        {
            if (cutOff is not null)
                LeaveOut(cutOff, broken);
            if (cutOffRecord is not null)
                originals?.Add(cutOffRecord);
            (cutOff, cutOffRecord) = (null, null);
            lastLine = reader.Line;
            RawJson record;
            try
            {
                record = Current();
            }
            catch (ChatSessionException fault) when (isLines && !reader.IsTooLarge)
            {
                if (BreaksOff())
                {
                    (cutOff, cutOffRecord) = (fault, reader.Utf8.ToArray());
                    continue;
                }
                LeaveOut(fault, broken);
                originals?.Add(reader.Utf8.Span);
                continue;
            }
            originals?.Add(reader.Utf8.Span);
            var list = record.Kind == JsonValueKind.Array ? record : record.Property("loglines");
            if (list.Kind != JsonValueKind.Array)
                yield return record;
            foreach (var item in list.Items())
                yield return item;
        }
        if (cutOff is not null)
            Notes.Add($"Line {lastLine.Grouped()} is incomplete and was skipped; the program may still be writing it.");
        if (BrokenLines > 0)
            Notes.Add($"Broken lines skipped: {BrokenLines.Grouped()}.");
    }

    private void LeaveOut(ChatSessionException fault, Action<ChatSessionException> broken)
    {
        BrokenLines++;
        broken(fault);
    }

    /// <summary>Whether the record is valid JSON as far as it goes, but incomplete.</summary>
    private bool BreaksOff()
    {
        var json = new Utf8JsonReader(reader.Utf8.Span, isFinalBlock: false, new JsonReaderState(RawJson.AnyDepth));
        try
        {
            while (json.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
