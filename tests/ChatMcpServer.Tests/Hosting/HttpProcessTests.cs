using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ChatMcpServer.Tests.Cli;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>A server over HTTP that the tests of a class share.</summary>
public sealed class HttpServer : IAsyncLifetime
{
    private ServerProcess _process = null!;

    public Uri Mcp { get; private set; } = null!;

    public async ValueTask InitializeAsync() => (_process, Mcp) = await ServerProcess.StartHttpAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

[Trait("Runs", "process")]
public sealed class HttpProcessTests(HttpServer server) : IClassFixture<HttpServer>, IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri _mcp = server.Mcp;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task An_address_that_the_machine_does_not_have_is_named_and_no_port_is_asked_for()
    {
        using var folder = new TempFolder();
        var tokens = Path.Combine(folder.Path, "tokens.json");
        await CliProcess.RunAsync("auth", "add", "ann", "--auth-file", tokens);

        // An address for documentation.
        var run = await CliProcess.RunAsync([
            "serve",
            "--http",
            "192.0.2.1:0",
            "--auth",
            $"tokens:{tokens}",
            "--behind-proxy",
            "192.0.2.2",
            "--public-url",
            "https://chats.example.com",
        ]);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            "Cannot listen on 192.0.2.1:0: this machine has no address 192.0.2.1. Pass one that it has, or 0.0.0.0 or [::] for all of them.",
            run.ErrorLine
        );
    }

    [Fact]
    public async Task It_answers_a_request_and_names_no_software_in_its_headers()
    {
        using HttpResponseMessage response = await SendAsync(Post(Rpc.Ping(1)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(response.Headers.Server);
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("1", JsonElement.Parse(body[body.IndexOf('{', StringComparison.Ordinal)..]).Id());
    }

    [Theory]
    [InlineData("", -32700, "The body is not valid JSON.")]
    [InlineData("nonsense", -32700, "The body is not valid JSON.")]
    [InlineData("{\"jsonrpc\":\"2.0\"}", -32600, "The body is not a single JSON-RPC 2.0 message.")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":5}", -32600, "The body is not a single JSON-RPC 2.0 message.")]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}]", -32600, "The body is not a single JSON-RPC 2.0 message.")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"\\ud800\"}", -32600, "The body is not a single JSON-RPC 2.0 message.")]
    public async Task A_body_that_is_no_request_gets_an_error(string body, int code, string said)
    {
        using HttpResponseMessage response = await SendAsync(Post(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        string answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(code, JsonElement.Parse(answer).ErrorCode());
        Assert.StartsWith(
            said,
            JsonElement.Parse(answer).GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=iso-8859-1", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", HttpStatusCode.OK)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf8", HttpStatusCode.OK)]
    [InlineData("application/json; charset=none", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_message_is_JSON_in_UTF8(string? type, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Rpc.Ping(1)));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var request = Post(Rpc.Ping(1));
        request.Content = content;

        using HttpResponseMessage response = await SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/healthz", HttpStatusCode.OK)]
    [InlineData("GET", "/readyz", HttpStatusCode.OK)]
    [InlineData("GET", "/.well-known/oauth-protected-resource", HttpStatusCode.NotFound)]
    [InlineData("GET", "/mcp", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/mcp", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/mcp/x", HttpStatusCode.NotFound)]
    public async Task Paths_and_methods(string method, string path, HttpStatusCode expected)
    {
        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(_mcp, path)));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("http://localhost:6274", HttpStatusCode.OK)]
    [InlineData("https://127.0.0.1", HttpStatusCode.OK)]
    [InlineData("http://[::1]:80", HttpStatusCode.OK)]
    [InlineData("https://example.com", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost.example.com", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost@example.com", HttpStatusCode.Forbidden)]
    [InlineData("file://localhost", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Forbidden)]
    public async Task Pages_of_other_sites_are_refused_by_their_origin(string origin, HttpStatusCode expected)
    {
        foreach (
            HttpRequestMessage request in new[] { Post(Rpc.Ping(1)), new HttpRequestMessage(HttpMethod.Get, new Uri(_mcp, "/healthz")) }
        )
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
            using HttpResponseMessage response = await SendAsync(request);
            Assert.Equal(expected, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("LOCALHOST:1", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:99", HttpStatusCode.OK)]
    [InlineData("example.com", HttpStatusCode.Forbidden)]
    [InlineData("localhost.example.com:3001", HttpStatusCode.Forbidden)]
    [InlineData("0.0.0.0", HttpStatusCode.Forbidden)]
    public async Task Names_that_were_made_to_resolve_to_this_machine_are_refused(string host, HttpStatusCode expected)
    {
        foreach (
            HttpRequestMessage request in new[] { Post(Rpc.Ping(1)), new HttpRequestMessage(HttpMethod.Get, new Uri(_mcp, "/healthz")) }
        )
        {
            request.Headers.Host = host;
            using HttpResponseMessage response = await SendAsync(request);
            Assert.Equal(expected, response.StatusCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_a_megabyte_is_refused(bool chunked)
    {
        string parameters = new('x', 1_100_000);
        HttpRequestMessage request = Post($$$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"{{{parameters}}}"}}""");
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;

        using HttpResponseMessage response = await SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        using HttpResponseMessage next = await SendAsync(Post(Rpc.Ping(1)));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Fifty_clients_at_once_are_all_answered()
    {
        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(id => SendAsync(Post(Rpc.Ping(id)))));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        foreach (HttpResponseMessage response in responses)
            response.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [Proves("signal: serve")]
    public async Task A_signal_ends_it_with_success_and_nothing_in_the_log_but_where_it_listened(string signal)
    {
        (ServerProcess server, Uri mcp) = await ServerProcess.StartHttpAsync();
        await using ServerProcess _ = server;
        using (await _http.GetAsync(new Uri(mcp, "/healthz"), TestContext.Current.CancellationToken))
            await server.SignalAsync(signal);

        (int exitCode, TimeSpan took) = await server.ExitAsync();

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal($"Listening on {mcp}", (await server.StandardErrorAsync()).Trim());
        Assert.Empty(await server.ReadToEndAsync());
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_told_in_one_sentence()
    {
        await using var second = ServerProcess.Start("serve", "--http", _mcp.Authority);

        Assert.Equal(1, (await second.ExitAsync()).ExitCode);
        string error = await second.StandardErrorAsync();
        Assert.StartsWith($"Another process uses {_mcp.Authority}", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task An_address_that_other_machines_reach_is_refused_with_the_reason()
    {
        await using var other = ServerProcess.Start("serve", "--http", "0.0.0.0:3001");

        Assert.NotEqual(0, (await other.ExitAsync()).ExitCode);
        Assert.Equal(
            "Other machines can reach '0.0.0.0:3001', and the server has no authentication. Add --auth tokens:FILE or --auth oidc:ISSUER, "
                + "and --tls CERT or --behind-proxy CIDR, and --public-url URL, or use a loopback address such as 127.0.0.1:3001.",
            (await other.StandardErrorAsync()).Trim()
        );
    }

    private HttpRequestMessage Post(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _mcp)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using (request)
            return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
