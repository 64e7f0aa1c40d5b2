using System.IO.Compression;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>The JSON files inside of a zip: exports of chats come so, and logs of Inspect are such files. They are read one at a time.</summary>
internal static class ZippedFiles
{
    internal const int MostFiles = 100_000;

    /// <summary>Whether a file is a zip that may hold sessions, by its name and its first bytes.</summary>
    public static bool IsZip(ImportFile file)
    {
        if (file.IsPart || file.Stamp.Length == 0)
            return false;
        var name = file.Path.AsSpan();
        if (!name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".eval", StringComparison.OrdinalIgnoreCase))
            return false;
        try
        {
            using var stream = file.OpenRaw();
            Span<byte> start = stackalloc byte[4];
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
                && start.SequenceEqual("PK\u0003\u0004"u8);
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            return false; // Reading it will say why.
        }
    }

    /// <param name="maxBytes">The size limit, in bytes, of a file in the zip.</param>
    /// <param name="broken">Called for what cannot be read; the other files are.</param>
    public static IEnumerable<ImportFile> In(ImportFile zip, long maxBytes, Action<ChatSessionException> broken)
    {
        using var stream = zip.OpenRaw();
        using var archive = Open(stream, zip, broken);
        if (archive is null)
            yield break;
        if (archive.Entries.Count(IsJson) is > MostFiles and var files)
            broken(
                new ChatSessionException(
                    ChatSessionError.TooLarge,
                    $"{zip.Path} has {files.Grouped()} JSON files; only the first {MostFiles.Grouped()} were read. Unpack it, and import the folder."
                )
            );
        foreach (var entry in archive.Entries.Where(IsJson).Take(MostFiles).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            if (Content(entry, zip, maxBytes, broken) is { } content)
            {
                var path = $"{zip.Path}{Path.DirectorySeparatorChar}{entry.FullName}";
                yield return new ImportFile(
                    path,
                    new FileStamp(content.Length, zip.Stamp.LastWriteUtc),
                    IsNamed: false,
                    new PipedFile(path, content, zip.Stamp.LastWriteUtc)
                )
                {
                    IsPart = true,
                };
            }
    }

    private static bool IsJson(ZipArchiveEntry entry) =>
        entry.Length > 0
        && (
            entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            || entry.Name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)
        );

    private static ZipArchive? Open(Stream stream, ImportFile zip, Action<ChatSessionException> broken)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            broken(Fault($"{zip.Path} is not a complete zip file. Check that the download is complete.", exception));
            return null;
        }
    }

    /// <summary>What is in a file; null if it cannot be read. The size in the zip's own list may be wrong.</summary>
    private static byte[]? Content(ZipArchiveEntry entry, ImportFile zip, long maxBytes, Action<ChatSessionException> broken)
    {
        var limit = Math.Min(maxBytes, Array.MaxLength - 1);
        try
        {
            if (entry.Length <= limit)
            {
                using var content = entry.Open();
                var bytes = new byte[entry.Length];
                var length = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (length == bytes.Length && content.ReadByte() < 0)
                    return bytes;
            }
            else
            {
                broken(ImportRecords.TooLarge($"{entry.FullName} in {zip.Path} is", maxBytes));
                return null;
            }
        }
        catch (Exception exception) when (exception is NotSupportedException || FileProblem.IsOfFileSystem(exception))
        {
            // Said below.
        }
        broken(
            Fault($"{entry.FullName} in {zip.Path} cannot be unpacked. Unpack the file with another program, and import the folder.", null)
        );
        return null;
    }

    private static ChatSessionException Fault(string sentence, Exception? inner) => new(ChatSessionError.InvalidSession, sentence, inner);
}
