using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ChatMcpServer.Hosting;

/// <summary>A line of input without its line feed.</summary>
/// <param name="Bytes">The whole line, or the start of a line that is too long. Valid until the next line is read.</param>
/// <param name="End">The end of a line that is too long; otherwise null.</param>
public readonly record struct Line(ReadOnlyMemory<byte> Bytes, byte[]? End)
{
    /// <summary>How much of each end of a too long line is kept: enough to find the request id in it.</summary>
    private const int EndBytes = 512;

    /// <summary>Reads lines until the input ends, including a last line without a line feed; throws if it is stopped before.</summary>
    /// <param name="maxBytes">Of a longer line, only the start and the end are kept.</param>
    public static async IAsyncEnumerable<Line> ReadAllAsync(Stream input, int maxBytes, [EnumeratorCancellation] CancellationToken stop)
    {
        PipeReader reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        Line? tooLong = null;
        while (true)
        {
            // A read of standard input cannot be cancelled, so it is abandoned when the server stops.
            ReadResult read = await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(stop);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } lineFeed)
            {
                yield return Join(tooLong, rest.Slice(0, lineFeed), maxBytes);
                tooLong = null;
                rest = rest.Slice(rest.GetPosition(1, lineFeed));
            }
            if (read.IsCompleted)
            {
                if (tooLong is not null || !rest.IsEmpty)
                    yield return Join(tooLong, rest, maxBytes);
                yield break;
            }
            if (tooLong is not null || rest.Length > maxBytes)
            {
                tooLong = Join(tooLong, rest, maxBytes);
                rest = rest.Slice(rest.End);
            }
            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static Line Join(Line? tooLong, in ReadOnlySequence<byte> more, int maxBytes)
    {
        byte[] end = more.Slice(Math.Max(0, more.Length - EndBytes)).ToArray();
        if (tooLong is { } line)
            return line with { End = [.. line.End!.Concat(end).TakeLast(EndBytes)] };
        if (more.Length > maxBytes)
            return new Line(more.Slice(0, EndBytes).ToArray(), end);
        return new Line(more.IsSingleSegment ? more.First : more.ToArray(), End: null);
    }
}
