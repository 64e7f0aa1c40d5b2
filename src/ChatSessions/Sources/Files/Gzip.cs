using System.IO.Compression;

namespace ChatSessions.Sources.Files;

/// <summary>Files that may be compressed; gzip is recognized by its first bytes.</summary>
internal static class Gzip
{
    /// <summary>The header has the name of the file that was compressed.</summary>
    private const int LongestHeader = 4096;

    /// <summary>Of a file with nothing in it.</summary>
    private const int Shortest = 20;

    /// <summary>The content of a file, which stays open.</summary>
    public static Stream Decompress(Stream file, out bool isCompressed)
    {
        Span<byte> start = stackalloc byte[2];
        isCompressed = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual<byte>([0x1F, 0x8B]);
        file.Position = 0;
        if (isCompressed)
            RefuseCutHeader(file);
        return isCompressed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
    }

    /// <summary>A file that is cut off within its first bytes would look as if it had nothing in it.</summary>
    /// <exception cref="InvalidDataException">It is cut off.</exception>
    public static void RefuseCutHeader(Stream gzip)
    {
        if (gzip.Length > LongestHeader)
            return;
        using (var content = new GZipStream(gzip, CompressionMode.Decompress, leaveOpen: true))
            if (content.ReadByte() < 0)
            {
                // The end of what has nothing in it: a checksum and a length of 0.
                Span<byte> end = stackalloc byte[8];
                gzip.Position = Math.Max(0, gzip.Length - end.Length);
                gzip.ReadExactly(end[..(int)(gzip.Length - gzip.Position)]);
                if (gzip.Length < Shortest || end.ContainsAnyExcept((byte)0))
                    throw new InvalidDataException("The gzip data ends within its header.");
            }
        gzip.Position = 0;
    }

    /// <summary>Reads past a number of bytes.</summary>
    public static void Skip(Stream content, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = content.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
            count = read > 0 ? count - read : throw new EndOfStreamException();
        }
    }
}
