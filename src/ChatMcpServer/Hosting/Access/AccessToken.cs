using System.Security.Cryptography;
using System.Text;

namespace ChatMcpServer.Hosting.Access;

/// <summary>Tokens that this program makes: a known beginning, by which they are recognized where they leak, and 256 random bits.</summary>
internal static class AccessToken
{
    /// <summary>The rules for secrets know it too.</summary>
    public const string Prefix = "chatmcp_";

    private const int RandomBytes = 32;

    /// <summary>Makes a token.</summary>
    public static string Make() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>What is stored of a token. It is random, so that a hash without salt and stretching cannot be turned back.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
