using ZstdSharp;

namespace ChatSessions.Sources.Files;

/// <summary>
/// The unpacked content of a zstd file. Damaged data is an <see cref="InvalidDataException"/>, as it is for gzip. A window over 128 MB is
/// refused, so that a small file cannot ask for gigabytes of memory.
/// </summary>
internal sealed class ZstdStream(Stream packed) : ReadOnlyStream
{
    private readonly DecompressionStream unpacked = new(packed, leaveOpen: false);

    /// <summary>Whether a file that begins like this is compressed with zstd.</summary>
    public static bool IsStart(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]);

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return unpacked.Read(buffer);
        }
        catch (Exception exception) when (exception is ZstdException or EndOfStreamException)
        {
            throw new InvalidDataException("Damaged or incomplete zstd data.", exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            unpacked.Dispose();
        base.Dispose(disposing);
    }
}
