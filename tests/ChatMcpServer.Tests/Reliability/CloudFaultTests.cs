using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Xunit;

namespace ChatMcpServer.Tests.Reliability;

/// <summary>A server process whose LlamaCloud fails in every way, for many calls at the same time.</summary>
[Trait("Runs", "process")]
public sealed class CloudFaultTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private FakeLlamaCloud cloud = null!;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    /// <summary>A fault, and what a failure says of it.</summary>
    private static readonly Dictionary<string, (Fault Fault, string Says)> Failing = new()
    {
        ["429"] = (Faults.Status(429), "reached its rate limit (429)"),
        ["429-later"] = (Faults.Status(429, "Retry-After: 1"), "reached its rate limit (429)"),
        ["500"] = (Faults.Status(500), "failed (500)"),
        ["503-page"] = (Faults.Html(503), "failed (503)"),
        ["no-answer"] = (Faults.Cut, "the connection broke, or the answer was not valid HTTP"),
        ["cut"] = (Faults.CutInBody(1_000), "broke while it sent session 'cut'"),
        ["reset"] = (Faults.ResetInBody, "broke"),
        ["truncated"] = (Faults.Json(200, """{"session_id": "truncated", "ev"""), "sent incomplete or invalid JSON"),
        ["garbled"] = (Faults.Garbled("gzip"), "broke while it sent session 'garbled'"),
        ["huge"] = (Faults.Bomb("gzip"), "is over the limit of 1 MB"),
        ["page"] = (Faults.Html(200), "did not answer with JSON"),
        ["array"] = (Faults.Json(200, """["session"]"""), "it is not a JSON object"),
        ["number"] = (Faults.Json(200, """{"session_id": 5, "events": 7}"""), "it has no 'events' array"),
    };

    public async ValueTask InitializeAsync()
    {
        cloud = await FakeLlamaCloud.StartAsync();
        foreach (var id in Failing.Keys.Append("well"))
            cloud.Add(Some.SessionText(id, "A title", Some.UserInput($"What is {id}?"), Some.Stop()));
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    [Proves("429", "5xx", "reset", "truncated", "too large", "content type", "JSON type")]
    public async Task Every_failure_is_a_sentence_for_its_call_alone_and_the_next_call_is_answered()
    {
        await using var server = Start("--max-session-mb", "1");
        var client = new ToolClient(server);
        foreach (var (id, (fault, _)) in Failing)
            cloud.OfSession[id] = fault;

        var calls = new List<(string Says, int Call)>();
        foreach (var (id, (_, says)) in Failing)
            calls.Add((says, await client.SendAsync("get_chat_session", ToolClient.SessionId(id))));
        Assert.Contains("What is well?", await client.AnswerAsync("well"), StringComparison.Ordinal);
        foreach (var (says, call) in calls)
        {
            var reply = await client.ReadAsync(call);
            Assert.True(reply.IsError, reply.Text);
            Assert.Contains(says, reply.Text, StringComparison.Ordinal);
        }

        cloud.OfSession.Clear();
        foreach (var id in Failing.Keys)
            Assert.Contains($"What is {id}?", await client.AnswerAsync(id), StringComparison.Ordinal);
        await client.EndAsync();
    }

    [Fact]
    [Proves("429", "5xx", "reset", "truncated", "too large", "content type", "JSON type")]
    public async Task Of_every_session_that_fails_the_copy_is_answered_with_the_reason()
    {
        var archive = await SyncAsync();
        await using var server = Start("--max-session-mb", "1", "--archive", archive);
        var client = new ToolClient(server);
        // One of each kind: each is tried three times.
        foreach (var id in (string[])["429", "500", "reset", "truncated", "huge", "page", "array", "number"])
        {
            cloud.OfSession[id] = Failing[id].Fault;
            // After a failure LlamaCloud is not asked for a while, unless it answers something that the archive does not have.
            cloud.Add(Some.SessionText($"new-{id}", "New", Some.UserInput("Is it well?")));
            await client.AnswerAsync($"new-{id}");
            var asked = cloud.Requests.Count;
            var answer = await client.AnswerAsync(id);
            Assert.Contains($"What is {id}?", answer, StringComparison.Ordinal);
            Assert.Contains("This is the archive's copy of", answer, StringComparison.Ordinal);
            Assert.NotEqual(asked, cloud.Requests.Count);
        }

        await client.EndAsync();
    }

    [Theory]
    [InlineData("""{"items": 5}""")]
    [InlineData("""{"items": [5]}""")]
    [InlineData("""{"items": [{"session_id": ["x"]}]}""")]
    [InlineData("""[]""")]
    [Proves("JSON type")]
    public async Task A_list_of_something_else_is_a_sentence_and_the_archive_s_list_is_answered_with_it(string list)
    {
        var archive = await SyncAsync();
        cloud.Always = Faults.Json(200, list);
        await using var alone = Start();
        await using var server = Start("--archive", archive);
        var (lone, client) = (new ToolClient(alone), new ToolClient(server));

        Assert.True((await lone.AskAsync("list_chat_sessions")).IsError);
        var listed = await client.AskAsync("list_chat_sessions");
        Assert.False(listed.IsError, listed.Text);
        Assert.Contains("well", listed.Text, StringComparison.Ordinal);
        Assert.Contains("Not everything could be read: ", listed.Text, StringComparison.Ordinal);

        cloud.Always = null;
        Assert.False((await lone.AskAsync("list_chat_sessions")).IsError);
        await lone.EndAsync();
        await client.EndAsync();
    }

    [Fact]
    [Proves("silence", "silence in the body", "drip")]
    public async Task A_server_that_hangs_or_drips_is_not_waited_for_where_there_is_a_copy_nor_at_the_end()
    {
        var archive = await SyncAsync();
        await using var server = Start("--archive", archive);
        var client = new ToolClient(server);
        cloud.OfSession["429"] = Faults.Silence();
        cloud.OfSession["500"] = Faults.SilenceInBody();
        cloud.OfSession["cut"] = Faults.Drip(pause: 1_000);

        var calls = new List<int>();
        foreach (var id in cloud.OfSession.Keys)
            calls.Add(await client.SendAsync("get_chat_session", ToolClient.SessionId(id)));

        foreach (var call in calls)
        {
            var reply = await client.ReadAsync(call);
            Assert.False(reply.IsError, reply.Text);
            Assert.Contains("does not answer", reply.Text, StringComparison.Ordinal);
        }
        // The requests that nobody waits for still hang.
        await client.EndAsync();
    }

    [Fact]
    [Proves("DNS", "TLS", "connection")]
    public async Task A_host_that_cannot_be_reached_or_trusted_is_named_with_the_reason_and_asked_again_by_the_next_call()
    {
        using var certificate = SelfSigned();
        await using var untrusted = await FakeLlamaCloud.StartAsync(certificate);
        var places = new[]
        {
            ("http://no-such-host.invalid", "its name does not resolve"),
            (untrusted.BaseUrl.OriginalString, "the secure connection failed"),
            (cloud.BaseUrl.OriginalString.Replace("http:", "https:", StringComparison.Ordinal), "the secure connection failed"),
            ($"http://127.0.0.1:{UnusedPort()}", "the connection failed"),
        };
        var servers = places.Select(place => StartAt(place.Item1)).ToList();
        try
        {
            for (var ask = 0; ask < 2; ask++)
                foreach (var ((_, says), client) in places.Zip(servers.Select(server => new ToolClient(server)).ToList()))
                {
                    var reply = await client.GetAsync("well");
                    Assert.True(reply.IsError);
                    Assert.Contains(says, reply.Text, StringComparison.Ordinal);
                }
            Assert.Empty(untrusted.Requests);
            foreach (var server in servers)
                await new ToolClient(server).EndAsync();
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    private async Task<string> SyncAsync()
    {
        var archive = Path.Combine(folder.Path, "archive.db");
        var run = await CliProcess.RunWithAsync(Environment(cloud.BaseUrl.OriginalString), "sync", "--archive", archive);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return archive;
    }

    private ServerProcess Start(params string[] arguments) => StartAt(cloud.BaseUrl.OriginalString, arguments);

    private static ServerProcess StartAt(string address, params string[] arguments) =>
        ServerProcess.StartWith(Environment(address), ["serve", .. arguments]);

    private static Dictionary<string, string> Environment(string address) =>
        new() { ["LLAMA_CLOUD_API_KEY"] = "llx-key-of-the-tests", ["LLAMA_CLOUD_BASE_URL"] = address };

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
