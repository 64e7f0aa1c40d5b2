using System.Buffers;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Bytes in pieces. A long message takes its own size once: it is never copied to a larger buffer, and no pool keeps its memory.
/// </summary>
/// <remarks>Not a <see cref="System.IO.Pipelines.Pipe"/>: that takes 1 MB more at the start, and 25 MB more stay in use after long answers.</remarks>
internal sealed class Pieces : IBufferWriter<byte>
{
    /// <summary>Below the size that goes to the large object heap.</summary>
    private const int Size = 64 << 10;

    /// <summary>Most messages are small.</summary>
    private const int FirstSize = 4 << 10;

    private readonly List<ReadOnlyMemory<byte>> full = [];
    private byte[] current = [];
    private int written;

    public IEnumerable<ReadOnlyMemory<byte>> All => [.. full, current.AsMemory(..written)];

    public void Advance(int count) => written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (current.Length - written < Math.Max(1, sizeHint))
        {
            full.Add(current.AsMemory(..written));
            (current, written) = (new byte[Math.Max(sizeHint, full.Count == 1 ? FirstSize : Size)], 0);
        }
        return current.AsMemory(written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
