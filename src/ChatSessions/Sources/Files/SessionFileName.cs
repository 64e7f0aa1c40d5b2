using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ChatSessions.Sources.Files;

/// <summary>
/// What to call the file of a session. An id is anybody's text: as a name it could leave the folder, be another's in a file system that
/// knows no letter case, or be none at all. So it is the name only where it is plain, and else stands there as far as it is, with a hash.
/// </summary>
internal static class SessionFileName
{
    private const string Extension = ".json";

    /// <summary>Well under what any file system takes.</summary>
    private const int LongestPlain = 100;
    private const int LongestBegin = 40;
    private const int HashBytes = 16;

    private static readonly string[] NamesOfWindows = ["con", "prn", "aux", "nul", "com", "lpt"];

    /// <summary>The name, which no other id has.</summary>
    public static string Make(string sessionId) => (IsPlain(sessionId) ? sessionId : Hashed(sessionId, sessionId)) + Extension;

    /// <summary>The name where the plain one is another's, of the same id.</summary>
    public static string Make(string sessionId, string owner) => Hashed(sessionId, $"{owner}\n{sessionId}") + Extension;

    /// <summary>No plain name has a tilde in it.</summary>
    private static string Hashed(string sessionId, string identity)
    {
        var hash = SHA256.HashData(MemoryMarshal.AsBytes(identity.AsSpan()));
        var begin = new string([.. sessionId.Take(LongestBegin).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]);
        return $"{(begin.Trim('-') is { Length: > 0 } readable ? readable : "session")}~{Convert.ToHexStringLower(hash.AsSpan(0, HashBytes))}";
    }

    private static bool IsPlain(string id) =>
        id.Length is > 0 and <= LongestPlain
        && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.')
        && char.IsAsciiLetterOrDigit(id[0])
        && !NamesOfWindows.Contains(id.Split('.')[0].TrimEnd([.. "0123456789"]));
}
