using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>Reads a file from its beginning and, if its format allows it, goes on with what is appended to it later.</summary>
internal sealed class FileReading : IDisposable
{
    private readonly ImportOrigin origin;
    private readonly OriginalRecords? originals;
    private readonly ImportRecords records;
    private readonly RecordLimits limits;
    private readonly GrowingTranscript? transcript;
    private readonly KnownPart known = new();
    private Stream content;
    private Stream raw;

    /// <param name="mayContinue">Whether to keep what is needed to go on later.</param>
    public FileReading(ImportFile file, Recognition recognition, long maxSessionBytes, bool mayContinue)
    {
        var format = recognition.Format!;
        origin = ImportOrigin.For(file, format, maxSessionBytes);
        content = file.Open(out raw, out var isCompressed);
        try
        {
            if (mayContinue && format.CanGrow && recognition.IsLasting && !isCompressed && raw is FileStream onDisk)
            {
                transcript = format.Begin?.Invoke(origin);
                content = known.From(onDisk, 0);
            }
            limits = new RecordLimits(file.Path, maxSessionBytes, isCompressed);
            originals = format.IsOriginal ? null : new OriginalRecords(origin, recognition.IsLines, file.KeepsEncodedData);
            records = new ImportRecords(new RecordReader(content, recognition.IsLines, limits), recognition.IsLines, origin, originals);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file's full path.</summary>
    public string Place => origin.Place;

    /// <summary>Whether it can go on when the file has grown.</summary>
    public bool CanContinue => transcript is not null && records.Next is not null;

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Bytes => (transcript?.Bytes ?? 0) + (originals?.Bytes ?? 0);

    /// <summary>Prepares to read what was appended; false if the file must be read from its beginning.</summary>
    public bool TryContinue(ImportFile file, CancellationToken cancellationToken)
    {
        if (!CanContinue || file.Piped is not null || file.OpenRaw() is not FileStream opened)
            return false;
        (raw, content) = (opened, opened);
        origin.Continue(file);
        originals?.Continue();
        if (!known.IsIn(opened) || !transcript!.IsUpToDate(cancellationToken))
            return false;
        var next = records.Next!.Value;
        content = known.From(opened, next.Offset);
        if (records.NeedsLineFeed && opened.Length > next.Offset)
        {
            if (content.ReadByte() != '\n')
                return false;
            next = next with { Offset = next.Offset + 1 };
        }
        records.Continue(new RecordReader(content, isLines: true, limits, next));
        return true;
    }

    /// <summary>Reads to the end of the file.</summary>
    /// <param name="broken">Called for each line that is broken or not a session.</param>
    /// <returns>The sessions of the whole file.</returns>
    public IEnumerable<ImportedSession> Read(Action<ChatSessionException> broken, CancellationToken cancellationToken)
    {
        var sessions = transcript?.Read(records, broken, cancellationToken) ?? origin.Format.Read(records, broken, cancellationToken);
        foreach (var session in sessions)
            if (IsOfAnotherFormat(session))
                broken(
                    new ChatSessionException(
                        ChatSessionError.InvalidSession,
                        $"{(session.Line is { } line ? $"{origin.Name}, line {line}" : origin.Name)} looks like {origin.Format.Name}, but nothing "
                            + "in it could be read as that. If it is in another format, pass --format."
                    )
                );
            else
                yield return session with
                {
                    ReadUpTo = raw.Position,
                    Original = session.Original ?? originals?.Original(line: null),
                };
        Close();
    }

    public void Dispose()
    {
        Close();
        originals?.Dispose();
        transcript?.Dispose();
    }

    /// <summary>Closes the file. What was read is kept, but not what only reading needs.</summary>
    private void Close()
    {
        records?.Release();
        origin.Neighbours = null;
        content.Dispose();
        raw.Dispose();
    }

    /// <summary>Whether no record was understood: each was kept as it is. A session of LlamaCloud may have events of any type.</summary>
    private static bool IsOfAnotherFormat(ImportedSession imported) =>
        imported.Format != LlamaCloudSession.Format
        && !imported.Session.Events.IsEmpty
        && imported.Session.Events.All(one => one is UnknownEvent { Type: "record" });
}
