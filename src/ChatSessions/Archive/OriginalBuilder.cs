using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Numerics;

namespace ChatSessions.Archive;

/// <summary>
/// Compresses records while they are read. Parts are cut at the same places whenever the same bytes are added, so a file that grew has the
/// same parts as before, except for the last ones.
/// </summary>
internal sealed class OriginalBuilder : IDisposable
{
    /// <summary>Records repeat much of the records before them: parts of 256 KB take 5 % more space.</summary>
    public const int PartBytes = 1 << 20;

    private const int FirstBufferBytes = 64 << 10;

    /// <summary>A fast Brotli level; the next one saves 5 % of the space and takes half as long again.</summary>
    private const int Quality = 1;

    private readonly List<OriginalPart> parts = [];
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int length;

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => length == 0 && parts.Count == 0;

    /// <summary>How many bytes of memory it takes.</summary>
    public long Bytes => buffer.Length + parts.Sum(part => (long)part.Body.Length);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var into = Room(bytes.Length);
            bytes[..into.Length].CopyTo(into);
            bytes = bytes[into.Length..];
        }
    }

    /// <summary>Adds one byte many times.</summary>
    public void Fill(byte value, int count)
    {
        while (count > 0)
        {
            var into = Room(count);
            into.Fill(value);
            count -= into.Length;
        }
    }

    /// <summary>All parts so far. More may be added afterwards.</summary>
    public ImmutableArray<OriginalPart> Parts() => length == 0 ? [.. parts] : [.. parts, Compressed()];

    /// <summary>Begins again with nothing.</summary>
    public void Clear()
    {
        parts.Clear();
        length = 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>Space for as many of these bytes as fit into the current part, at least one.</summary>
    private Span<byte> Room(int count)
    {
        if (length == PartBytes)
        {
            parts.Add(Compressed());
            length = 0;
        }
        var end = Math.Min(length + (long)count, PartBytes);
        if (end > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(end, 2L * buffer.Length), PartBytes));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        var room = buffer.AsSpan(length, (int)end - length);
        length = (int)end;
        return room;
    }

    private OriginalPart Compressed()
    {
        var bytes = buffer.AsSpan(0, length);
        var compressed = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(length));
        try
        {
            var window = Math.Clamp(BitOperations.Log2((uint)length) + 1, 10, 22);
            if (!BrotliEncoder.TryCompress(bytes, compressed, out var written, Quality, window))
                throw new InvalidOperationException("Brotli wrote more than its own maximum.");
            return new OriginalPart(length, compressed.AsSpan(0, written).ToArray());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }
}
