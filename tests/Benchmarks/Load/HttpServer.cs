using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Benchmarks.Load;

/// <summary>A server over HTTP.</summary>
internal sealed class HttpServer : LoadedServer
{
    private HttpCalls calls;

    private HttpServer(Process process, Uri address)
        : base("HTTP", process)
    {
        (Address, calls) = (address, new(address));
        _ = KeepLogAsync();
    }

    public Uri Address { get; }

    public static async Task<HttpServer> StartAsync(Command command)
    {
        var process = command.Start();
        var line = await process.StandardError.ReadLineAsync().WaitAsync(Patience);
        return new(process, new Uri(line!["Listening on ".Length..]));
    }

    public override Task<JsonElement> AskAsync(LoadCall call, CancellationToken leave) => calls.AskAsync(call, leave);

    public override async Task<bool> FollowAsync(string session, TimeSpan time)
    {
        using var until = new CancellationTokenSource(Patience);
        var listen =
            $$$"""{"jsonrpc":"2.0","id":"listen","method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":["chat://sessions/{{{session}}}"]},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}} }}""";
        using var request = calls.Request(listen, "2026-07-28");
        request.Headers.Add("Mcp-Method", "subscriptions/listen");
        using var response = await calls.SendAsync(request, until.Token);
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
        using var request = calls.Request("", "2025-11-25");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await calls.SendAsync(request, until.Token);
        return (int)response.StatusCode;
    }

    public override void Leave()
    {
        calls.Dispose();
        calls = new(Address);
    }

    /// <summary>Ends the process as a failure of its machine would.</summary>
    public void Kill() => Process.Kill();

    /// <summary>Lets the process use no more than a part of one core.</summary>
    public void Limit(double cores)
    {
        var group = Directory.CreateDirectory($"/sys/fs/cgroup/cpu/benchmark-{Process.Id}").FullName;
        const int period = 20_000;
        File.WriteAllText(Path.Combine(group, "cpu.cfs_period_us"), $"{period}");
        File.WriteAllText(Path.Combine(group, "cpu.cfs_quota_us"), $"{(int)(period * cores)}");
        File.WriteAllText(Path.Combine(group, "cgroup.procs"), $"{Process.Id}");
    }

    protected override void Stop() => System.Diagnostics.Process.Start("kill", $"-TERM {Process.Id}").Dispose();
}
