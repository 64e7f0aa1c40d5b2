using System.Buffers;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Reads a body into memory up to a limit, in bytes after decompression.</summary>
internal static class BoundedBody
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Reads a whole body. The peak memory is twice the body's size, or once if its length was announced.</summary>
    /// <param name="tooLarge">Makes the error; called as soon as the body is known to be over the limit. The rest is not read.</param>
    /// <exception cref="IOException">The body is incomplete.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpContent content,
        long limit,
        Func<ChatSessionException> tooLarge,
        CancellationToken cancellationToken
    )
    {
        // Absent for a compressed body: the decompressing handler removes it.
        var announced = content.Headers.ContentLength;
        if (announced > limit)
            throw tooLarge();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        if (announced is { } length)
        {
            var body = GC.AllocateUninitializedArray<byte>((int)length);
            await stream.ReadExactlyAsync(body, cancellationToken);
            return body;
        }
        return await ReadChunksAsync(stream, limit, tooLarge, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadChunksAsync(
        Stream stream,
        long limit,
        Func<ChatSessionException> tooLarge,
        CancellationToken cancellationToken
    )
    {
        var chunks = new List<byte[]>();
        try
        {
            var total = 0L;
            int read;
            do
            {
                var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
                chunks.Add(chunk);
                read = await FillAsync(stream, chunk, cancellationToken);
                total += read;
                if (total > limit)
                    throw tooLarge();
            } while (read == ChunkBytes);

            var body = GC.AllocateUninitializedArray<byte>((int)total);
            for (var index = 0; index < chunks.Count; index++)
            {
                var start = index * ChunkBytes;
                chunks[index].AsSpan(0, Math.Min(ChunkBytes, body.Length - start)).CopyTo(body.AsSpan(start));
            }
            return body;
        }
        finally
        {
            chunks.ForEach(chunk => ArrayPool<byte>.Shared.Return(chunk));
        }
    }

    private static async ValueTask<int> FillAsync(Stream stream, byte[] chunk, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAtLeastAsync(chunk.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken);
        }
        // Broken data: gzip throws the first, Brotli the second.
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            throw new IOException("The compressed body is broken.", exception);
        }
    }
}
