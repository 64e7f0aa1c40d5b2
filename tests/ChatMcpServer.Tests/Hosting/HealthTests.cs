using System.Net;
using System.Text.Json;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting.Access;
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
        Assert.Equal(12, json.GetProperty("ms").GetInt32());
    }
}
