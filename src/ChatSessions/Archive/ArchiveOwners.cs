using System.Security.Cryptography;
using System.Text;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;

namespace ChatSessions.Archive;

/// <summary>
/// Decides whose archived sessions a caller may see: the caller's own, those of owners that the caller may read too, and those read by
/// the caller with the same key in the requested project. Sessions read by others, with another key or in another project stay hidden.
/// </summary>
/// <param name="llamaCloud">How to reach LlamaCloud, or null.</param>
public sealed class ArchiveOwners(LlamaCloudOptions? llamaCloud)
{
    /// <summary>The local user, who owns imported sessions.</summary>
    public const string Local = Caller.LocalName;

    /// <summary>How the owners begin whose sessions several callers may read.</summary>
    public const string Group = "group:";

    /// <summary>How the owners begin of what was read from LlamaCloud.</summary>
    private const string Cloud = "llamacloud:";

    /// <summary>Whether an owner's sessions are copies of what was read from LlamaCloud.</summary>
    public static bool IsOfLlamaCloud(string owner) => owner.StartsWith(Cloud, StringComparison.Ordinal);

    /// <summary>The owners whose sessions a caller may see.</summary>
    public IReadOnlyList<string> Of(Caller caller) =>
        llamaCloud?.KeyOf(caller) is null ? OfImports(caller) : [.. OfImports(caller), LlamaCloud(llamaCloud, caller)];

    /// <summary>The owners of imported sessions that a caller may see.</summary>
    internal static IReadOnlyList<string> OfImports(Caller caller) => [caller.Name, .. caller.AlsoReads];

    /// <summary>
    /// The owner of the sessions that a caller reads with a key in a project: a hash, since the key itself must not be stored in a file.
    /// </summary>
    /// <exception cref="ArgumentException">The caller has no key.</exception>
    public static string LlamaCloud(LlamaCloudOptions options, Caller caller)
    {
        var key = options.KeyOf(caller) ?? throw new ArgumentException("The caller has no key.", nameof(caller));
        string?[] parts =
        [
            options.BaseUrl.AbsoluteUri.TrimEnd('/'),
            key.ApiKey,
            (caller.Scope.ProjectId ?? key.ProjectId)?.ToLowerInvariant(),
            (caller.Scope.OrganizationId ?? key.OrganizationId)?.ToLowerInvariant(),
            .. caller.IsLocal ? (string[])[] : [caller.Name],
        ];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        return $"{Cloud}{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }
}
