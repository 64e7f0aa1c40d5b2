using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Benchmarks.Load;

/// <summary>A server over HTTP.</summary>
internal sealed class HttpServer : LoadedServer
{
    private static readonly string[] Accepted = ["application/json", "text/event-stream"];

    private readonly Uri address;
    private HttpClient http = Client();
    private int last;

    private HttpServer(Process process, Uri address)
        : base("HTTP", process)
    {
        this.address = address;
        _ = KeepLogAsync();
    }

    public static async Task<HttpServer> StartAsync(Command command)
    {
        var process = command.Start();
        var line = await process.StandardError.ReadLineAsync().WaitAsync(Patience);
        return new(process, new Uri(line!["Listening on ".Length..]));
    }

    public override async Task<JsonElement> AskAsync(LoadCall call, CancellationToken leave)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(leave);
        until.CancelAfter(Patience);
        try
        {
            using var request = Request(call.ToJson(Interlocked.Increment(ref last)), "2025-11-25");
            using var response = await http.SendAsync(request, until.Token);
            var body = await response.Content.ReadAsStringAsync(until.Token);
            var data = body.Split('\n').LastOrDefault(line => line.StartsWith("data: {", StringComparison.Ordinal));
            if (data is null && (!response.IsSuccessStatusCode || !body.StartsWith('{')))
                throw new InvalidDataException($"HTTP {(int)response.StatusCode}: {body}");
            return JsonElement.Parse(data?["data: ".Length..] ?? body);
        }
        catch (OperationCanceledException) when (!leave.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    public override async Task<bool> FollowAsync(string session, TimeSpan time)
    {
        using var until = new CancellationTokenSource(Patience);
        var listen =
            $$$"""{"jsonrpc":"2.0","id":"listen","method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":["chat://sessions/{{{session}}}"]},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}} }}""";
        using var request = Request(listen, "2026-07-28");
        request.Headers.Add("Mcp-Method", "subscriptions/listen");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, until.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(until.Token));
        while (await lines.ReadLineAsync(until.Token) is { } line)
            if (line.Contains("acknowledged", StringComparison.Ordinal))
            {
                await Task.Delay(time, CancellationToken.None);
                return true;
            }
        return false;
    }

    /// <summary>Posts any bytes.</summary>
    /// <returns>The status.</returns>
    public async Task<int> PostAsync(byte[] body)
    {
        using var until = new CancellationTokenSource(Patience);
        using var request = Request("", "2025-11-25");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, until.Token);
        return (int)response.StatusCode;
    }

    public override void Leave()
    {
        http.Dispose();
        http = Client();
    }

    protected override void Stop() => System.Diagnostics.Process.Start("kill", $"-TERM {Process.Id}").Dispose();

    private static HttpClient Client() => new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20) });

    private HttpRequestMessage Request(string json, string version)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        foreach (var accepted in Accepted)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accepted));
        request.Headers.Add("MCP-Protocol-Version", version);
        return request;
    }
}
