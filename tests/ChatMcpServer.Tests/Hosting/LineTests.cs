using System.IO.Pipelines;
using System.Text;
using ChatMcpServer.Hosting;
using CsCheck;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class LineTests
{
    private const int MaxBytes = 1000;

    [Fact]
    public async Task However_the_input_arrives_the_lines_are_the_same() =>
        await Gen.Select(Gen.String[Gen.Char["ab\r "], 0, 1500].Array[0, 6], Gen.Int[1, 700])
            .SampleAsync(
                async (lines, chunk) =>
                {
                    List<string> read = [];
                    await foreach (
                        Line line in Line.ReadAllAsync(InChunks(string.Join('\n', lines), chunk), MaxBytes, CancellationToken.None)
                    )
                        read.Add(line.End is { } end ? $"{Text(line.Bytes)}…{Text(end)}" : Text(line.Bytes));

                    // A line feed at the end does not start another line.
                    IEnumerable<string> expected = lines.Length > 0 && lines[^1] is "" ? lines[..^1] : lines;
                    return read.SequenceEqual(expected.Select(line => line.Length > MaxBytes ? $"{line[..512]}…{line[^512..]}" : line));
                }
            );

    [Fact]
    public async Task Reading_stops_when_it_is_to_although_the_input_says_nothing()
    {
        var silent = new Pipe();
        using var stop = new CancellationTokenSource();
        IAsyncEnumerator<Line> lines = Line.ReadAllAsync(silent.Reader.AsStream(), MaxBytes, stop.Token)
            .GetAsyncEnumerator(CancellationToken.None);
        Task<bool> next = lines.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await lines.DisposeAsync();
    }

    private static Stream InChunks(string text, int size)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        _ = Task.Run(async () =>
        {
            foreach (char[] chunk in text.Chunk(size))
                await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(chunk));
            await pipe.Writer.CompleteAsync();
        });
        return pipe.Reader.AsStream();
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.ASCII.GetString(bytes.Span);
}
