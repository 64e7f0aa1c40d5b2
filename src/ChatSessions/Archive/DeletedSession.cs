using System.Security.Cryptography;
using System.Text;

namespace ChatSessions.Archive;

/// <summary>What an archive remembers of a deleted session, so that it stays deleted until it is updated.</summary>
/// <param name="Key">See <see cref="KeyOf"/>.</param>
/// <param name="Updated">When it was last updated.</param>
public readonly record struct DeletedSession(string Key, DateTimeOffset Updated)
{
    /// <summary>A checksum of a session's id, since who deletes a session may have a reason not to keep its id.</summary>
    public static string KeyOf(string sessionId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sessionId)));
}
