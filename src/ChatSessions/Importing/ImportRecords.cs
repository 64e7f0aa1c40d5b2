using System.Buffers;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>The records of a file, checked to be JSON. Reading the next one invalidates the previous one.</summary>
/// <param name="originals">Keeps them; null to keep nothing.</param>
internal sealed class ImportRecords(RecordReader reader, bool isLines, ImportOrigin origin, OriginalRecords? originals)
{
    private readonly TranscriptRecords transcript = new(isLines, origin.MaxSessionBytes, originals);
    private RecordReader reader = reader;

    /// <summary>The line of the only record that was kept of its file; null if there is no such line.</summary>
    public int? OnlyLine { get; init; }

    /// <summary>The record's line, from 1; null if the file is one record.</summary>
    public int? Line => isLines ? OnlyLine ?? reader.Line : null;

    /// <summary>The record's name in errors.</summary>
    public string Name => isLines ? $"{origin.Name}, line {reader.Line}" : origin.Name;

    public ImportOrigin Origin => origin;

    /// <summary>What was skipped, one sentence each.</summary>
    public IReadOnlyCollection<string> Notes => transcript.Notes;

    public int BrokenLines => transcript.BrokenLines;

    /// <summary>How many lines had bytes that were replaced.</summary>
    public int RepairedLines => transcript.RepairedLines;

    /// <summary>Where to read on when the transcript has grown; null if it must be read from its beginning.</summary>
    public RecordStart? Next => transcript.Next;

    /// <inheritdoc cref="TranscriptRecords.NeedsLineFeed"/>
    public bool NeedsLineFeed => transcript.NeedsLineFeed;

    /// <summary>Goes on with what was appended to a transcript.</summary>
    /// <param name="appended">A reader that begins at <see cref="Next"/>, behind the line feed that must stand there.</param>
    public void Continue(RecordReader appended) => reader = appended;

    /// <summary>Gives up the memory for reading.</summary>
    public void Release() => reader.Release();

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

    /// <summary>
    /// The sessions of a file with one per record, or a single one if each line is a message. A line that is broken or not a session is
    /// skipped.
    /// </summary>
    /// <param name="read">Makes a session from a record or a list of messages, its origin and its line.</param>
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
            var isMessages = false;
            originals?.Begin(reader.Utf8.Span);
            try
            {
                var record = Current();
                isMessages = IsMessageALine(record);
                session = isMessages ? OfMessages(record) : read(record, origin with { Name = Name }, line);
            }
            catch (ChatSessionException fault) when (isLines)
            {
                broken(fault);
                continue;
            }
            yield return session with
            {
                Original = originals?.Original(isMessages ? null : line),
            };
        }

        ImportedSession OfMessages(RawJson first)
        {
            var messages = Messages(first, broken, cancellationToken);
            var session = read(messages, origin with { BrokenLines = BrokenLines }, null);
            return session with { Notes = [.. session.Notes, .. Notes] };
        }
    }

    /// <summary>The sessions of a file with a list of them, as exports have it. What is not a session is skipped.</summary>
    /// <param name="read">Makes a session from an item, its origin and its line; null if nothing was said in it.</param>
    /// <param name="broken">Called for each skipped item.</param>
    /// <param name="listIn">The list in an object; missing if the object is a session itself.</param>
    public IEnumerable<ImportedSession> EachItem(
        Func<RawJson, ImportOrigin, int?, ImportedSession?> read,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken,
        Func<Fields, RawJson>? listIn = null
    )
    {
        foreach (var record in Transcript(broken, cancellationToken))
        {
            if (isLines)
                originals?.Begin(reader.Utf8.Span);
            var list = listIn?.Invoke(new Fields(record)) ?? default;
            foreach (var item in list.Kind == JsonValueKind.Array ? list.Items() : [record])
            {
                ImportedSession? session;
                try
                {
                    session = read(item, origin with { Name = Name }, Line);
                }
                catch (ChatSessionException fault)
                {
                    broken(fault);
                    continue;
                }
                if (session is not null)
                    yield return session with
                    {
                        Original = originals?.Original(Line),
                    };
            }
        }
    }

    /// <summary>Whether the file is a conversation with a message on each line, as the first of them shows.</summary>
    private bool IsMessageALine(RawJson record)
    {
        if (!isLines || record.Kind != JsonValueKind.Object)
            return false;
        var fields = new Fields(record);
        return !origin.Format.IsRecord(fields)
            && !fields.Has("messages")
            && (origin.Format.IsMessage(fields) || fields.Text("role") is not null && (fields.Has("content") || fields.Has("contents")));
    }

    /// <summary>A message and those on the following lines as a list.</summary>
    private RawJson Messages(RawJson first, Action<ChatSessionException> broken, CancellationToken cancellationToken)
    {
        var list = new ArrayBufferWriter<byte>();
        list.Write("["u8);
        list.Write(first.Utf8.Span);
        foreach (var message in Transcript(broken, cancellationToken))
        {
            if (list.WrittenCount + message.Utf8.Length > origin.MaxSessionBytes)
                throw TooLarge($"{origin.Name} is", origin.MaxSessionBytes);
            list.Write(","u8);
            list.Write(message.Utf8.Span);
        }
        list.Write("]"u8);
        return new RawJson(list.WrittenMemory);
    }

    /// <summary>The records of a transcript: <see cref="TranscriptRecords.Read"/>.</summary>
    /// <param name="broken">Called for each broken line.</param>
    public IEnumerable<RawJson> Transcript(Action<ChatSessionException> broken, CancellationToken cancellationToken) =>
        transcript.Read(reader, this, broken, cancellationToken);
}
