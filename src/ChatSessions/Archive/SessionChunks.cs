using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>
/// Splits a session's JSON into compressed chunks, so that one event can be read without the megabytes around it. Joined in order they
/// give the JSON, byte for byte.
/// </summary>
internal static class SessionChunks
{
    /// <summary>Larger chunks compress a little better, but finding an event in them takes longer.</summary>
    private const int MinBytes = 32 << 10;

    /// <summary>A fast Brotli level: import time matters more than file size.</summary>
    private const int Quality = 1;

    /// <summary>Up to this length, memory is allocated on the row's word alone; what is longer is measured first.</summary>
    private const long LongestTrusted = 64 << 20;

    /// <summary>JSON seldom becomes so many times smaller.</summary>
    private const int MostTimes = 32;

    /// <summary>Splits before events: a chunk ends at the first event after 32 KB.</summary>
    /// <param name="mayCutBefore">Whether a chunk may begin with the event at this position.</param>
    public static IEnumerable<Chunk> Cut(RawJson json, ImmutableArray<SessionEvent> events, Func<int, bool> mayCutBefore)
    {
        var (first, start) = (0, 0);
        // The JSON before the events goes into the first chunk.
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

    /// <summary>Where a slice of a session's JSON begins in it, in bytes.</summary>
    public static int OffsetIn(RawJson json, ReadOnlyMemory<byte> part) =>
        json.Utf8.Span.Overlaps(part.Span, out var offset)
            ? offset
            : throw new ArgumentException("The events are not part of the session's JSON.", nameof(part));

    /// <summary>Finds the event that contains a byte.</summary>
    /// <param name="json">A chunk.</param>
    /// <param name="isFirst">Whether it is the session's first chunk, which begins with the JSON before the events.</param>
    /// <param name="at">Where the byte is in the chunk.</param>
    /// <exception cref="JsonException">The chunk is damaged.</exception>
    public static (int Start, int Length) EventAt(byte[] json, bool isFirst, int at)
    {
        // A row of values is valid JSON only within an array.
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

    /// <summary>Decompresses a chunk of a stated length; false if the body is damaged or has another length.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> body, long length, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = length >= 0 && length <= Array.MaxLength && (CanBeOf(length, body.Length) || IsOf(body, length)) ? new byte[length] : null;
        return bytes is not null && TryDecompress(body, bytes);
    }

    /// <summary>Whether memory may be allocated for so many bytes, since they are few, or so many bodies may well hold them.</summary>
    /// <param name="stored">The length of all bodies.</param>
    public static bool CanBeOf(long length, long stored) => length <= LongestTrusted || length / MostTimes <= stored;

    /// <summary>Whether the body decompresses to this length. Counts in a small buffer, before that much memory is allocated.</summary>
    public static bool IsOf(ReadOnlySpan<byte> body, long length)
    {
        using var decoder = new BrotliDecoder();
        Span<byte> some = stackalloc byte[4096];
        for (var status = OperationStatus.DestinationTooSmall; status == OperationStatus.DestinationTooSmall; )
        {
            status = decoder.Decompress(body, some, out var read, out var written);
            body = body[read..];
            length -= written;
            if (length < 0 || status is OperationStatus.NeedMoreData or OperationStatus.InvalidData)
                return false;
        }
        return length == 0;
    }

    /// <summary>Decompresses into a buffer that it must fill exactly; false if the body is damaged.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> body, Span<byte> bytes) =>
        BrotliDecoder.TryDecompress(body, bytes, out var written) && written == bytes.Length;
}

/// <summary>A piece of a session's JSON that is compressed and stored by itself.</summary>
/// <param name="FirstPosition">The position of the first event in it.</param>
/// <param name="Start">Where it begins in the JSON, in bytes.</param>
/// <param name="End">Where it ends in the JSON, in bytes; the byte there is no longer part of it.</param>
internal readonly record struct Chunk(int FirstPosition, int Start, int End);
