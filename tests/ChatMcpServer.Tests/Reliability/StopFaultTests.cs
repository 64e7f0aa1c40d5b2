using System.Net.Http.Headers;
using System.Text;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ChatMcpServer.Tests.Reliability;

/// <summary>A client that goes away and signals that arrive while LlamaCloud lets a call or a verb wait.</summary>
[Trait("Runs", "process")]
public sealed class StopFaultTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FakeLlamaCloud cloud = null!;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    /// <summary>Far beyond what the waits inside allow; it only ends a test that would hang.</summary>
    private static TimeSpan Patience => TimeSpan.FromSeconds(30);

    private string Archive => Path.Combine(folder.Path, "archive.db");

    public async ValueTask InitializeAsync()
    {
        cloud = await FakeLlamaCloud.StartAsync();
        foreach (var id in (string[])["ses-1", "ses-2", "ses-3"])
            cloud.Add(Some.SessionText(id, $"Title of {id}", Some.UserInput($"What is {id}?"), Some.Stop()));
        cloud.OfSession["ses-2"] = Wait;
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("end of input")]
    [InlineData("TERM")]
    [InlineData("INT")]
    [Proves("stdin closed", "signal: serve")]
    public async Task A_call_that_still_waits_when_the_server_is_to_end_is_told_so_and_the_server_ends(string end)
    {
        await using var server = Start("serve");
        await server.SendAsync(Rpc.Call(1, "get_chat_session", ToolClient.SessionId("ses-2")));
        await asked.Task.WaitAsync(Patience, TestEnd);

        if (end == "end of input")
            server.EndInput();
        else
            await server.SignalAsync(end);

        // A machine without time for it may end the server before it has said so.
        if (await server.ReadAsync() is { } answer)
            Assert.Equal(
                ("1", "The server stopped before the request was finished."),
                (answer.Id(), answer.GetProperty("error").GetProperty("message").GetString())
            );
        Assert.Empty(await server.ReadToEndAsync());
        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
        Assert.Equal("", await server.StandardErrorAsync());
    }

    [Fact]
    [Proves("stdout closed")]
    public async Task A_client_that_closes_its_end_in_mid_call_ends_the_server_with_a_sentence()
    {
        await using var server = Start("serve");
        await server.SendAsync(Rpc.Call(1, "get_chat_session", ToolClient.SessionId("ses-2")));
        await asked.Task.WaitAsync(Patience, TestEnd);

        server.CloseOutput();
        await server.SendAsync(Rpc.Ping(2));

        Assert.Equal(1, (await server.ExitAsync()).ExitCode);
        Assert.StartsWith(
            "The server ended because it cannot write to standard output",
            Assert.Single((await server.StandardErrorAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Proves("connection aborted")]
    public async Task A_client_that_drops_its_connection_in_mid_call_ends_the_request_to_LlamaCloud_and_harms_no_other()
    {
        await using var server = Start("serve", "--http", "127.0.0.1:0");
        var endpoint = await server.ListeningAsync();
        using var http = new HttpClient();
        using (var gone = CancellationTokenSource.CreateLinkedTokenSource(TestEnd))
        {
            var calling = http.SendAsync(Post(endpoint, "ses-2"), gone.Token);
            await asked.Task.WaitAsync(Patience, TestEnd);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        }
        await letGo.Task.WaitAsync(Patience, TestEnd);

        using var response = await http.SendAsync(Post(endpoint, "ses-1"), TestEnd);
        Assert.Contains("What is ses-1?", await response.Content.ReadAsStringAsync(TestEnd), StringComparison.Ordinal);
        await server.SignalAsync("TERM");
        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
        Assert.Equal($"Listening on {endpoint}", (await server.StandardErrorAsync()).Trim());
    }

    [Theory]
    [InlineData("TERM", 130)]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    [Proves("signal: verbs", "killed")]
    public async Task A_sync_that_is_stopped_or_killed_has_saved_what_arrived_and_the_next_one_goes_on(string signal, int exitCode)
    {
        using var process = CliProcess.Start(Environment, "sync", "--archive", Archive);
        await asked.Task.WaitAsync(Patience, TestEnd);
        using (var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestEnd);
        var stopped = await CliProcess.EndAsync(process);

        Assert.Equal(exitCode, stopped.ExitCode);
        if (signal != "KILL")
            Assert.Equal("Stopped. Synced sessions are saved; run the same command to continue.", stopped.ErrorLine);
        var verified = await CliProcess.RunAsync("archive", "verify", "--archive", Archive);
        Assert.StartsWith("ok: 1 session ", verified.Output, StringComparison.Ordinal);
        cloud.OfSession.Clear();
        var next = await CliProcess.RunWithAsync(Environment, "sync", "--archive", Archive);
        Assert.Equal((0, ""), (next.ExitCode, next.Error));
        Assert.Contains("3 sessions, 2 new or changed. 2 added", next.Output, StringComparison.Ordinal);
    }

    /// <summary>Lets LlamaCloud's answer wait until its client goes.</summary>
    private async Task Wait(HttpContext context)
    {
        asked.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        finally
        {
            letGo.TrySetResult();
        }
    }

    private ServerProcess Start(params string[] arguments) => ServerProcess.StartWith(Environment, arguments);

    private Dictionary<string, string> Environment =>
        new() { ["LLAMA_CLOUD_API_KEY"] = "llx-key-of-the-tests", ["LLAMA_CLOUD_BASE_URL"] = cloud.BaseUrl.OriginalString };

    private static HttpRequestMessage Post(Uri endpoint, string sessionId) =>
        new(HttpMethod.Post, endpoint)
        {
            Content = new StringContent(
                Rpc.Call(1, "get_chat_session", ToolClient.SessionId(sessionId)),
                Encoding.UTF8,
                new MediaTypeHeaderValue("application/json")
            ),
            Headers = { Accept = { new("application/json"), new("text/event-stream") } },
        };
}
