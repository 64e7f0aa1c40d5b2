using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ChatMcpServer.Hosting;

/// <summary>A line of input without its line feed.</summary>
/// <param name="Bytes">The whole line, or how it starts when it is too long. Good until the next line is asked for.</param>
/// <param name="End">How a line ends that is too long to hold; null when it is not.</param>
public readonly record struct Line(ReadOnlyMemory<byte> Bytes, byte[]? End)
{
    /// <summary>As much of either end of a line that is too long as it takes to find the id of the request in it.</summary>
    private const int EndBytes = 512;

    /// <summary>Reads lines, the last one without a line feed too, until the input ends; throws when it is to stop before.</summary>
    /// <param name="maxBytes">Longer lines are passed over, all but their ends.</param>
    public static async IAsyncEnumerable<Line> ReadAllAsync(Stream input, int maxBytes, [EnumeratorCancellation] CancellationToken stop)
    {
        PipeReader reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        Line? tooLong = null;
        while (true)
        {
            // Standard input does not let go of a read that has begun: when the server is to stop it is left behind.
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
