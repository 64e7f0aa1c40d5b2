using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>The records of a file, checked to be JSON. Reading the next one invalidates the previous one.</summary>
internal sealed class ImportRecords(RecordReader reader, bool isLines, ImportOrigin origin)
{
    /// <summary>The record's line, from 1; null if the file is one record.</summary>
    public int? Line => isLines ? reader.Line : null;

    /// <summary>The record's name in errors.</summary>
    public string Name => isLines ? $"{origin.Name}, line {reader.Line}" : origin.Name;

    public ImportOrigin Origin => origin;

    /// <summary>What was skipped, one sentence each.</summary>
    public List<string> Notes { get; } = [];

    public int BrokenLines { get; private set; }

    /// <summary>How many lines had bytes that were replaced.</summary>
    public int RepairedLines { get; private set; }

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
    /// The records of a transcript, with lists split into items. Lines with a few broken bytes are repaired, and a record with raw line feeds
    /// is put together. Other broken lines are skipped: the program was killed, or the disk was full. An incomplete last line is not a fault:
    /// the program is still writing it.
    /// </summary>
    /// <param name="broken">Called for each broken line.</param>
    /// <exception cref="ChatSessionException">A line is too large, or the file is a single broken record.</exception>
    public IEnumerable<RawJson> Transcript(Action<ChatSessionException> broken, CancellationToken cancellationToken)
    {
        var begun = new BrokenRecord(origin.MaxSessionBytes);
        var lastLine = 0;
        while (reader.Read(cancellationToken))
        {
            if (reader.IsBlank)
            {
                begun.AddBlank(reader.Utf8.Span);
                continue;
            }
            lastLine = reader.Line;
            var record = Look(begun, broken);
            if (record.IsMissing)
                continue;
            var list = record.Kind == JsonValueKind.Array ? record : record.Property("loglines");
            if (list.Kind != JsonValueKind.Array)
                yield return record;
            foreach (var item in list.Items())
                yield return item;
        }
        if (begun.Faults.Count == 1)
            Notes.Add($"Line {lastLine.Grouped()} is incomplete and was skipped; the program may still be writing it.");
        else
            LeaveOut(begun, broken);
        if (BrokenLines > 0)
            Notes.Add($"Broken lines skipped: {BrokenLines.Grouped()}.");
        if (RepairedLines > 0)
            Notes.Add($"Lines repaired, with bytes that are not JSON or not UTF-8: {RepairedLines.Grouped()}.");
    }

    /// <summary>The record that ends with the current line; missing if the line is broken, or more belongs to it.</summary>
    private RawJson Look(BrokenRecord begun, Action<ChatSessionException> broken)
    {
        try
        {
            var record = Current();
            LeaveOut(begun, broken);
            if (System.Text.Unicode.Utf8.IsValid(reader.Utf8.Span))
                return record;
            RepairedLines++;
            return RepairedJson.Of(reader.Utf8.Span);
        }
        catch (ChatSessionException fault) when (isLines && !reader.IsTooLarge)
        {
            var line = reader.Utf8.Span;
            var repaired = RepairedJson.Of(line);
            if (repaired.IsMissing && begun.Add(line, fault))
            {
                repaired = begun.Whole;
                if (repaired.IsMissing)
                    return default;
                begun.Clear();
            }
            LeaveOut(begun, broken);
            if (repaired.IsMissing)
            {
                repaired = RepairedJson.AtEnd(line);
                if (!repaired.IsMissing || !begun.Begin(line, fault))
                    LeaveOut(fault, broken);
            }
            else
                RepairedLines++;
            return repaired;
        }
    }

    private void LeaveOut(BrokenRecord begun, Action<ChatSessionException> broken)
    {
        begun.Faults.ForEach(fault => LeaveOut(fault, broken));
        begun.Clear();
    }

    private void LeaveOut(ChatSessionException fault, Action<ChatSessionException> broken)
    {
        BrokenLines++;
        broken(fault);
    }
}
