using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class TriesTests
{
    private static async Task<TestCloud> WithSessionAsync(params Fault[] faults)
    {
        var cloud = await TestCloud.StartAsync();
        cloud.Server.Add(TestCloud.Session());
        cloud.Server.Next(faults);
        return cloud;
    }

    [Theory]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(529)]
    [Proves("429", "5xx")]
    public async Task What_may_pass_is_tried_twice_again(int status)
    {
        await using var cloud = await WithSessionAsync(Faults.Status(status), Faults.Status(status));
        Assert.NotNull(await cloud.FindAsync());
        Assert.Equal(3, cloud.Server.Requests.Count);
        Assert.Equal(2, cloud.Log.Lines.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task What_will_not_pass_is_tried_once(int status)
    {
        await using var cloud = await WithSessionAsync(Faults.Status(status));
        try
        {
            Assert.Null(await cloud.FindAsync());
        }
        catch (ChatSessionException) { }
        Assert.Single(cloud.Server.Requests);
    }

    [Fact]
    public async Task A_third_failure_is_the_last()
    {
        await using var cloud = await WithSessionAsync(Faults.Status(500), Faults.Status(503), Faults.Status(502));
        Assert.Contains("(502)", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(3, cloud.Server.Requests.Count);
    }

    [Fact]
    public async Task Without_retries_one_failure_is_enough()
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { Retries = 0 });
        cloud.Server.Next(Faults.Status(500));
        await cloud.FailureAsync();
        Assert.Single(cloud.Server.Requests);
    }

    [Fact]
    public async Task The_server_s_word_on_trying_again_goes_first()
    {
        await using var cloud = await WithSessionAsync(Faults.Status(500, "X-Should-Retry: false"));
        await cloud.FailureAsync();
        Assert.Single(cloud.Server.Requests);

        cloud.Server.Next(Faults.Status(400, "X-Should-Retry: true"), Faults.Status(404, "X-Should-Retry: true"));
        Assert.NotNull(await cloud.FindAsync());
        Assert.Equal(4, cloud.Server.Requests.Count);
    }

    [Fact]
    [Proves("reset", "truncated")]
    public async Task Broken_connections_and_bodies_are_tried_again()
    {
        Fault[] faults = [Faults.Cut, Faults.CutInBody(1_000), Faults.CutInBody(null), Faults.Json(200, """{"session_id": "ses-1", "ev""")];
        foreach (var fault in faults)
        {
            await using var cloud = await WithSessionAsync(fault, fault);
            Assert.NotNull(await cloud.FindAsync());
            Assert.Equal(3, cloud.Server.Requests.Count);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [Proves("truncated")]
    public async Task A_body_that_does_not_decompress_is_tried_again(string encoding)
    {
        await using var cloud = await WithSessionAsync(Faults.Garbled(encoding), Faults.Garbled(encoding));
        Assert.NotNull(await cloud.FindAsync());
        cloud.Server.Always = Faults.Garbled(encoding);
        Assert.Equal(ChatSessionError.Unavailable, (await cloud.FailureAsync()).Error);
    }

    [Fact]
    public async Task A_try_that_takes_too_long_is_tried_again()
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { TryTimeout = TimeSpan.FromSeconds(20) });
        cloud.Server.Add(TestCloud.Session());
        cloud.Server.Next(Faults.Silence(cloud.Time.PassTimeouts), Faults.Drip(cloud.Time.PassTimeouts));
        Assert.NotNull(await cloud.FindAsync());
        Assert.Equal(3, cloud.Server.Requests.Count);
    }

    [Fact]
    [Proves("silence")]
    public async Task All_tries_together_end_within_45_seconds_the_last_one_cut_to_what_is_left()
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { TryTimeout = TimeSpan.FromSeconds(20) });
        cloud.Server.Always = Faults.Silence(cloud.Time.PassTimeouts);
        Assert.Contains("within 45 s for", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
        Assert.Equal((3, TimeSpan.FromSeconds(45)), (cloud.Server.Requests.Count, cloud.Time.Elapsed));
    }

    [Fact]
    public async Task A_hang_takes_all_the_time_there_is_and_is_not_tried_again()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Always = Faults.Silence(cloud.Time.PassTimeouts);
        Assert.Equal(ChatSessionError.Unavailable, (await cloud.FailureAsync()).Error);
        Assert.Equal((1, TimeSpan.FromSeconds(45)), (cloud.Server.Requests.Count, cloud.Time.Elapsed));
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_in_time_is_a_failure_with_a_sentence()
    {
        var options = new LlamaCloudOptions { ApiKey = "x" };
        var connection = new CheckedConnection(CheckedConnection.ResolveAsync);
        var hosts = new AttachmentHosts(options, CheckedConnection.ResolveAsync);
        Assert.Equal(TimeSpan.FromSeconds(5), LlamaCloudApi.CreateHandler(options, connection).ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), AttachmentStore.CreateHandler(hosts, connection).ConnectTimeout);

        // As the handler says it.
        await using var cloud = await TestCloud.StartAsync(register: services =>
            services.ConfigureHttpClientDefaults(http =>
                http.AddHttpMessageHandler(() => new Throwing(new TaskCanceledException("…", new TimeoutException())))
            )
        );
        Assert.Contains("the connection timed out", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(2, cloud.Time.Waits.Count);
    }

    [Fact]
    [Proves("drip")]
    public async Task A_slow_drip_ends()
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { Retries = 0 });
        cloud.Server.Next(Faults.Drip(cloud.Time.PassTimeouts));
        var failure = await cloud.FailureAsync();
        Assert.Equal(ChatSessionError.Unavailable, failure.Error);
        Assert.Contains("within 45 s for session 'ses-1'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Proves("silence in the body")]
    public async Task A_server_that_goes_silent_in_the_body_is_given_up_when_its_time_is_over()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(Faults.SilenceInBody(cloud.Time.PassTimeouts));
        var failure = await cloud.FailureAsync();
        Assert.Contains("did not finish its answer within 45 s for session 'ses-1'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(cloud.Options.Patience, cloud.Time.Elapsed);
        cloud.Server.Add(TestCloud.Session());
        Assert.NotNull(await cloud.FindAsync());
    }

    [Fact]
    [Proves("no handshake")]
    public async Task A_server_that_accepts_a_connection_and_never_begins_TLS_is_given_up()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"https://{listener.LocalEndpoint}");
        await using var cloud = await TestCloud.StartAsync(options => options with { BaseUrl = address, Retries = 0 });
        Assert.Contains("the connection timed out", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_out_is_the_configured_one()
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { Retries = 0, TryTimeout = TimeSpan.FromSeconds(3) });
        cloud.Server.Next(Faults.Silence(cloud.Time.PassTimeouts));
        Assert.Contains("within 3 s", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string[], double> WaitsAsked =>
        new()
        {
            { ["Retry-After: 2"], 2 },
            { ["Retry-After: 1.5"], 1.5 },
            { ["Retry-After: 44"], 44 },
            { ["Retry-After-Ms: 125"], 0.125 },
            { ["Retry-After-Ms: 125", "Retry-After: 7"], 0.125 },
            { ["Retry-After-Ms: soon", "Retry-After: 7"], 7 },
            { [$"Retry-After: {ImpatientTime.Now.AddSeconds(30).ToString("R", CultureInfo.InvariantCulture)}"], 30 },
        };

    [Theory]
    [MemberData(nameof(WaitsAsked))]
    [Proves("429")]
    public async Task A_wait_that_the_server_asks_for_is_kept(string[] headers, double seconds)
    {
        await using var cloud = await WithSessionAsync(Faults.Status(429, headers));
        await cloud.FindAsync();
        Assert.Equal([TimeSpan.FromSeconds(seconds)], cloud.Time.Waits);
    }

    [Fact]
    [Proves("429")]
    public async Task No_try_begins_after_the_caller_has_lost_patience()
    {
        await using var cloud = await WithSessionAsync(Faults.Status(429, "Retry-After: 45"));
        Assert.Contains("reached its rate limit", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(cloud.Time.Waits);
    }

    public static TheoryData<string[]> WaitsNotKept =>
        new()
        {
            { [] },
            { ["Retry-After: 60"] },
            { ["Retry-After: 99999999999999999999999999999"] },
            { ["Retry-After: -1"] },
            { ["Retry-After: 0"] },
            { ["Retry-After: NaN"] },
            { ["Retry-After: later"] },
            { ["Retry-After-Ms: 3600000"] },
            { [$"Retry-After: {ImpatientTime.Now.AddHours(1).ToString("R", CultureInfo.InvariantCulture)}"] },
            { [$"Retry-After: {ImpatientTime.Now.AddHours(-1).ToString("R", CultureInfo.InvariantCulture)}"] },
        };

    [Theory]
    [MemberData(nameof(WaitsNotKept))]
    [Proves("429", "clock")]
    public async Task Without_a_sane_one_waits_grow(string[] headers)
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { Retries = 6 });
        cloud.Server.Always = Faults.Status(429, headers);
        await cloud.FailureAsync();
        Assert.All(
            cloud.Time.Waits.Zip([0.5, 1, 2, 4, 8, 8]),
            wait => Assert.InRange(wait.First.TotalSeconds, wait.Second * 0.75, wait.Second)
        );
        Assert.Equal(6, cloud.Time.Waits.Count);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_let_go_while_the_server_is_silent_drips_or_is_waited_for()
    {
        await using var cloud = await TestCloud.StartAsync();
        using var caller = new Caller();
        cloud.Server.Next(Faults.Silence(caller.GiveUp));
        await caller.AssertLetGoAsync(cloud);

        cloud.Server.Next(Faults.Drip(caller.GiveUp));
        await caller.AssertLetGoAsync(cloud);

        cloud.Time.OnWait = caller.GiveUp;
        cloud.Server.Next(Faults.Status(429, "Retry-After: 30"));
        await caller.AssertLetGoAsync(cloud);
        Assert.Equal(3, cloud.Server.Requests.Count);
    }

    private sealed class Throwing(Exception exception) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw exception;
    }

    private sealed class Caller : IDisposable
    {
        private CancellationTokenSource will = new();

        public void GiveUp() => will.Cancel();

        public async Task AssertLetGoAsync(TestCloud cloud)
        {
            var given = will.Token;
            var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                cloud.Source.FindAsync("ses-1", ChatSessions.Sources.Caller.Local, given)
            );
            Assert.True(given.IsCancellationRequested, canceled.Message);
            will.Dispose();
            will = new CancellationTokenSource();
        }

        public void Dispose() => will.Dispose();
    }
}
