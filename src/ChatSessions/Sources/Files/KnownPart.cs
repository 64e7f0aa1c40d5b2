namespace ChatSessions.Sources.Files;

/// <summary>
/// Reads a file and remembers how far, so that only what is appended later need be read. To see that the part before is still the same, its first
/// and last bytes are kept, as they were read.
/// </summary>
internal sealed class KnownPart
{
    /// <summary>How much of each end is kept and compared, in bytes.</summary>
    private const int MostKept = 4096;

    private byte[] start = [];
    private byte[] end = [];
    private DateTime lastWriteUtc;
    private DateTime? created;

    /// <summary>How far the file was read, in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Whether the file still begins with what was read. False if it was not changed as programs do that append to it: if it is shorter, or has
    /// another time with the same length.
    /// </summary>
    public bool IsIn(FileStream file)
    {
        var length = file.Length;
        return length >= Length
            && (length > Length || file.SafeFileHandle is var handle && File.GetLastWriteTimeUtc(handle) == lastWriteUtc)
            && (created is null || CreatedOf(file) is not { } now || now == created)
            && Has(file, 0, start)
            && Has(file, Length - end.Length, end);
    }

    /// <summary>Reads on from a place at or before the end of the known part.</summary>
    public Stream From(FileStream file, long offset)
    {
        // Before it is read: what is written during the read changes the time again.
        lastWriteUtc = File.GetLastWriteTimeUtc(file.SafeFileHandle);
        created = CreatedOf(file);
        var again = (int)Math.Min(Length - offset, end.Length);
        end = end[..^again];
        (Length, file.Position) = (offset, offset);
        return new Following(this, file);
    }

    /// <summary>When the file was created; null if the system does not know: it answers with the last write time then.</summary>
    private static DateTime? CreatedOf(FileStream file) =>
        File.GetCreationTimeUtc(file.SafeFileHandle) is var created && created < File.GetLastWriteTimeUtc(file.SafeFileHandle)
            ? created
            : null;

    private static bool Has(FileStream file, long offset, ReadOnlySpan<byte> bytes)
    {
        Span<byte> now = stackalloc byte[MostKept];
        now = now[..bytes.Length];
        for (var read = 0; read < now.Length; )
        {
            var count = RandomAccess.Read(file.SafeFileHandle, now[read..], offset + read);
            if (count == 0)
                return false;
            read += count;
        }
        return now.SequenceEqual(bytes);
    }

    private void Add(ReadOnlySpan<byte> read)
    {
        if (Length == start.Length && start.Length < MostKept)
            start = [.. start, .. read[..Math.Min(read.Length, MostKept - start.Length)]];
        Length += read.Length;
        end =
            read.Length >= MostKept
                ? read[^MostKept..].ToArray()
                : [.. end.AsSpan(Math.Max(0, end.Length + read.Length - MostKept)), .. read];
    }

    private sealed class Following(KnownPart part, FileStream file) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            var count = file.Read(buffer);
            part.Add(buffer[..count]);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
