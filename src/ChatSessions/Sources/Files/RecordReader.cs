using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>Where records start in a file: after so many bytes, which are so many lines.</summary>
internal readonly record struct RecordStart(long Offset, int Lines);

/// <summary>
/// Splits a stream into records: its lines, or the whole stream as one. Holds one record at a time, and never more of it
/// than the limit.
/// </summary>
/// <param name="from">Where in a file the stream begins: at the start of a line.</param>
internal sealed class RecordReader(Stream stream, bool isLines, RecordLimits limits, RecordStart from = default)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private int next;
    private long position = from.Offset;

    /// <summary>The record's line, from 1.</summary>
    public int Line { get; private set; } = from.Lines;

    /// <summary>The record's start in the file, in bytes.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the next record starts.</summary>
    public RecordStart Next => new(position - (end - next), Line);

    /// <summary>Whether the record is a line that ends with a line feed. Otherwise the stream ends with it.</summary>
    public bool HasLineFeed { get; private set; }

    /// <summary>The record without its line feed, valid until the next read; empty if it is too large.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; private set; }

    /// <summary>Whether the record is over the limit. If the whole stream is one record, reading stops there.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Whether the record is only white space.</summary>
    public bool IsBlank => !IsTooLarge && !Utf8.Span.ContainsAnyExcept(" \t\r"u8);

    /// <summary>Gives up the memory for reading. The record is invalid then, and there is no next one.</summary>
    public void Release() => (buffer, start, end, next, Utf8) = ([], 0, 0, 0, default);

    /// <summary>Reads the next record; false at the end of the stream.</summary>
    /// <exception cref="ChatSessionException">The file is larger than the limits allow.</exception>
    public bool Read(CancellationToken cancellationToken)
    {
        start = next;
        limits.CheckLines(++Line);
        Offset = position - (end - start);
        IsTooLarge = HasLineFeed = false;
        var recordEnd = -1;
        for (var searched = start; recordEnd < 0; )
        {
            var lineFeed = isLines ? buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n') : -1;
            if (lineFeed >= 0)
            {
                recordEnd = searched + lineFeed;
                next = recordEnd + 1;
                HasLineFeed = true;
            }
            else
            {
                if (end - start > limits.MaxRecordBytes)
                {
                    IsTooLarge = true;
                    start = end = 0;
                    if (!isLines)
                        return true;
                }
                MakeRoom();
                searched = end;
                cancellationToken.ThrowIfCancellationRequested();
                var count = stream.Read(buffer, end, buffer.Length - end);
                end += count;
                position += count;
                limits.CheckBytes(position);
                if (count == 0)
                {
                    recordEnd = next = end;
                    if (recordEnd == start && !IsTooLarge)
                        return false;
                }
            }
        }
        IsTooLarge |= recordEnd - start > limits.MaxRecordBytes;
        Utf8 = IsTooLarge ? default : buffer.AsMemory(start..recordEnd);
        return true;
    }

    private void MakeRoom()
    {
        if (end < buffer.Length)
            return;
        var larger = start > 0 ? buffer : new byte[(int)Math.Min(2L * buffer.Length, Array.MaxLength)];
        buffer.AsSpan(start, end - start).CopyTo(larger);
        end -= start;
        start = 0;
        buffer = larger;
    }
}
