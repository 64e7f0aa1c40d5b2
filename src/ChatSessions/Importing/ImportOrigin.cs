using System.Security.Cryptography;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Where records come from.</summary>
/// <param name="Name">The name in errors: the path, with a line if each line is a session.</param>
/// <param name="Place">The basis for an id if none is recorded: the file's full path.</param>
/// <param name="MaxSessionBytes">The size limit, in bytes, of a session made from it.</param>
internal sealed record ImportOrigin(string Name, string Place, ImportFormat Format, long MaxSessionBytes)
{
    /// <summary>When the file was last changed, UTC.</summary>
    public required DateTime Changed { get; set; }

    /// <summary>The other files of the same import; null for a file by itself.</summary>
    public ImportNeighbours? Neighbours { get; set; }

    public static ImportOrigin For(ImportFile file, ImportFormat format, long maxSessionBytes) =>
        new(file.Path, file.Place, format, maxSessionBytes) { Changed = file.Stamp.LastWriteUtc, Neighbours = file.Neighbours };

    /// <summary>Notes that the file has grown.</summary>
    public void Continue(ImportFile file) => (Changed, Neighbours) = (file.Stamp.LastWriteUtc, file.Neighbours);

    /// <summary>How many lines of the file could not be read.</summary>
    public int BrokenLines { get; init; }

    /// <summary>The file's name without folder and extension; for some programs it is the session's id.</summary>
    public string FileName => Path.GetFileName(Place).Split('.')[0];

    /// <summary>
    /// An id for a transcript without one, made from its first record. That record stays the same while the file grows, so it is the
    /// same session wherever the file is.
    /// </summary>
    public static string DerivedId(RawJson first) => DerivedId(first.Utf8.Span);

    /// <summary>
    /// An id for messages without one, made from their place, because no message is sure to stay the same or to be
    /// unique.
    /// </summary>
    /// <param name="line">Their line, from 1; null counts as 1, since a one-line file may be reformatted over several lines.</param>
    public string PlaceId(int? line) => DerivedId(Encoding.UTF8.GetBytes($"{Place}\n{line ?? 1}"));

    /// <summary>An id for one of several sessions in the file, made from its place and what it is called there.</summary>
    public string ItemId(string name) => DerivedId(Encoding.UTF8.GetBytes($"{Place}\n{name}"));

    private static string DerivedId(ReadOnlySpan<byte> utf8) => $"imported-{Convert.ToHexStringLower(SHA256.HashData(utf8).AsSpan(0, 8))}";
}
