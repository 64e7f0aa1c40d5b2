using System.Net;
using ChatSessions.Sources.LlamaCloud;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class PrivateAddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("10.255.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("::ffff:192.168.1.1")]
    [InlineData("fd12:3456::1")]
    public void This_machine_and_private_networks_are_private(string address) => Assert.True(PrivateAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    [InlineData("2a00:1450:4001:80b::200e")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:7f00:1::")]
    public void The_Internet_and_what_is_for_nobody_are_not(string address) => Assert.False(PrivateAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", "127.1.2.3", true)]
    [InlineData("127.0.0.1", "::1", true)]
    [InlineData("10.1.2.3", "10.1.200.1", true)]
    [InlineData("10.1.2.3", "::ffff:10.1.9.9", true)]
    [InlineData("fd00:1:2::1", "fd00:1:2:3::1", true)]
    [InlineData("10.1.2.3", "10.2.2.3", false)]
    [InlineData("10.1.2.3", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "10.1.2.3", false)]
    [InlineData("fd00:1:2::1", "fd00:1:3::1", false)]
    [InlineData("169.254.1.1", "169.254.1.1", false)]
    [InlineData("0.0.0.0", "0.0.0.0", false)]
    [InlineData("8.8.8.8", "8.8.8.8", false)]
    public void A_network_is_the_first_half_of_an_address(string one, string other, bool isSame) =>
        Assert.Equal(isSame, PrivateAddress.IsSameNetwork(IPAddress.Parse(one), IPAddress.Parse(other)));
}
