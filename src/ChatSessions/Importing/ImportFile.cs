using System.IO.Compression;
using System.Security.Cryptography;
using ChatSessions.Archive;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>A file to import.</summary>
/// <param name="Path">The path, or the name of a pipe.</param>
/// <param name="IsNamed">Whether the user passed the file itself, not a folder that contains it.</param>
/// <param name="Piped">The content of a pipe; null for a file on disk.</param>
internal sealed record ImportFile(string Path, FileStamp Stamp, bool IsNamed, PipedFile? Piped = null)
{
    /// <summary>The other files of the same import; null for a file by itself.</summary>
    public ImportNeighbours? Neighbours { get; init; }

    /// <summary>What the archive notes when the file is imported: it changes when the file must be read again.</summary>
    public ImportedFile Noted => new(Path, CodexFiles.StampWithName(Path, Stamp));

    /// <summary>
    /// Whether a file or folder is looked at although its name is not that of a JSON file, or hidden: rollouts that Codex compressed, the
    /// folder in which Antigravity keeps transcripts, trajectories and logs of benchmarks, databases, and files of programs that are recognized
    /// but not read.
    /// </summary>
    public static bool IsAlsoFound(string name) =>
        name.EndsWith(".json.zst", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".jsonl.zst", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".traj", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".eval", StringComparison.OrdinalIgnoreCase)
        || name == ".system_generated"
        || DatabaseFiles.IsName(name)
        || UnreadProgram.OfFile(name) is not null;

    /// <summary>Reads the stamp of a file that may be imported, together with what belongs to it.</summary>
    public static FileStamp StampOf(string path) => WholeStamp(path, FileStamp.Read(path));

    /// <summary>A file's stamp together with what belongs to it.</summary>
    public static FileStamp WholeStamp(string path, FileStamp stamp) => OpenCodeFolder.StampOf(path, DatabaseFiles.StampOf(path, stamp));

    /// <summary>Whether it is a session inside of a zip or a database; its path is that of the file with its own after it.</summary>
    public bool IsPart { get; init; }

    /// <summary>Whether its original keeps data in base64 that no session shows.</summary>
    public bool KeepsEncodedData { get; init; }

    /// <summary>What the archive kept of the file; null for the file itself.</summary>
    public Original? Archived { get; private init; }

    public static ImportFile From(Original original) =>
        new(original.Name, new FileStamp(original.Bytes, original.Changed), IsNamed: false) { Archived = original };

    public static ImportFile From(PipedFile piped) => new(piped.Name, piped.Stamp, IsNamed: true, piped);

    /// <summary>Opens the file as it is on disk, without a lock, so that other programs can write it.</summary>
    public Stream OpenRaw() => Piped?.Open() ?? SessionFile.OpenUnlocked(Path);

    /// <summary>The basis for an id if none is recorded. A pipe has no path, so its content is used.</summary>
    public string Place =>
        Piped is null || IsPart
            ? System.IO.Path.GetFullPath(Path)
            : $"pipe:{Convert.ToHexStringLower(SHA256.HashData(Piped.Content.Span))}";

    /// <summary>Opens without a lock, so that other programs can write the file. Compression is recognized by the first bytes.</summary>
    /// <param name="raw">The file as it is on disk.</param>
    /// <param name="isCompressed">Whether it may unpack to more bytes than it has on disk.</param>
    public Stream Open(out Stream raw, out bool isCompressed)
    {
        if (Archived is not null)
        {
            isCompressed = false;
            return raw = Archived.Open();
        }
        raw = OpenRaw();
        Span<byte> start = stackalloc byte[4];
        var length = raw.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        raw.Position = 0;
        var isGzip = length >= 2 && start[..2].SequenceEqual<byte>([0x1F, 0x8B]);
        var isZstd = ZstdStream.IsStart(start[..length]);
        isCompressed = isGzip || isZstd;
        if (isGzip)
            Gzip.RefuseCutHeader(raw);
        return isGzip ? new GZipStream(raw, CompressionMode.Decompress)
            : isZstd ? new ZstdStream(raw)
            : raw;
    }
}
