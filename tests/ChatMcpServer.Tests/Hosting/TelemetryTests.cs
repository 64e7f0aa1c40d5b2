using System.Diagnostics;
using System.Text;
using ChatMcpServer.Hosting;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Documents;
using ChatSessions.Model;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

[Trait("Runs", "process")]
public sealed class TelemetryTests
{
    private const string Secret = "ghp_Zp7Qm2Xr9Kt4Wv8Ls3Nd6Hb1Jf5Gc0Ry2TxQ";

    [Fact]
    public async Task A_collector_gets_spans_durations_and_logs_of_requests_without_what_they_answer()
    {
        using var folder = new TempFolder();
        // No archive, so that the log says that the server is not ready, and names it.
        var path = Path.Combine(folder.Path, Secret);
        await File.WriteAllTextAsync(path, new string('x', 1_000), TestContext.Current.CancellationToken);
        await using var collector = await Collector.StartAsync();
        await using (var server = ServerProcess.StartWith(collector.Environment, "serve", "--http", "0", "--archive", path))
        {
            var mcp = await server.ListeningAsync();
            var refusal = await PostAsync(mcp, Rpc.Call(1, "get_chat_session", """{"session_id":"no-such-session"}"""));
            Assert.Contains("archive", refusal);
            await PostAsync(
                mcp,
                """{"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"chat://sessions/ses-sample-failing-tests"}}"""
            );
            using (var http = new HttpClient())
            using (await http.GetAsync(new Uri(mcp, "/readyz"), TestContext.Current.CancellationToken)) { }
            await collector.WaitAsync(all =>
                all.Received("traces").Contains("resources/read", StringComparison.Ordinal)
                && all.Received("logs").Contains("Not ready", StringComparison.Ordinal)
                && all.Received("metrics").Contains("http.server.request.duration", StringComparison.Ordinal)
            );
            await server.SignalAsync("TERM");
            Assert.Equal(0, (await server.ExitAsync()).ExitCode);
        }

        var (traces, metrics, logs) = (collector.Received("traces"), collector.Received("metrics"), collector.Received("logs"));
        Assert.All((string[])[traces, metrics, logs], signal => Assert.Contains("chat-mcp-server", signal));
        Assert.Contains("tools/call get_chat_session", traces);
        Assert.Contains("tool_error", traces);
        Assert.DoesNotContain("archive", traces);
        Assert.Contains("mcp.server.operation.duration", metrics);
        Assert.Contains("gen_ai.tool.name", metrics);
        Assert.DoesNotContain("ses-sample-failing-tests", metrics);
        Assert.Contains("http.server.request.duration", metrics);
        Assert.Contains("[redacted:github-pat]", logs);
        Assert.DoesNotContain("ModelContextProtocol", logs);
        Assert.DoesNotContain(Secret, logs);
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_delays_neither_answers_nor_the_end()
    {
        await using var collector = await Collector.StartAsync(isSilent: true);
        await using var server = ServerProcess.StartWith(collector.Environment, "serve", "--http", "0");
        var mcp = await server.ListeningAsync();

        Assert.Contains("result", await PostAsync(mcp, Rpc.Ping(1)));
        await collector.WaitAsync(all => all.Count > 0);
        await server.SignalAsync("TERM");

        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
        Assert.NotEqual(0, collector.Count);
    }

    [Fact]
    public async Task Nothing_is_sent_over_stdio()
    {
        await using var collector = await Collector.StartAsync();
        await using var server = ServerProcess.StartWith(collector.Environment, "serve");
        await server.SendAsync(Rpc.Initialize, Rpc.Initialized, Rpc.Ping(1));
        server.EndInput();

        Assert.NotEmpty(await server.ReadToEndAsync());
        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
        Assert.Equal(0, collector.Count);
    }

    [Fact]
    public async Task An_address_that_is_none_is_named()
    {
        var run = await CliProcess.RunWithAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4317" }, "serve", "--http", "0");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Invalid OTEL_EXPORTER_OTLP_ENDPOINT 'collector:4317'. Use the address of a collector", run.ErrorLine);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http")]
    public void A_protocol_that_is_unknown_is_named(string name, string protocol)
    {
        var refusal = Assert.Throws<ChatSessionException>(() =>
            Telemetry.Read([new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x"), new(name, protocol)])
        );

        Assert.Equal($"Invalid {name} '{protocol}'. Use grpc or http/protobuf, or unset it.", refusal.Message);
    }

    [Theory]
    [InlineData("OTEL_TRACES_SAMPLER", "always_off", false, true)]
    [InlineData("OTEL_SDK_DISABLED", "true", false, false)]
    // Not known by OpenTelemetry for .NET, and the documents do not name it.
    [InlineData("OTEL_TRACES_EXPORTER", "none", true, true)]
    public async Task What_the_documents_say_of_a_variable_is_so(string name, string value, bool sendsTraces, bool sendsMetrics)
    {
        await using var collector = await Collector.StartAsync();
        await using var server = ServerProcess.StartWith(new(collector.Environment) { [name] = value }, "serve", "--http", "0");
        var mcp = await server.ListeningAsync();

        await PostAsync(mcp, Rpc.Call(1, "list_chat_sessions", "{}"));
        await server.SignalAsync("TERM");
        await server.ExitAsync();

        Assert.Equal((sendsTraces, sendsMetrics), (collector.Received("traces").Length > 0, collector.Received("metrics").Length > 0));
        Assert.Equal(name != "OTEL_TRACES_EXPORTER", Repository.Read("docs/operating.md").Contains($"`{name}`", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_address_other_variables_send_nothing() =>
        Assert.Empty(
            Telemetry.Read([
                new("OTEL_SERVICE_NAME", "x"),
                new("OTEL_EXPORTER_OTLP_ENDPOINT", " "),
                new("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://x"),
            ])
        );

    [Theory]
    [InlineData("Npgsql")]
    [InlineData("Experimental.ModelContextProtocol")]
    public void An_exception_of_a_span_keeps_its_type_and_not_its_message(string name)
    {
        using var processor = new Telemetry.WithoutTexts();
        using var source = new ActivitySource(name);
        using var sampled = new ActivityListener
        {
            ShouldListenTo = of => of == source,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(sampled);
        using var span = source.StartActivity("query")!;

        try
        {
            throw new InvalidDataException($"invalid value: {Secret}");
        }
        catch (InvalidDataException exception)
        {
            span.AddException(exception);
        }

        var tags = Assert.Single(span.Events).Tags.ToDictionary(tag => tag.Key, tag => $"{tag.Value}");
        Assert.Equal(typeof(InvalidDataException).FullName, tags["exception.type"]);
        Assert.Contains(nameof(An_exception_of_a_span_keeps_its_type_and_not_its_message), tags["exception.stacktrace"]);
        Assert.All(tags.Values, value => Assert.DoesNotContain(Secret, value));
    }

    private static async Task<string> PostAsync(Uri mcp, string message)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, mcp)
        {
            Content = new StringContent(message, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
