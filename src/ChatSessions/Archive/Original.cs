using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>
/// The records that an import read, as they came: those of a whole file, or the one that a session was made of. A later version of the program
/// can read them again when the file is gone.
/// </summary>
/// <param name="Name">The file's path, or the name of a pipe.</param>
/// <param name="Place">The basis for ids if none is recorded.</param>
/// <param name="Format">The name of the import format.</param>
/// <param name="IsLines">Whether each line is a record; if not, all of it is one.</param>
/// <param name="Line">The number of its line in the file, if each line is a session; otherwise null.</param>
/// <param name="Changed">When the file was last changed, UTC.</param>
/// <param name="Parts">The records, separated by line feeds, cut and compressed.</param>
public sealed record Original(
    string Name,
    string Place,
    string Format,
    bool IsLines,
    int? Line,
    DateTime Changed,
    ImmutableArray<OriginalPart> Parts
)
{
    /// <summary>The length of the records, in bytes.</summary>
    public long Bytes => Parts.Sum(part => (long)part.Bytes);

    /// <summary>The length of the compressed parts, in bytes.</summary>
    public long StoredBytes => Parts.Sum(part => (long)part.Body.Length);

    /// <summary>Identifies the records and where they came from. Files that differ have different hashes.</summary>
    public ReadOnlyMemory<byte> Hash
    {
        get
        {
            var head = $"{Format}\n{IsLines}\n{Line}\n{Place}\n";
            // A copy with other parts must not keep the hash.
            if (hashed.Head != head || hashed.Parts != Parts)
                hashed = (head, Parts, ComputeHash(head));
            return hashed.Hash;
        }
    }

    private (string? Head, ImmutableArray<OriginalPart> Parts, byte[] Hash) hashed;

    /// <summary>Reads the records. One part at a time is in memory.</summary>
    /// <returns>A stream that throws a <see cref="ChatSessionException"/> if a part is damaged.</returns>
    public Stream Open() => new OriginalStream(this, firstPart: 0);

    /// <inheritdoc/>
    public bool Equals(Original? other) => other is not null && Hash.Span.SequenceEqual(other.Hash.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(Hash.Span);

    /// <summary>Decompresses a part into a buffer that it must fill exactly.</summary>
    internal void Read(OriginalPart part, Span<byte> bytes)
    {
        if (!BrotliDecoder.TryDecompress(part.Body.Span, bytes, out var written) || written != bytes.Length)
            throw Damaged();
    }

    internal ChatSessionException Damaged() =>
        new(ChatSessionError.InvalidSession, $"The original records of {Name} in the archive are damaged.");

    private byte[] ComputeHash(string head)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes(head));
        foreach (var part in Parts)
            sha.AppendData(part.Body.Span);
        return sha.GetHashAndReset();
    }
}

/// <summary>A piece of an original.</summary>
/// <param name="Bytes">Its length before compression, at most <see cref="OriginalBuilder.PartBytes"/>.</param>
/// <param name="Body">Compressed by Brotli.</param>
public readonly record struct OriginalPart(int Bytes, ReadOnlyMemory<byte> Body);
