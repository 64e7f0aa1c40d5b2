using System.IO.Compression;
using System.Security.Cryptography;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>A file that is to be imported.</summary>
/// <param name="Path">The path, or what to call a pipe.</param>
/// <param name="IsNamed">Whether the user named the file itself, not a folder that it is in.</param>
/// <param name="Piped">What came through a pipe; null for a file on the disk.</param>
internal sealed record ImportFile(string Path, FileStamp Stamp, bool IsNamed, PipedFile? Piped = null)
{
    public static ImportFile From(PipedFile piped) => new(piped.Name, piped.Stamp, IsNamed: true, piped);

    /// <summary>What ids are made of where none is recorded: what comes through a pipe lies nowhere, so its content says which it is.</summary>
    public string Place =>
        Piped is null ? System.IO.Path.GetFullPath(Path) : $"pipe:{Convert.ToHexStringLower(SHA256.HashData(Piped.Content.Span))}";

    /// <summary>Whoever writes the file is not hindered. What is compressed is told by how it begins.</summary>
    /// <param name="raw">The file as it lies on the disk.</param>
    /// <param name="isCompressed">Whether more may come out than lies there.</param>
    public Stream Open(out Stream raw, out bool isCompressed)
    {
        raw =
            Piped?.Open()
            ?? new FileStream(
                Path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0,
                FileOptions.SequentialScan
            );
        Span<byte> start = stackalloc byte[4];
        var length = raw.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        raw.Position = 0;
        isCompressed = length >= 2 && start[..2].SequenceEqual<byte>([0x1F, 0x8B]);
        if (isCompressed)
            return new GZipStream(raw, CompressionMode.Decompress);
        if (!start.SequenceEqual<byte>([0x28, 0xB5, 0x2F, 0xFD]))
            return raw;
        raw.Dispose();
        throw new ChatSessionException(
            ChatSessionError.InvalidSession,
            $"{Path} is compressed with zstd, which is not supported. Unpack it with 'zstd -d' and import the result."
        );
    }
}
