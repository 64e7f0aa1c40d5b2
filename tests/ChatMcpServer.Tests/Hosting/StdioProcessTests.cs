using System.Text;
using System.Text.Json;
using ChatMcpServer.Tests.Cli;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

[Trait("Runs", "process")]
public sealed class StdioProcessTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task All_that_was_read_is_answered_before_the_server_ends_with_its_input()
    {
        await using var server = ServerProcess.Start();
        await server.SendAsync([Rpc.Initialize, Rpc.Initialized, .. Enumerable.Range(1, 100).Select(Rpc.Ping)]);
        server.EndInput();

        List<JsonElement> answers = await server.ReadToEndAsync();

        Assert.Equal(Enumerable.Range(0, 101).Select(id => $"{id}").Order(), answers.Select(Rpc.Id).Order());
        Assert.All(answers, answer => Assert.True(answer.IsResult()));
        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
    }

    [Fact]
    public async Task The_last_line_needs_no_line_feed_and_empty_lines_and_carriage_returns_do_not_matter()
    {
        await using var server = ServerProcess.Start("serve");
        await server.SendAsync(Encoding.UTF8.GetBytes($"\uFEFF{Rpc.Ping(1)}\r\n\n  \r\n{Rpc.Ping(2)}"));
        server.EndInput();

        Assert.Equal(["1", "2"], (await server.ReadToEndAsync()).Select(Rpc.Id).Order());
    }

    [Fact]
    public async Task Without_any_input_it_ends_quietly()
    {
        await using var server = ServerProcess.Start();
        server.EndInput();

        Assert.Empty(await server.ReadToEndAsync());
        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
        Assert.Empty(await server.StandardErrorAsync());
    }

    [Fact]
    public async Task A_subscription_does_not_keep_the_server_from_ending_and_is_told_the_end()
    {
        await using var server = ServerProcess.Start();
        await server.SendAsync(Rpc.Listen("chat://sessions"));
        Assert.Equal("notifications/subscriptions/acknowledged", (await server.ReadAsync())!.Value.About());
        server.EndInput();

        JsonElement end = Assert.Single(await server.ReadToEndAsync());

        Assert.Equal("\"listen\"", end.Id());
        Assert.True(end.IsResult());
        (int exitCode, TimeSpan took) = await server.ExitAsync();
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, Bound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_a_file_is_told_to_clients_of_either_era_and_the_server_ends_all_the_same(bool isOlder)
    {
        using var folder = new TempFolder();
        folder.Write("a.json", """{"session_id":"a","events":[]}""");
        await using var server = ServerProcess.Start("--sessions", folder.Path);
        if (isOlder)
            await server.SendAsync(Rpc.Initialize, Rpc.Initialized, Rpc.Subscribe(1, "chat://sessions/a"));
        else
            await server.SendAsync(Rpc.Listen("chat://sessions/a"));
        for (int answer = isOlder ? 0 : 1; answer < 2; answer++)
            await server.ReadAsync();

        folder.Write("a.json", """{"session_id":"a","events":[{"type":"user_input","content":"news"}]}""");

        Assert.Equal("notifications/resources/updated chat://sessions/a", (await server.ReadAsync())!.Value.About());
        server.EndInput();
        (int exitCode, TimeSpan took) = await server.ExitAsync();
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, Bound);
        Assert.Empty(await server.StandardErrorAsync());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [Proves("signal: serve")]
    public async Task A_signal_ends_it_with_success_although_its_input_is_open_and_a_client_listens(string signal)
    {
        await using var server = ServerProcess.Start();
        await server.SendAsync(Rpc.Initialize);
        await server.ReadAsync();
        await server.SendAsync(Rpc.Listen("chat://sessions"), Rpc.Ping(1));
        await server.ReadAsync();

        await server.SignalAsync(signal);

        (int exitCode, TimeSpan took) = await server.ExitAsync();
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, Bound);
    }

    [Fact]
    [Proves("client does not read")]
    public async Task A_client_that_reads_nothing_does_not_keep_it_from_stopping()
    {
        await using ServerProcess server = await StartWithoutReaderAsync();

        await server.SignalAsync("TERM");

        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using ServerProcess server = await StartWithoutReaderAsync();

        await server.SignalAsync("TERM", "INT");

        Assert.InRange((await server.ExitAsync()).ExitCode, 128, 255);
    }

    [Theory]
    [InlineData("nonsense", "null", -32700)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"", "7", -32700)]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}]", "null", -32600)]
    [InlineData("{\"id\":7,\"method\":\"ping\"}", "7", -32600)]
    [InlineData("{\"jsonrpc\":\"1.0\",\"id\":\"seven\",\"method\":\"ping\"}", "\"seven\"", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", "null", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7.5,\"method\":\"ping\"}", "null", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"\\ud800\"}", "7", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"no/such\"}", "7", -32601)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/read\"}", "7", -32602)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"completion/complete\"}", "7", -32602)]
    [InlineData("7", "null", -32600)]
    [InlineData("null", "null", -32600)]
    public async Task A_line_that_is_no_request_gets_its_error_and_harms_no_other(string line, string id, int code)
    {
        await using var server = ServerProcess.Start();
        await server.SendAsync(line);

        JsonElement? answer = await server.ReadAsync();
        Assert.Equal((id, code), (answer!.Value.Id(), answer.Value.ErrorCode()));

        await server.SendAsync(Rpc.Ping(1));
        Assert.True((await server.ReadAsync())!.Value.IsResult());
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        await using var server = ServerProcess.Start();
        await server.SendAsync([.. "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\",\"params\":{\"a\":\""u8, 0xff, 0xfe, .. "\"}}\n"u8]);

        Assert.Equal(-32700, (await server.ReadAsync())!.Value.ErrorCode());
    }

    [Fact]
    public async Task JSON_nested_too_deeply_is_refused_by_its_id()
    {
        await using var server = ServerProcess.Start();
        string deep = new string('[', 100_000) + new string(']', 100_000);
        await server.SendAsync($$$"""{"jsonrpc":"2.0","method":"ping","params":{"a":{{{deep}}}},"id":7}""");

        JsonElement? answer = await server.ReadAsync();

        Assert.Equal(("7", -32602), (answer!.Value.Id(), answer.Value.ErrorCode()));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_by_its_id_wherever_the_client_wrote_it()
    {
        await using var server = ServerProcess.Start();
        string filler = new('x', 5_000_000);
        await server.SendAsync(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"{{{filler}}}"}}""",
            $$$"""{"method":"ping","params":{"a":"{{{filler}}}"},"jsonrpc":"2.0","id":"two"}""",
            $$$"""{"method":"ping","params":{"a":"{{{filler}}}","id":3}}""",
            filler,
            Rpc.Ping(5)
        );
        server.EndInput();

        List<JsonElement> answers = await server.ReadToEndAsync();

        Assert.Equal(["1", "\"two\"", "null", "null", "5"], answers.Select(Rpc.Id));
        Assert.All(answers[..4], answer => Assert.Equal(-32600, answer.ErrorCode()));
    }

    [Fact]
    public async Task A_thousand_requests_at_once_are_all_answered()
    {
        await using var server = ServerProcess.Start();
        await server.SendAsync(Rpc.Initialize);
        await server.ReadAsync();

        Task sending = server.SendAsync([.. Enumerable.Range(1, 1000).Select(Rpc.Ping)]);
        List<JsonElement> answers = [];
        while (answers.Count < 1000)
            answers.Add((await server.ReadAsync())!.Value);
        await sending;

        Assert.All(answers, answer => Assert.True(answer.IsResult()));
        Assert.Equal(1000, answers.Select(Rpc.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_log_entry_is_one_line_whatever_the_client_sends()
    {
        await using var server = ServerProcess.Start("--log-level", "info");
        await server.SendAsync("""{"jsonrpc":"2.0","id":7,"method":"x\nerror: forged\u001b[2J\u202E"}""");
        await server.ReadAsync();
        server.EndInput();

        string[] log = (await server.StandardErrorAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.NotEmpty(log);
        Assert.All(log, line => Assert.StartsWith("info: ", line, StringComparison.Ordinal));
        Assert.DoesNotContain(log, line => line.AsSpan().ContainsAny('\e', '\u202E'));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"no/method"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"no_tool"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"chat://sessions/none"}}""")]
    public async Task A_mistake_of_a_client_is_in_its_answer_and_no_warning(string request)
    {
        await using var server = ServerProcess.Start();
        await using var detailed = ServerProcess.Start("--log-level", "info");
        foreach (var one in (ServerProcess[])[server, detailed])
        {
            await one.SendAsync(Rpc.Initialize, request);
            one.EndInput();
            Assert.Equal(2, (await one.ReadToEndAsync()).Count);
        }

        Assert.Empty(await server.StandardErrorAsync());
        var log = (await detailed.StandardErrorAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(log, line => line.Contains("request handler failed", StringComparison.Ordinal));
        Assert.All(log, line => Assert.StartsWith("info: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2031-01-01")]
    public async Task An_initialize_with_a_later_version_is_answered_with_the_newest_that_can_be_negotiated(string version)
    {
        await using var server = ServerProcess.Start();
        await server.SendAsync(Rpc.Initialize.Replace("2025-11-25", version, StringComparison.Ordinal));

        var answer = (await server.ReadAsync())!.Value;

        Assert.Equal("2025-11-25", answer.GetProperty("result").GetProperty("protocolVersion").GetString());
    }

    /// <summary>A server that is blocked while writing answers and refusals: nobody reads them, and the pipe is full.</summary>
    private static async Task<ServerProcess> StartWithoutReaderAsync()
    {
        var server = ServerProcess.Start();
        await server.SendAsync(Rpc.Ping(0));
        await server.ReadAsync();
        await server.SendAsync([.. Enumerable.Range(1, 3000).Select(Rpc.Ping), .. Enumerable.Repeat("nonsense", 3000)]);
        return server;
    }
}
