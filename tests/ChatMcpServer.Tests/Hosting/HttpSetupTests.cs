using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting.Access;
using ChatSessions.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>Where the server may listen, and whom it answers there.</summary>
public sealed class HttpSetupTests : IDisposable
{
    private static readonly IPEndPoint Reachable = new(IPAddress.Any, 3001);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<bool, bool, bool, bool, string?> Setups =>
        new()
        {
            {
                false,
                false,
                false,
                false,
                "Other machines can reach 0.0.0.0:3001, and the server has no authentication. Add --auth tokens:FILE or --auth oidc:ISSUER, and --tls CERT or --behind-proxy CIDR, and --public-url URL, or use a loopback address such as 127.0.0.1:3001."
            },
            {
                true,
                false,
                false,
                true,
                "Other machines can reach 0.0.0.0:3001. Add --tls CERT or --behind-proxy CIDR, or use a loopback address such as 127.0.0.1:3001."
            },
            {
                false,
                true,
                false,
                true,
                "Other machines can reach 0.0.0.0:3001, and the server has no authentication. Add --auth tokens:FILE or --auth oidc:ISSUER, or use a loopback address such as 127.0.0.1:3001."
            },
            {
                true,
                true,
                false,
                false,
                "Other machines can reach 0.0.0.0:3001. Add --public-url URL, or use a loopback address such as 127.0.0.1:3001."
            },
            { true, true, false, true, null },
            { true, false, true, true, null },
        };

    [Theory]
    [MemberData(nameof(Setups))]
    public void An_address_that_others_reach_needs_authentication_and_encryption(
        bool hasTokens,
        bool hasCertificate,
        bool hasProxy,
        bool hasName,
        string? refusal
    )
    {
        var setup = new HttpSetup(Reachable)
        {
            Tokens = hasTokens ? new FileTokens("tokens.json", TimeProvider.System) : null,
            Tls = hasCertificate ? new TlsCertificate("cert.pem", null, null) : null,
            Proxies = hasProxy ? [IPNetwork.Parse("10.0.0.0/8")] : [],
            PublicUrls = hasName ? [new Uri("https://chats.example.com")] : [],
        };

        if (refusal is null)
            setup.Validate();
        else
            Assert.Equal(refusal, Assert.Throws<ChatSessionException>(setup.Validate).Message);
    }

    [Theory]
    [InlineData("10.1.2.3", "/mcp", 200)]
    [InlineData("::ffff:10.1.2.3", "/mcp", 200)]
    [InlineData("127.0.0.1", "/mcp", 200)]
    [InlineData("192.168.1.1", "/mcp", 403)]
    [InlineData("192.168.1.1", "/healthz", 200)]
    [InlineData("192.168.1.1", "/readyz", 200)]
    public async Task Behind_a_proxy_nobody_else_is_answered_in_the_clear(string peer, string path, int status)
    {
        var context = await AnswerAsync(Proxied(), peer, path);

        Assert.Equal(status, context.Response.StatusCode);
    }

    [Theory]
    [InlineData("10.1.2.3", "203.0.113.9", "chats.example.com", "https")]
    [InlineData("127.0.0.1", "127.0.0.1", "internal", "http")]
    public async Task Only_a_proxy_says_for_whom_it_asks(string peer, string client, string host, string scheme)
    {
        var context = await AnswerAsync(
            Proxied(),
            peer,
            "/mcp",
            ("X-Forwarded-For", "198.51.100.1, 203.0.113.9"),
            ("X-Forwarded-Host", "chats.example.com"),
            ("X-Forwarded-Proto", "https")
        );

        Assert.Equal(
            (client, host, scheme),
            (context.Connection.RemoteIpAddress!.ToString(), context.Request.Host.Value, context.Request.Scheme)
        );
    }

