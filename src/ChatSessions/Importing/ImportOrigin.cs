using System.Security.Cryptography;
using System.Text;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>Where records come from.</summary>
/// <param name="Name">What to call it in an error: the path, with a line where each line is a session.</param>
/// <param name="Path">The file's full path.</param>
/// <param name="Changed">When the file was last changed, UTC.</param>
/// <param name="Format">What it is.</param>
/// <param name="MaxSessionBytes">The most bytes that a session made of it may have.</param>
internal sealed record ImportOrigin(string Name, string Path, DateTime Changed, SessionFormat Format, long MaxSessionBytes)
{
    /// <summary>The origin of what is in a file.</summary>
    public static ImportOrigin Of(string path, SessionFormat format, long maxSessionBytes) =>
        new(path, System.IO.Path.GetFullPath(path), FileStamp.Of(path).LastWriteUtc, format, maxSessionBytes);

    /// <summary>The file's name without folder and extension, which some programs make of the session's id.</summary>
    public string FileName => System.IO.Path.GetFileName(Path).Split('.')[0];

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
    public string PlaceId(int? line) => DerivedId(Encoding.UTF8.GetBytes($"{Path}\n{line ?? 1}"));

    private static string DerivedId(ReadOnlySpan<byte> utf8) => $"imported-{Convert.ToHexStringLower(SHA256.HashData(utf8).AsSpan(0, 8))}";
}
