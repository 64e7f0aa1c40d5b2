using ChatSessions.Archive;

namespace ChatSessions.Importing;

/// <summary>
/// Keeps the records of a file while they are read. Data that nobody can read in a session (pictures as base64, encrypted reasoning) is kept as
/// zeros of the same length, unless the user wants it: the sessions made of it are the same, and it takes no space.
/// </summary>
/// <param name="keepsEncodedData">Whether to keep such data.</param>
internal sealed class OriginalRecords(ImportOrigin origin, bool isLines, bool keepsEncodedData) : IDisposable
{
    private readonly OriginalBuilder builder = new();
    private Original? made;

    /// <summary>Begins a new original with this record.</summary>
    public void Begin(ReadOnlySpan<byte> record)
    {
        builder.Clear();
        made = null;
        Add(record);
    }

    public void Add(ReadOnlySpan<byte> record)
    {
        made = null;
        var isFirst = builder.IsEmpty;
        if (!isFirst)
            builder.Add("\n"u8);
        // The first record of a transcript stays whole, since an id may be made of it.
        if (!keepsEncodedData && !(isFirst && origin.Format.IsTranscript))
            while (EncodedData.Find(record) is { } data)
            {
                var (start, length) = data.GetOffsetAndLength(record.Length);
                builder.Add(record[..start]);
                builder.Fill(EncodedData.Zero, length);
                record = record[(start + length)..];
            }
        builder.Add(record);
    }

    /// <summary>How many bytes of memory it takes.</summary>
    public long Bytes => builder.Bytes;

    /// <summary>Goes on with what was appended to the file.</summary>
    public void Continue() => made = null;

    /// <summary>The records that were added so far.</summary>
    /// <param name="line">The line of the only record; null for the records of a whole file.</param>
    public Original Original(int? line) =>
        made ??= new Original(origin.Name, origin.Place, origin.Format.Name, isLines, line, origin.Changed, builder.Parts());

    public void Dispose() => builder.Dispose();
}
