using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>A collector of OpenTelemetry on loopback, which keeps what it gets.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> received = [];
    private readonly WebApplication app;

    private Collector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received.Enqueue((context.Request.Path, body.ToArray()));
            if (IsSilent)
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
    }

    /// <summary>Whether it takes requests and answers none.</summary>
    public bool IsSilent { get; init; }

    /// <summary>What a server needs to send to it, soon.</summary>
    public Dictionary<string, string> Environment =>
        new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
        };

    public int Count => received.Count;

    /// <summary>Waits until some of what came is as it should be, for a minute at most.</summary>
    public async Task WaitAsync(Func<Collector, bool> isThere)
    {
        for (var tries = 0; tries < 600 && !isThere(this); tries++)
            await Task.Delay(100);
    }

    public static async Task<Collector> StartAsync(bool isSilent = false)
    {
        var collector = new Collector { IsSilent = isSilent };
        await collector.app.StartAsync();
        return collector;
    }

    /// <summary>All that came to <c>/v1/traces</c>, <c>/v1/metrics</c> or <c>/v1/logs</c>. Names and texts stand in Protocol Buffers as they are.</summary>
    public string Received(string signal) =>
        string.Concat(received.Where(one => one.Path == $"/v1/{signal}").Select(one => Encoding.UTF8.GetString(one.Body)));

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
