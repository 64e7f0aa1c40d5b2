using System.Diagnostics;
using ChatMcpServer.Mcp;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Sends traces, metrics and logs to a collector over OTLP. OpenTelemetry's own variables say where to and how; nothing is sent without one that
/// names an address. What is sent says who asked for what and how it went, and nothing that was recorded.
/// </summary>
/// <remarks>Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/.</remarks>
internal static class Telemetry
{
    private const string Prefix = "OTEL_";

    /// <summary>Of the MCP SDK: a span and a duration for each request, named as OpenTelemetry's conventions for MCP want it.</summary>
    private const string Mcp = "Experimental.ModelContextProtocol";

    private const string Sdk = "ModelContextProtocol";
    private const string Database = "Npgsql";

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);

    /// <summary>What the SDK writes with durations, without the address of a resource: each session would have figures of its own.</summary>
    private static readonly string[] DurationTags =
    [
        "mcp.method.name",
        "mcp.protocol.version",
        "gen_ai.tool.name",
        "gen_ai.operation.name",
        "gen_ai.prompt.name",
        "error.type",
        "rpc.response.status_code",
        "network.transport",
    ];

    private static readonly string[] Addresses =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    ];

    private static readonly string[] Protocols =
    [
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
    ];

    /// <summary>OpenTelemetry's variables of this process, if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector.</summary>
    /// <returns>Empty if it does not.</returns>
    /// <exception cref="ChatSessionException">One of them is no address or no protocol. OpenTelemetry would use its default without a word.</exception>
    public static IReadOnlyDictionary<string, string?> Read(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var ours = variables
            .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(pair.Value))
            .ToDictionary(pair => pair.Key, string? (pair) => pair.Value);
        foreach (var name in Addresses.Where(ours.ContainsKey))
            if (!Uri.TryCreate(ours[name], UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    $"Invalid {name} '{ours[name]}'. Use the address of a collector, such as http://localhost:4317, or unset it."
                );
        foreach (var name in Protocols.Where(ours.ContainsKey))
            if (ours[name] is not ("grpc" or "http/protobuf"))
                throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    $"Invalid {name} '{ours[name]}'. Use grpc or http/protobuf, or unset it."
                );
        // With an address for one signal alone, the others would go to OpenTelemetry's default.
        return ours.ContainsKey(Addresses[0]) ? ours : new Dictionary<string, string?>();
    }

    /// <param name="variables">See <see cref="Read"/>.</param>
    public static void AddTo(WebApplicationBuilder builder, IReadOnlyDictionary<string, string?> variables)
    {
        if (variables.Count == 0)
            return;
        // OpenTelemetry reads them from the configuration, which has nothing else.
        builder.Configuration.AddInMemoryCollection(variables);
        // Each mistake of a client is a warning or an error of the SDK. What fails otherwise has a line of our own.
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(Sdk, LogLevel.None);
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource
                    .Clear()
                    .AddService("chat-mcp-server", serviceVersion: McpSurface.Version)
                    .AddTelemetrySdk()
                    // Last, so that an operator's names count.
                    .AddEnvironmentVariableDetector()
            )
            // Spans of requests over HTTP come first: without them, what is below them counts as not to be recorded.
            .WithTracing(traces =>
                traces
                    .AddAspNetCoreInstrumentation(http => http.Filter = context => !Health.IsPath(context.Request.Path))
                    .AddSource(Mcp, Database)
                    .AddProcessor(new WithoutTexts())
            )
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(
                        Mcp,
                        Database,
                        "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.RateLimiting",
                        "Microsoft.AspNetCore.Server.Kestrel",
                        "System.Net.Http",
                        "System.Runtime"
                    )
                    .AddView("mcp.server.operation.duration", new MetricStreamConfiguration { TagKeys = DurationTags })
            )
            .WithLogging(
                logs => logs.AddProcessor(new ShownLines()),
                options =>
                {
                    options.IncludeFormattedMessage = true;
                    options.IncludeScopes = false;
                }
            )
            .UseOtlpExporter();
    }

    /// <summary>Sends the last of it. Otherwise each of the three would wait five seconds for a collector that does not answer.</summary>
    public static Task EndAsync(IServiceProvider services)
    {
        var milliseconds = (int)EndPatience.TotalMilliseconds;
        return Task.WhenAll(
            Task.Run(() => services.GetService<TracerProvider>()?.Shutdown(milliseconds)),
            Task.Run(() => services.GetService<MeterProvider>()?.Shutdown(milliseconds)),
            Task.Run(() => services.GetService<LoggerProvider>()?.Shutdown(milliseconds))
        );
    }

    /// <summary>
    /// Takes out what may quote what was recorded: the SDK gives the span of a call that failed the text of its answer, and Npgsql gives that of
    /// a query the message of the exception. The spans keep the kind of failure.
    /// </summary>
    internal sealed class WithoutTexts : BaseProcessor<Activity>
    {
        private readonly ActivityListener exceptions = new()
        {
            ShouldListenTo = source => source.Name is Mcp or Database,
            // Tags that are set here are not set by .NET.
            ExceptionRecorder = (_, exception, ref tags) =>
            {
                tags.Add("exception.message", "");
                tags.Add("exception.stacktrace", exception.StackTrace ?? "");
            },
        };

        public WithoutTexts() => ActivitySource.AddActivityListener(exceptions);

        public override void OnEnd(Activity data)
        {
            if (data.StatusDescription is not null)
                data.SetStatus(data.Status);
        }

        protected override void Dispose(bool disposing)
        {
            exceptions.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>Makes of a record what would be a line of the log.</summary>
    private sealed class ShownLines : BaseProcessor<LogRecord>
    {
        private static readonly OutgoingDoor Door = new(SecretFinder.Standard);

        public override void OnEnd(LogRecord data)
        {
            var text = data.Exception is null ? data.FormattedMessage : $"{data.FormattedMessage} {data.Exception}";
            data.FormattedMessage = text is null ? null : OutgoingText.Show(Door.Replace(text));
            // Values of the message, which are in it already.
            data.Attributes = null;
            data.Exception = null;
        }
    }
}
