using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using ChatMcpServer.Hosting;
using ChatSessions.Model;
using ChatSessions.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>What happens to running calls. The tools wait for the test, so nothing here depends on the speed of the machine.</summary>
public sealed class StdioHostTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Pipe _input = new();
    private readonly Pipe _output = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _started = new(0);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StreamReader _answers;
    private readonly Task _serving;

    public StdioHostTests()
    {
        _answers = new StreamReader(_output.Reader.AsStream());
        _serving = StdioHost.ServeAsync(AddTools, _input.Reader.AsStream(), _output.Writer.AsStream(), LogLevel.None, _stop.Token);
    }

    [Fact]
    public async Task A_closed_input_is_said_to_be_closed()
    {
        var failure = await Assert.ThrowsAsync<ChatSessionException>(() =>
            StdioHost.ServeAsync(AddTools, new ClosedInput(), Stream.Null, LogLevel.None, CancellationToken.None)
        );

        Assert.StartsWith("Cannot read standard input: it is closed.", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>What the console makes of a standard input that is not open.</summary>
    private sealed class ClosedInput : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new UnauthorizedAccessException();
    }

    [Fact]
    public async Task A_call_that_is_running_when_the_input_ends_is_answered()
    {
        await SendAsync(Rpc.Call(1, "wait"));
        await StartedAsync(1);
        await _input.Writer.CompleteAsync();

        _release.SetResult();

        Assert.Contains("released", (await ReadAsync()).GetRawText(), StringComparison.Ordinal);
        await EndedAsync();
    }

    [Fact]
    public async Task A_call_that_is_running_when_the_server_is_to_stop_is_answered()
    {
        await SendAsync(Rpc.Call(1, "wait"));
        await StartedAsync(1);
        await _stop.CancelAsync();

        _release.SetResult();

        Assert.Contains("released", (await ReadAsync()).GetRawText(), StringComparison.Ordinal);
        await EndedAsync();
    }

    [Fact]
    [Proves("stdin closed")]
    public async Task A_call_that_takes_too_long_after_the_end_is_cancelled_and_told_so()
    {
        await SendAsync(Rpc.Call(1, "wait"));
        await StartedAsync(1);
        await _input.Writer.CompleteAsync();

        Assert.Contains("stopped before", (await ReadAsync()).GetRawText(), StringComparison.Ordinal);
        await _cancelled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await EndedAsync();
    }

    [Fact]
    [Proves("stdin closed")]
    public async Task A_call_that_does_not_heed_its_cancellation_does_not_keep_the_server()
    {
        await SendAsync(Rpc.Call(1, "hang"));
        await StartedAsync(1);
        await _input.Writer.CompleteAsync();

        await EndedAsync();
    }

    [Fact]
    public async Task A_call_that_the_client_cancels_stops_and_is_not_answered()
    {
        await SendAsync(Rpc.Call(1, "wait"));
        await StartedAsync(1);

        await SendAsync(Rpc.Cancel(1));
        await _cancelled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        await SendAsync(Rpc.Ping(2));
        Assert.Equal("2", (await ReadAsync()).Id());
    }

    [Fact]
    public async Task A_thousand_calls_run_side_by_side()
    {
        await SendAsync([.. Enumerable.Range(1, 1000).Select(id => Rpc.Call(id, "wait"))]);
        await StartedAsync(1000);
        _release.SetResult();

        HashSet<string> ids = [];
        while (ids.Count < 1000)
            Assert.True(ids.Add((await ReadAsync()).Id()));
    }

    [Fact]
    public async Task Requests_that_follow_initialize_wait_for_its_answer()
    {
        await SendAsync(Rpc.Initialize, Rpc.Ping(1), Rpc.Ping(2));

        Assert.Equal("0", (await ReadAsync()).Id());
    }

    public async ValueTask DisposeAsync()
    {
        await _input.Writer.CompleteAsync();
        _release.TrySetResult();
        await _serving.WaitAsync(Patience);
        _answers.Dispose();
        _started.Dispose();
        _stop.Dispose();
    }

    private void AddTools(IServiceCollection services) =>
        services
            .AddMcpServer()
            .WithTools([
                McpServerTool.Create(WaitAsync, new McpServerToolCreateOptions { Name = "wait" }),
                McpServerTool.Create(HangAsync, new McpServerToolCreateOptions { Name = "hang" }),
            ]);

    private async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        _started.Release();
        try
        {
            await _release.Task.WaitAsync(cancellationToken);
            return "released";
        }
        catch (OperationCanceledException)
        {
            _cancelled.SetResult();
            throw;
        }
    }

    private async Task<string> HangAsync()
    {
        _started.Release();
        await _release.Task;
        return "released";
    }

    private async Task StartedAsync(int calls)
    {
        for (int i = 0; i < calls; i++)
            Assert.True(await _started.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    private async Task SendAsync(params string[] lines) =>
        await _input.Writer.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

    private async Task<JsonElement> ReadAsync() =>
        JsonElement.Parse((await _answers.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience))!);

    private Task EndedAsync() => _serving.WaitAsync(Patience, TestContext.Current.CancellationToken);
}