    [Theory]
    [InlineData("chats.example.com", null, HttpStatusCode.OK)]
    [InlineData("CHATS.example.com:443", null, HttpStatusCode.OK)]
    [InlineData("chats.example.com", "https://chats.example.com", HttpStatusCode.OK)]
    [InlineData("chats.example.com", "http://chats.example.com", HttpStatusCode.Forbidden)]
    [InlineData("chats.example.com", "https://chats.example.com:8443", HttpStatusCode.Forbidden)]
    [InlineData("chats.example.com", "https://example.com", HttpStatusCode.Forbidden)]
    [InlineData("example.com", null, HttpStatusCode.Forbidden)]
    [InlineData("localhost", null, HttpStatusCode.OK)]
    public async Task The_public_address_is_answered_and_no_other(string host, string? origin, HttpStatusCode expected)
    {
        await using var server = new AccessServer();
        var token = server.AddToken("ann");
        server.Setup = server.Setup with { PublicUrls = [new Uri("https://chats.example.com")] };
        await server.StartAsync();
        (string, string)[] headers = origin is null ? [("Host", host)] : [("Host", host), ("Origin", origin)];

        using var response = await server.SendAsync(Rpc.Ping(1), token, headers);
        using var refused = await server.SendAsync(Rpc.Ping(1), token: null, headers);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK)
            Assert.Contains(
                "resource_metadata=\"https://chats.example.com/.well-known/oauth-protected-resource/mcp\"",
                refused.Headers.WwwAuthenticate.ToString(),
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("one.pem")]
    [InlineData("cert.pem,key.pem")]
    [InlineData("cert.pfx")]
    public async Task The_server_shows_its_certificate_and_a_renewed_one_to_new_connections(string form)
    {
        var first = Write(form, "first");
        await using var server = new AccessServer();
        var token = server.AddToken("ann");
        server.Setup = server.Setup with { Tls = Certificate(form) };
        await server.StartAsync();

        Assert.Equal("https", server.Endpoint.Scheme);
        Assert.Equal(first, await ShownAsync(server.Endpoint));
        var second = Write(form, "a renewed one");
        Assert.Equal(second, await ShownAsync(server.Endpoint));
        // A program that renews certificates is in the middle of it.
        File.WriteAllText(Path.Combine(folder.Path, form.Split(',')[0]), "");
        Assert.Equal(second, await ShownAsync(server.Endpoint));
        Assert.NotEmpty(token);
    }

    [Fact]
    public void A_certificate_that_cannot_be_used_is_refused_with_what_to_pass()
    {
        var path = folder.Write("cert.pem", "nonsense");

        var refusal = Assert.Throws<ChatSessionException>(() => new TlsCertificate(path, null, null).Get());

        Assert.Contains($"Cannot use the certificate {path} of --tls", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--tls CERT,KEY", refusal.Message, StringComparison.Ordinal);
    }

    private static HttpSetup Proxied() => new(Reachable) { Proxies = [IPNetwork.Parse("10.0.0.0/8")] };

    private static async Task<HttpContext> AnswerAsync(
        HttpSetup setup,
        string peer,
        string path,
        params (string Name, string Value)[] headers
    )
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseProxies(setup);
        app.Run(_ => Task.CompletedTask);
        var context = new DefaultHttpContext { RequestServices = services };
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("internal");
        context.Request.Path = path;
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        await app.Build()(context);
        return context;
    }

    private TlsCertificate Certificate(string form)
    {
        var parts = form.Split(',').Select(part => Path.Combine(folder.Path, part)).ToArray();
        return new TlsCertificate(
            parts[0],
            parts.ElementAtOrDefault(1),
            form.EndsWith(".pfx", StringComparison.Ordinal) ? "password" : null
        );
    }

    /// <summary>Writes a new certificate, and returns its thumbprint.</summary>
    private string Write(string form, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (cert, secret) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        switch (form)
        {
            case "one.pem":
                folder.Write("one.pem", cert, secret);
                break;
            case "cert.pfx":
                File.WriteAllBytes(Path.Combine(folder.Path, form), certificate.Export(X509ContentType.Pfx, "password"));
                break;
            default:
                folder.Write("cert.pem", cert);
                folder.Write("key.pem", secret);
                break;
        }
        return certificate.Thumbprint;
    }

    private static async Task<string> ShownAsync(Uri endpoint)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(endpoint.Host, endpoint.Port, TestContext.Current.CancellationToken);
        string? shown = null;
        await using var stream = new SslStream(
            client.GetStream(),
            leaveInnerStreamOpen: false,
            (_, certificate, _, _) =>
            {
                shown = ((X509Certificate2)certificate!).Thumbprint;
                return true;
            }
        );
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = SslProtocols.None },
            TestContext.Current.CancellationToken
        );
        return shown!;
    }
}
