using ChatMcpServer.Hosting;
using ChatSessions.Model;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:3001", "127.0.0.1:3001")]
    [InlineData("127.0.0.2", "127.0.0.2:3001")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("Localhost", "127.0.0.1:3001")]
    [InlineData(":0", "127.0.0.1:0")]
    [InlineData("8080", "127.0.0.1:8080")]
    [InlineData("[::1]:3001", "[::1]:3001")]
    [InlineData("[::1]", "[::1]:3001")]
    [InlineData("http://127.0.0.1:3001", "127.0.0.1:3001")]
    [InlineData("HTTP://localhost:80/", "127.0.0.1:80")]
    [InlineData("0.0.0.0", "0.0.0.0:3001")]
    [InlineData("[::]:80", "[::]:80")]
    public void An_address_is_taken(string text, string expected) => Assert.Equal(expected, ListenAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("example.com:80")]
    [InlineData("localhost:")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("99999")]
    [InlineData("::1")]
    [InlineData("https://localhost:3001")]
    [InlineData("http://localhost:3001/mcp")]
    public void What_is_no_address_is_refused_by_name(string text) =>
        Assert.StartsWith($"Invalid address '{text}'.", Refusal(text).Message, StringComparison.Ordinal);

    private static ChatSessionException Refusal(string text)
    {
        var refusal = Assert.Throws<ChatSessionException>(() => ListenAddress.Parse(text));
        Assert.Equal(ChatSessionError.InvalidArgument, refusal.Error);
        return refusal;
    }
}
