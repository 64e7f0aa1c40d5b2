using System.Buffers;

namespace ChatSessions.Importing;

/// <summary>A buffer that grows, in memory that is used again, since an import needs one for each session.</summary>
internal sealed class DraftBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 16 << 10;

    private byte[] bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);

    public int Length { get; private set; }

    public int Capacity => bytes.Length;

    public ReadOnlyMemory<byte> Slice(int start, int length) => bytes.AsMemory(start, length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return bytes.AsSpan(Length);
    }

    /// <summary>Removes everything behind the first bytes.</summary>
    public void Truncate(int length) => Length = length;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
    }

    private void MakeRoom(int sizeHint)
    {
        if (bytes.Length - Length >= Math.Max(sizeHint, 1))
            return;
        var larger = ArrayPool<byte>.Shared.Rent(
            (int)Math.Min(Math.Max(2L * bytes.Length, Length + (long)Math.Max(sizeHint, 1)), Array.MaxLength)
        );
        bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
