using System.Net;
using System.Net.Sockets;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Finds the addresses of a host.</summary>
internal delegate ValueTask<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// Connects to exactly the addresses that were checked, at every connection, so that a name that first resolves to an allowed address and
/// later to another is refused.
/// </summary>
internal sealed class CheckedConnection(HostResolver resolve)
{
    /// <param name="check">Throws a <see cref="ChatSessionException"/> if one of the addresses is not allowed.</param>
    public async ValueTask<Stream> OpenAsync(
        DnsEndPoint host,
        Func<IPAddress[], CancellationToken, ValueTask> check,
        CancellationToken cancellationToken
    )
    {
        var addresses = await resolve(host.Host, cancellationToken);
        await check(addresses, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Does not pass literal addresses to <see cref="Dns"/>, which throws on unspecified ones.</summary>
    public static async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);
}
