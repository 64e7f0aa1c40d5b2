using ChatSessions.Sources.Files;

namespace ChatSessions.Archive;

/// <summary>Reads an original's records from one of its parts to the last.</summary>
internal sealed class OriginalStream(Original original, int firstPart) : ReadOnlyStream
{
    private byte[] bytes = [];
    private int length;
    private int at;
    private int next = firstPart;

    public override int Read(Span<byte> buffer)
    {
        while (at == length)
        {
            if (next == original.Parts.Length)
                return 0;
            var part = original.Parts[next++];
            if (part.Bytes is < 0 or > OriginalBuilder.PartBytes)
                throw original.Damaged();
            if (bytes.Length < part.Bytes)
                bytes = new byte[part.Bytes];
            original.Read(part, bytes.AsSpan(0, part.Bytes));
            (at, length) = (0, part.Bytes);
        }
        var count = Math.Min(buffer.Length, length - at);
        bytes.AsSpan(at, count).CopyTo(buffer);
        at += count;
        return count;
    }
}
