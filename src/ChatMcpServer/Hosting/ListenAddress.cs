using System.Globalization;
using System.Net;
using ChatSessions.Model;

namespace ChatMcpServer.Hosting;

/// <summary>The address that the HTTP host listens on.</summary>
public static class ListenAddress
{
    /// <summary>Used if no address is passed; the documentation names it.</summary>
    public static IPEndPoint Default { get; } = new(IPAddress.Loopback, 3001);

    /// <summary>
    /// Reads <c>127.0.0.1:3001</c>, <c>localhost:3001</c>, <c>[::1]:3001</c>, <c>:3001</c>, <c>3001</c>, or one of them after
    /// <c>http://</c>; the default port is 3001, and 0 takes a free one. <see cref="HttpSetup.Validate"/> checks what an
    /// address needs that other machines can reach.
    /// </summary>
    /// <exception cref="ChatSessionException">The address is invalid.</exception>
    public static IPEndPoint Parse(string text)
    {
        string address = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? text["http://".Length..].TrimEnd('/') : text;
        int colon = address.LastIndexOf(':');
        (string host, string port) =
            address.Length > 0 && address.All(char.IsAsciiDigit) ? ("", address)
            : colon > address.LastIndexOf(']') ? (address[..colon], address[(colon + 1)..])
            : (address, $"{Default.Port}");
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
            throw Refuse($"Invalid address '{text}'.");
        if ((host is "" && address is not "") || host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return new IPEndPoint(IPAddress.Loopback, number);
        if (!IPAddress.TryParse(host, out IPAddress? ip) || (host.Contains(':') && !host.StartsWith('[')))
            throw Refuse($"Invalid address '{text}'.");
        return new IPEndPoint(ip, number);
    }

    private static ChatSessionException Refuse(string why) =>
        new(ChatSessionError.InvalidArgument, $"{why} Use a loopback address such as {Default} or [::1]:{Default.Port}.");
}
