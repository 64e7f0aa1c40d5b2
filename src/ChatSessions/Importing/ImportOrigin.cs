using System.Security.Cryptography;

namespace ChatSessions.Importing;

/// <summary>Where records come from.</summary>
/// <param name="Name">What to call it in an error: the path, with a line where each line is a session.</param>
/// <param name="FileName">The file's name without folder and extension, which some programs make of the session's id.</param>
/// <param name="Format">What it is.</param>
/// <param name="MaxSessionBytes">The most bytes that a session made of it may have.</param>
internal sealed record ImportOrigin(string Name, string FileName, SessionFormat Format, long MaxSessionBytes)
{
    /// <summary>
    /// An id for what has none of its own: made of the content, so that the same content is the same session wherever it lies.
    /// </summary>
    public static string DerivedId(RawJson content) =>
        $"imported-{Convert.ToHexStringLower(SHA256.HashData(content.Utf8.Span).AsSpan(0, 8))}";
}
