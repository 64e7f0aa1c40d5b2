using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// A session's JSON in compressed parts, so that one event can be read without the megabytes around it. Joined in their order they are
/// the JSON, byte for byte.
/// </summary>
internal static class SessionChunks
{
    /// <summary>Larger ones compress a little better, and take longer to find an event in.</summary>
    private const int MinBytes = 32 << 10;

    /// <summary>Of Brotli's levels the fastest: the file has room, the import has less.</summary>
    private const int Quality = 1;

    /// <summary>No more are asked of the memory at the word of a row alone.</summary>
    private const long LongestTrusted = 64 << 20;

    /// <summary>Cuts where an event begins, at the first one after 32 KB each time.</summary>
    /// <param name="mayCutBefore">Whether a part may begin with the event at this position.</param>
    public static IEnumerable<Chunk> Cut(RawJson json, ImmutableArray<SessionEvent> events, Func<int, bool> mayCutBefore)
    {
        var (first, start) = (0, 0);
        // What stands before the events goes with the first of them.
        foreach (var @event in events.Skip(1))
        {
            var at = OffsetIn(json, @event.Json.Utf8);
            if (at - start < MinBytes || !mayCutBefore(@event.Position))
                continue;
            yield return new(first, start, at);
            (first, start) = (@event.Position, at);
        }
        yield return new(first, start, json.Utf8.Length);
    }

    /// <summary>Where a part of a session's JSON begins in it, in bytes.</summary>
    public static int OffsetIn(RawJson json, ReadOnlyMemory<byte> part) =>
        json.Utf8.Span.Overlaps(part.Span, out var offset)
            ? offset
            : throw new ArgumentException("The events are not part of the session's JSON.", nameof(part));

    /// <summary>Where the event begins that has a byte, and how long it is.</summary>
    /// <param name="json">A part of a session's JSON.</param>
    /// <param name="isFirst">Whether it is the first, which has what stands before the events.</param>
    /// <param name="at">Where in the part the byte is.</param>
    /// <exception cref="JsonException">The part is damaged.</exception>
    public static (int Start, int Length) EventAt(byte[] json, bool isFirst, int at)
    {
        // Values in a row are JSON only within an array.
        if (!isFirst)
        {
            var (start, length) = EventAt([(byte)'[', .. json], depth: 1, at + 1);
            return (start - 1, length);
        }
        return EventAt(json, depth: 2, at);
    }

    private static (int Start, int Length) EventAt(byte[] json, int depth, int at)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(RawJson.AnyDepth));
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            var whole = reader;
            var isWhole = whole.TrySkip();
            if (isWhole && whole.BytesConsumed <= at)
                reader = whole;
            else if (isWhole && reader.CurrentDepth == depth)
                return (start, (int)whole.BytesConsumed - start);
        }
        throw new JsonException("No event in the chunk contains the byte.");
    }

    public static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> bytes, ref byte[] buffer)
    {
        var most = BrotliEncoder.GetMaxCompressedLength(bytes.Length);
        if (buffer.Length < most)
            buffer = new byte[most];
        var window = Math.Clamp(BitOperations.Log2((uint)bytes.Length) + 1, 10, 22);
        if (!BrotliEncoder.TryCompress(bytes, buffer, out var written, Quality, window))
            throw new InvalidOperationException("Brotli wrote more than its own maximum.");
        return buffer.AsSpan(0, written);
    }

    /// <summary>Decompresses a part that says how long it is; false when the body is broken, or is not of that length.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> body, long length, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = length >= 0 && length <= Array.MaxLength && (length <= LongestTrusted || IsOf(body, length)) ? new byte[length] : null;
        return bytes is not null && TryDecompress(body, bytes);
    }

    /// <summary>Whether so many bytes are in it, which is counted before they are asked of the memory.</summary>
    private static bool IsOf(ReadOnlySpan<byte> body, long length)
    {
        using var decoder = new BrotliDecoder();
        Span<byte> some = stackalloc byte[4096];
        for (var status = OperationStatus.DestinationTooSmall; status == OperationStatus.DestinationTooSmall; )
        {
            status = decoder.Decompress(body, some, out var read, out var written);
            body = body[read..];
            length -= written;
            if (status is OperationStatus.NeedMoreData or OperationStatus.InvalidData)
                return false;
        }
        return length == 0;
    }

    /// <summary>Decompresses exactly as many bytes as are asked for; false when the body is broken.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> body, Span<byte> bytes) =>
        BrotliDecoder.TryDecompress(body, bytes, out var written) && written == bytes.Length;
}

/// <summary>A part of a session's JSON.</summary>
/// <param name="FirstPosition">The position of the first event in it.</param>
/// <param name="Start">Where it begins in the JSON, in bytes.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct Chunk(int FirstPosition, int Start, int End);
