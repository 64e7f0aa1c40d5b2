using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Mcp;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting.Access;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class HealthTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_whose_archive_cannot_be_opened_is_alive_but_not_ready()
    {
        await using var server = new AccessServer();
        server.AddToken("ann");
        await File.WriteAllTextAsync(
            server.Options.ArchivePath!,
            "This is no archive, but a text that is longer than the head of one.",
            Cancelled
        );
        await server.StartAsync();

        using var alive = await server.GetAsync("/healthz");
        using var ready = await server.GetAsync("/readyz");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (alive.StatusCode, ready.StatusCode));
        Assert.Equal("not ready; the log says why", await ready.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_server_whose_database_is_silent_says_after_a_while_that_it_is_not_ready_and_what_to_do()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var time = new FakeTimeProvider();
        await using var server = new AccessServer { Time = time };
        server.AddToken("ann");
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        server.Options.ArchivePath = $"postgres://chats@127.0.0.1:{port}/chats";
        await server.StartAsync();

        var asking = server.GetAsync("/readyz");
        using var connection = await silent.AcceptTcpClientAsync(Cancelled);
        using var ready = await AfterPatienceAsync(time, asking);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains(
            server.Log.Lines,
            line => line.Contains($"Not ready: The PostgreSQL server 127.0.0.1:{port} did not answer in time. ")
        );
    }

    [Fact]
    public async Task A_check_that_does_not_end_when_it_is_told_to_is_not_waited_for()
    {
        var time = new FakeTimeProvider();
        await using var server = new AccessServer { Time = time };
        server.Setup = server.Setup with { Tokens = new Check(new TaskCompletionSource().Task) };
        await server.StartAsync();

        using var ready = await AfterPatienceAsync(time, server.GetAsync("/readyz"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains(server.Log.Lines, line => line.Contains("Not ready: Tokens could not be checked in time."));
    }

    [Fact]
    public async Task A_check_that_fails_as_nobody_expects_is_an_answer_and_a_line()
    {
        await using var server = new AccessServer();
        server.Setup = server.Setup with { Tokens = new Check(Task.FromException(new FileNotFoundException("No such password file."))) };
        await server.StartAsync();

        using var ready = await server.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var line = Assert.Single(server.Log.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal));
        Assert.Contains("Not ready: The check failed with an internal error (FileNotFoundException: No such password file.)", line);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public async Task While_the_file_of_callers_cannot_be_read_nobody_is_let_in_and_the_server_is_not_ready()
    {
        await using var server = new AccessServer();
        var token = server.AddToken("ann");
        server.WriteCallers("{}");
        await server.StartAsync();
        using (var before = await server.GetAsync("/readyz"))
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        File.Delete(server.CallersPath);
        using var ready = await server.GetAsync("/readyz");
        using var answer = await server.SendAsync(Rpc.Ping(1), token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains(
            server.Log.Lines,
            line => line.Contains($"Not ready: Cannot read {server.CallersPath} of --callers (it does not exist). Check the path")
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("Who may call cannot be checked now. Try again later.", await answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    [Trait("Runs", "process")]
    public async Task After_the_signal_to_stop_it_answers_on_for_as_long_as_it_is_told_and_says_that_it_stops()
    {
        var (server, mcp) = await ServerProcess.StartHttpAsync("--drain-seconds", "2");
        await using var _ = server;
        using var http = new HttpClient();
        using (var before = await http.GetAsync(new Uri(mcp, "/readyz"), Cancelled))
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await server.SignalAsync("TERM");
        HttpResponseMessage after;
        do after = await http.GetAsync(new Uri(mcp, "/readyz"), Cancelled);
        while (after.StatusCode == HttpStatusCode.OK);
        using var alive = await http.GetAsync(new Uri(mcp, "/healthz"), Cancelled);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (after.StatusCode, alive.StatusCode));
        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
    }

    [Fact]
    [Trait("Runs", "process")]
    public async Task With_json_every_line_of_the_log_is_an_object()
    {
        using var folder = new TempFolder();
        var tokens = Path.Combine(folder.Path, "tokens.json");
        var token = (await CliProcess.RunAsync("auth", "add", "ann", "--auth-file", tokens)).Output.Trim();
        await using var server = ServerProcess.Start("serve", "--http", "0", "--auth", $"tokens:{tokens}", "--log-format", "json");
        var first = JsonElement.Parse(await server.FirstErrorLineAsync());
        var mcp = new Uri(first.GetProperty("message").GetString()!["Listening on ".Length..]);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, mcp)
        {
            Content = new StringContent(
                Rpc.Call(1, "get_chat_session", """{"session_id":"line\nbreak"}"""),
                System.Text.Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("Authorization", $"Bearer {token}");
        using (await http.SendAsync(request, Cancelled)) { }
        using (await http.GetAsync(mcp, Cancelled)) { }
        await server.SignalAsync("TERM");

        var lines = (await server.StandardErrorAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var entries = lines.Select(line => JsonElement.Parse(line)).ToList();

        Assert.Equal(["info", "audit", "audit"], entries.Select(entry => entry.GetProperty("level").GetString()));
        Assert.Equal("token:ann", entries[1].GetProperty("who").GetString());
        Assert.Equal("get_chat_session", entries[1].GetProperty("what").GetString());
        Assert.Equal("refused", entries[1].GetProperty("outcome").GetString());
        Assert.Equal("401", entries[2].GetProperty("outcome").GetString());
        Assert.DoesNotContain(token, string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_cannot_pass_for_another_or_for_a_field()
    {
        var entry = new AuditEntry(
            "token:ann",
            "tools/call",
            "x\" outcome=\"ok\" y\naudit: who=\"root\"",
            null,
            "refused",
            TimeSpan.FromMilliseconds(12)
        );

        var text = LogLine.Of(LogFormat.Text, entry);
        var json = JsonElement.Parse(LogLine.Of(LogFormat.Json, entry));

        Assert.DoesNotContain('\n', text);
        Assert.EndsWith(" session=- outcome=\"refused\" ms=12", text, StringComparison.Ordinal);
        Assert.DoesNotContain("outcome=\"ok\"", text, StringComparison.Ordinal);
        Assert.Equal("refused", json.GetProperty("outcome").GetString());
        Assert.Equal(
            "ses-1",
            JsonElement.Parse(LogLine.Of(LogFormat.Json, entry with { SessionId = "ses-1" })).GetProperty("session").GetString()
        );
        Assert.Equal(12, json.GetProperty("ms").GetInt32());
    }

    private static async Task<HttpResponseMessage> AfterPatienceAsync(FakeTimeProvider time, Task<HttpResponseMessage> asking)
    {
        while (!asking.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, Cancelled);
        }
        return await asking;
    }

    private sealed class Check(Task isReady) : ITokenCheck
    {
        public string? Issuer => null;

        public string OwnerOf(string name) => name;

        public Task<TokenVerdict> CheckAsync(string token, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CheckReadyAsync(CancellationToken cancellationToken) => isReady;
    }
}
