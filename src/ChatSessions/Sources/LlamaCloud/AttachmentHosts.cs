using System.Net;
using System.Net.Sockets;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Which hosts a screenshot is fetched from: those of the Internet, over https, and if the API itself is at a private address, those of its
/// own network. An address of an attachment comes from outside, so it must not lead to hosts that only this process can reach.
/// </summary>
internal sealed class AttachmentHosts(LlamaCloudOptions options, HostResolver resolve)
{
    /// <summary>Checks all addresses of a host, of which any may be connected to.</summary>
    /// <param name="isEncrypted">Whether the connection is for https.</param>
    /// <exception cref="ChatSessionException">An address is not allowed.</exception>
    public async ValueTask CheckAsync(IPAddress[] addresses, bool isEncrypted, CancellationToken cancellationToken)
    {
        if (isEncrypted && addresses.All(PublicAddress.Is))
            return;
        var api = await OfApiAsync(cancellationToken);
        if (!addresses.All(address => MayOpen(address, isEncrypted, api)))
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                addresses.All(PublicAddress.Is)
                    ? "The attachment's address is not https, so it was not fetched. Only the API's own network may do without."
                    : "The attachment's address is in a private network, so it was not fetched. "
                        + "That is allowed only if LLAMA_CLOUD_BASE_URL is in the same private network, and never for link-local addresses."
            );
    }

    /// <summary>Whether the API is at a private address, so that its attachments may be in its network, and without https.</summary>
    public async ValueTask<bool> IsApiPrivateAsync(CancellationToken cancellationToken) => (await OfApiAsync(cancellationToken)).Length > 0;

    internal static bool MayOpen(IPAddress address, bool isEncrypted, IPAddress[] api) =>
        (isEncrypted && PublicAddress.Is(address)) || api.Any(own => PrivateAddress.IsSameNetwork(address, own));

    /// <summary>The API's addresses; none if it is not at private addresses only.</summary>
    private async ValueTask<IPAddress[]> OfApiAsync(CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await resolve(options.BaseUrl.IdnHost, cancellationToken);
            return addresses.All(PrivateAddress.Is) ? addresses : [];
        }
        catch (SocketException)
        {
            // If only a proxy can resolve the name, the API is not in this network.
            return [];
        }
    }
}
