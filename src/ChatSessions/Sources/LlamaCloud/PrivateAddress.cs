using System.Net;
using System.Net.Sockets;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Recognizes addresses of this machine and of private networks. What is neither private nor <see cref="PublicAddress">public</see>, such as
/// a link-local address, is for nobody: the metadata of clouds is at 169.254.169.254.
/// </summary>
internal static class PrivateAddress
{
    /// <summary>Of a network whose size nobody can know from an address, the addresses that are taken for the same network.</summary>
    private const int SameBytesIPv4 = 2;
    private const int SameBytesIPv6 = 6;

    private static readonly IPNetwork[] Networks =
    [
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"), // shared: behind a carrier's NAT, or in a virtual network
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("fc00::/7"),
    ];

    /// <summary>Whether the address is this machine's loopback, or in a private network.</summary>
    public static bool Is(IPAddress address) =>
        Plain(address) is var plain && (IPAddress.IsLoopback(plain) || Networks.Any(network => network.Contains(plain)));

    /// <summary>
    /// Whether both are loopback addresses, or private ones that begin alike: 16 bits of an IPv4 address, 48 of an IPv6 address.
    /// </summary>
    public static bool IsSameNetwork(IPAddress address, IPAddress other)
    {
        var (one, two) = (Plain(address), Plain(other));
        if (!Is(one) || !Is(two))
            return false;
        if (IPAddress.IsLoopback(one) || IPAddress.IsLoopback(two))
            return IPAddress.IsLoopback(one) && IPAddress.IsLoopback(two);
        var same = one.AddressFamily == AddressFamily.InterNetwork ? SameBytesIPv4 : SameBytesIPv6;
        return one.AddressFamily == two.AddressFamily
            && one.GetAddressBytes().AsSpan(0, same).SequenceEqual(two.GetAddressBytes().AsSpan(0, same));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
