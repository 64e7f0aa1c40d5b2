using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>
/// Divides a stream into records: its lines, or the whole of it as one. Holds one record at a time, and of one that is too large no more
/// than the limit.
/// </summary>
internal sealed class RecordReader(Stream stream, bool isLines, RecordLimits limits)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private int next;
    private long position;

    /// <summary>The record's line, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Where in the stream the record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>The record without its line feed, until the next is read; empty when it is too large.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; private set; }

    /// <summary>Whether the record has more bytes than the limit; such a whole stream is left where that was noticed.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Whether the record holds nothing but white space.</summary>
    public bool IsBlank => !IsTooLarge && !Utf8.Span.ContainsAnyExcept(" \t\r"u8);

    /// <summary>Goes to the next record; false at the end of the stream.</summary>
    /// <exception cref="ChatSessionException">The file is larger than the limits allow.</exception>
    public bool Read(CancellationToken cancellationToken)
    {
        start = next;
        limits.CheckLines(++Line);
        Offset = position - (end - start);
        IsTooLarge = false;
        var recordEnd = -1;
        for (var searched = start; recordEnd < 0; )
        {
            var lineFeed = isLines ? buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n') : -1;
            if (lineFeed >= 0)
            {
                recordEnd = searched + lineFeed;
                next = recordEnd + 1;
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
