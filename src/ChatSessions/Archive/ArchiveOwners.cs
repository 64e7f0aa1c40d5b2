using System.Security.Cryptography;
using System.Text;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;

namespace ChatSessions.Archive;

/// <summary>
/// Decides whose archived sessions a caller may see: those of the local user, and those read with the configured key in the requested
/// project. Sessions read with another key or in another project stay hidden.
/// </summary>
/// <param name="llamaCloud">The configured key and project, or null.</param>
public sealed class ArchiveOwners(LlamaCloudOptions? llamaCloud)
{
    /// <summary>The local user, who owns imported sessions.</summary>
    public const string Local = "local";

    /// <summary>The owners whose sessions a caller may see.</summary>
    public IReadOnlyList<string> Of(Caller caller) => llamaCloud is null ? [Local] : [Local, LlamaCloud(llamaCloud, caller)];

    /// <summary>The owner of the sessions that a key reads in a project: a hash, since the key itself must not be stored in a file.</summary>
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
