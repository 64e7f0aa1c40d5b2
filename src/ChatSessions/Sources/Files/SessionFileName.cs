using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ChatSessions.Sources.Files;

/// <summary>
/// The file name of a session. An id can be any text: as a name it could leave the folder, clash with another on a file system that
/// ignores case, or be invalid. So only a plain id is used as it is; any other is shortened to its plain characters, with a hash.
/// </summary>
internal static class SessionFileName
{
    private const string Extension = ".json";

    /// <summary>Well below the limit of any file system.</summary>
    private const int LongestPlain = 100;
    private const int LongestBegin = 40;
    private const int HashBytes = 16;

    private static readonly string[] NamesOfWindows = ["con", "prn", "aux", "nul", "com", "lpt"];

    /// <summary>The name, unique to this id.</summary>
    public static string Make(string sessionId) => (IsPlain(sessionId) ? sessionId : Hashed(sessionId, sessionId)) + Extension;

    /// <summary>The name if the plain one belongs to another owner's session with the same id.</summary>
    public static string Make(string sessionId, string owner) => Hashed(sessionId, $"{owner}\n{sessionId}") + Extension;

    /// <summary>Cannot clash with a plain name, which never contains a tilde.</summary>
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
