using System.Net;
using System.Net.Sockets;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Recognizes public Internet addresses, as opposed to those of this machine, its network and special uses. Based on the registries
/// https://www.iana.org/assignments/iana-ipv4-special-registry and https://www.iana.org/assignments/iana-ipv6-special-registry.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] SpecialIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network, and unspecified
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // behind a carrier's NAT
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("169.254.0.0/16"), // link-local, and the metadata of clouds
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks of network devices
        IPNetwork.Parse("224.0.0.0/3"), // multicast, reserved, broadcast
    ];

    private static readonly IPNetwork GlobalUnicastIPv6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] TunnelsIPv6 =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments, among them Teredo, which holds an IPv4 address
        IPNetwork.Parse("2002::/16"), // 6to4, which holds an IPv4 address
    ];

    /// <summary>IPv4 hosts as seen from an IPv6-only network; the IPv4 address is in the last four bytes.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether the address is on the public Internet.</summary>
    public static bool Is(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? Is(address.MapToIPv4())
        : address.AddressFamily == AddressFamily.InterNetwork ? !SpecialIPv4.Any(network => network.Contains(address))
        : Nat64.Contains(address) ? Is(new IPAddress(address.GetAddressBytes().AsSpan(12)))
        : GlobalUnicastIPv6.Contains(address) && !TunnelsIPv6.Any(network => network.Contains(address));
}
