using System.Security.Cryptography;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Where records come from.</summary>
/// <param name="Name">What to call it in an error: the path, with a line where each line is a session.</param>
/// <param name="Place">What ids are made of where none is recorded: the file's full path.</param>
/// <param name="Changed">When the file was last changed, UTC.</param>
/// <param name="Format">What it is.</param>
/// <param name="MaxSessionBytes">The most bytes that a session made of it may have.</param>
internal sealed record ImportOrigin(string Name, string Place, DateTime Changed, ImportFormat Format, long MaxSessionBytes)
{
    /// <summary>The origin of what is in a file.</summary>
    public static ImportOrigin For(ImportFile file, ImportFormat format, long maxSessionBytes) =>
        new(file.Path, file.Place, file.Stamp.LastWriteUtc, format, maxSessionBytes);

    /// <summary>The file's name without folder and extension, which some programs make of the session's id.</summary>
    public string FileName => Path.GetFileName(Place).Split('.')[0];

    /// <summary>
    /// An id for a transcript that has none of its own: made of its first record, which stays the same while it grows, so that it is the
    /// same session wherever it lies.
    /// </summary>
    public static string DerivedId(RawJson first) => DerivedId(first.Utf8.Span);

    /// <summary>
    /// An id for messages that have none of their own: made of their place, since none of them is sure to stay the same or to be
    /// another's than theirs.
    /// </summary>
    /// <param name="line">The line that they are, from 1; a file of one line may as well be written over several.</param>
    public string PlaceId(int? line) => DerivedId(Encoding.UTF8.GetBytes($"{Place}\n{line ?? 1}"));

    private static string DerivedId(ReadOnlySpan<byte> utf8) => $"imported-{Convert.ToHexStringLower(SHA256.HashData(utf8).AsSpan(0, 8))}";
}
