using System.Net;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// The API key over plain http, where everybody on the way can read it. It is sent so only to private addresses. An address in the
/// configuration is checked at the start; a name is checked when it is connected to, since only then it is known where it leads.
/// </summary>
internal static class PlainHttp
{
    private const string LlamaCloudDomain = ".llamaindex.ai";

    /// <summary>Whether the key would go to a public host over plain http, as far as this is known without a request.</summary>
    public static bool IsToPublicHost(Uri baseUrl) =>
        baseUrl.Scheme == Uri.UriSchemeHttp
        && (
            IPAddress.TryParse(baseUrl.IdnHost, out var address)
                ? !PrivateAddress.Is(address)
                : baseUrl.IdnHost.EndsWith(LlamaCloudDomain, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>What people should know if the key leaves this machine over plain http; null if it does not.</summary>
    public static string? Warning(Uri baseUrl) =>
        baseUrl.Scheme != Uri.UriSchemeHttp || IsThisMachine(baseUrl.IdnHost)
            ? null
            : $"The API key is sent to {baseUrl.Authority} over plain http, so everybody in that network can read it. "
                + "Use an https address for LLAMA_CLOUD_BASE_URL or --base-url.";

    public static ChatSessionException Refusal(ChatSessionError error, string host) =>
        new(
            error,
            $"The API key is not sent over plain http to {host}, which is not at a private address: everybody on the way could read it. "
                + "Set LLAMA_CLOUD_BASE_URL to an https address."
        )
        {
            Cause = $"{host} is not at a private address, and the API key is not sent there over plain http",
        };

    private static bool IsThisMachine(string host) =>
        IPAddress.TryParse(host, out var address)
            ? IPAddress.IsLoopback(address)
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
