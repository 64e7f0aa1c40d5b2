using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>Reads a transcript only for its index and, when it has grown, what was appended to it. What cannot be read is missing in the index.</summary>
internal sealed class ClaudeCodeIndexFile
{
    private readonly KnownPart known = new();
    private RecordStart? next;

    private ClaudeCodeIndexFile() { }

    public ClaudeCodeIndex Index { get; } = new();

    /// <param name="before">What was read of the file before; null if nothing was.</param>
    public static ClaudeCodeIndexFile Read(
        ImportFile file,
        ClaudeCodeIndexFile? before,
        long maxRecordBytes,
        CancellationToken cancellationToken
    )
    {
        var index = new ClaudeCodeIndexFile();
        try
        {
            using var content = file.Open(out var raw, out var isCompressed);
            var limits = new RecordLimits(file.Path, maxRecordBytes, isCompressed);
            if (raw is not FileStream onDisk || isCompressed)
                index.Add(new RecordReader(content, isLines: true, limits), cancellationToken);
            else
            {
                if (before?.next is not null && before.known.IsIn(onDisk))
                    index = before;
                index.ReadOn(onDisk, limits, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is ChatSessionException || FileProblem.IsOfFileSystem(exception))
        {
            // The import of that file reports it.
        }
        return index;
    }

    private void ReadOn(FileStream file, RecordLimits limits, CancellationToken cancellationToken)
    {
        var start = next ?? default;
        next = null;
        next = Add(new RecordReader(known.From(file, start.Offset), isLines: true, limits, start), cancellationToken);
    }

    /// <summary>Adds the records to the end.</summary>
    /// <returns>Where to read on: a last line without a line feed is read again, since it may go on.</returns>
    private RecordStart Add(RecordReader reader, CancellationToken cancellationToken)
    {
        var whole = reader.Next;
        while (reader.Read(cancellationToken))
        {
            if (!reader.IsBlank && !reader.IsTooLarge && Find(reader.Utf8) is { } record)
                Index.Add(new Fields(record));
            if (reader.HasLineFeed)
                whole = reader.Next;
        }
        return whole;
    }

    private static RawJson? Find(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return RawJson.Parse(utf8) is { Kind: JsonValueKind.Object } record ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
