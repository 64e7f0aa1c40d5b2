using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>The records of a file, checked to be JSON, one at a time: the one before is gone when the next is read.</summary>
internal sealed class ImportRecords(RecordReader reader, bool isLines, ImportOrigin origin)
{
    /// <summary>The line of the record, from 1; null when the file is one record.</summary>
    public int? Line => isLines ? reader.Line : null;

    /// <summary>What to call the record in an error.</summary>
    public string Name => isLines ? $"{origin.Name}, line {reader.Line}" : origin.Name;

    /// <summary>Where the records come from.</summary>
    public ImportOrigin Origin => origin;

    /// <summary>What was left out, a sentence each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>How many lines of a transcript were broken.</summary>
    public int BrokenLines { get; private set; }

    /// <summary>Goes to the next record that is not blank; false at the end.</summary>
    public bool Read(CancellationToken cancellationToken)
    {
        while (reader.Read(cancellationToken))
            if (!reader.IsBlank)
                return true;
        return false;
    }

    /// <summary>The record, checked.</summary>
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
            var line = isLines || exception.LineNumber is not > 0 ? "" : $"line {exception.LineNumber + 1:N0}, ";
            throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{Name} is not valid JSON: it is incomplete or has an error at {line}byte {exception.BytePositionInLine + 1:N0}. "
                    + "Fix or remove it, or download the file again, and import again.",
                exception
            );
        }
    }

    /// <param name="whatIs">What is too large, up to the verb.</param>
    public static ChatSessionException TooLarge(string whatIs, long maxSessionBytes) =>
        new(
            ChatSessionError.TooLarge,
            $"{whatIs} over the size limit of {maxSessionBytes:N0} bytes. " + "Raise it with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
        );

    /// <summary>The sessions of a file in which each record is one. A line that is broken or no session is left out.</summary>
    /// <param name="read">Makes a session of a record, given its origin and its line.</param>
    /// <param name="broken">Told of each line that was left out.</param>
    public IEnumerable<ImportedSession> Each(
        Func<RawJson, ImportOrigin, int?, ImportedSession> read,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        while (Read(cancellationToken))
        {
            ImportedSession session;
            try
            {
                session = read(Current(), origin with { Name = Name }, Line);
            }
            catch (ChatSessionException fault) when (isLines)
            {
                broken(fault);
                continue;
            }
            yield return session;
        }
    }

    /// <summary>
    /// The records of a transcript, those of a list one by one. Broken lines are left out: the program was killed, or the disk was full.
    /// A last line that breaks off is no fault: the program is still writing it.
    /// </summary>
    /// <param name="broken">Told of each broken line.</param>
    /// <exception cref="ChatSessionException">A line is too large, or the file is one record, and broken.</exception>
    public IEnumerable<RawJson> Transcript(Action<ChatSessionException> broken, CancellationToken cancellationToken)
    {
        ChatSessionException? cutOff = null;
        var lastLine = 0;
        while (Read(cancellationToken))
        {
            if (cutOff is not null)
                LeaveOut(cutOff, broken);
            cutOff = null;
            lastLine = reader.Line;
            RawJson record;
            try
            {
                record = Current();
            }
            catch (ChatSessionException fault) when (isLines && !reader.IsTooLarge)
            {
                if (BreaksOff())
                    cutOff = fault;
                else
                    LeaveOut(fault, broken);
                continue;
            }
            var list = record.Kind == JsonValueKind.Array ? record : record.Property("loglines");
            if (list.Kind != JsonValueKind.Array)
                yield return record;
            foreach (var item in list.Items())
                yield return item;
        }
        if (cutOff is not null)
            Notes.Add($"Line {lastLine:N0} is incomplete and was skipped; the program may still be writing it.");
        if (BrokenLines > 0)
            Notes.Add($"Broken lines skipped: {BrokenLines:N0}.");
    }

    private void LeaveOut(ChatSessionException fault, Action<ChatSessionException> broken)
    {
        BrokenLines++;
        broken(fault);
    }

    /// <summary>Whether the record is the beginning of JSON, and no more.</summary>
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
