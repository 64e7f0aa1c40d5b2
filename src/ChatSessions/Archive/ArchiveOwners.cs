using System.Security.Cryptography;
using System.Text;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;

namespace ChatSessions.Archive;

/// <summary>
/// Whose sessions in an archive may be seen: those of the local user, and those that were read with the key that is configured, in the
/// project that is asked for. What another key or project has brought stays out of sight.
/// </summary>
/// <param name="llamaCloud">The key and project that are configured; null when there is none.</param>
public sealed class ArchiveOwners(LlamaCloudOptions? llamaCloud)
{
    /// <summary>The local user, who owns what is imported.</summary>
    public const string Local = "local";

    /// <summary>All that may be seen.</summary>
    public IReadOnlyList<string> Of(Caller caller) => llamaCloud is null ? [Local] : [Local, LlamaCloud(llamaCloud, caller)];

    /// <summary>Who owns what a key reads in a project: a hash, since the key itself must not lie in a file.</summary>
    public static string LlamaCloud(LlamaCloudOptions options, Caller caller)
    {
        string?[] parts =
        [
            options.BaseUrl.AbsoluteUri.TrimEnd('/'),
            options.ApiKey,
            (caller.Scope.ProjectId ?? options.ProjectId)?.ToLowerInvariant(),
            (caller.Scope.OrganizationId ?? options.OrganizationId)?.ToLowerInvariant(),
        ];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        return $"llamacloud:{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }
}
