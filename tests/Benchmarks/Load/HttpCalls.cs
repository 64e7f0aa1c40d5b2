using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Benchmarks.Load;

/// <summary>Calls of a server over HTTP.</summary>
/// <param name="token">Says who asks; null where the server does not want to know.</param>
internal sealed class HttpCalls(Uri address, string? token = null) : IDisposable
{
    private static readonly string[] Accepted = ["application/json", "text/event-stream"];

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20) });
    private int last;

    /// <summary>Asks, and returns the answer: a message with a result or an error.</summary>
    /// <param name="leave">Cancels the call, as a client does that does not want the answer any more.</param>
    public async Task<JsonElement> AskAsync(LoadCall call, CancellationToken leave)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(leave);
        until.CancelAfter(LoadedServer.Patience);
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

    /// <summary>Sends a message, and returns when the headers of its answer are there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public HttpRequestMessage Request(string json, string version)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        foreach (var accepted in Accepted)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accepted));
        request.Headers.Add("MCP-Protocol-Version", version);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return request;
    }

    public void Dispose() => http.Dispose();
}
