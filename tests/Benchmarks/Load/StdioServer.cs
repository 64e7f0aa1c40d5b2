using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Benchmarks.Load;

/// <summary>A server over standard input and output, of which one client asks many things at once.</summary>
internal sealed class StdioServer : LoadedServer
{
    private const string Hello = """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"load","version":"1"}}""";

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> waiting = [];
    private readonly SemaphoreSlim writing = new(1, 1);
    private int last;

    private StdioServer(Process process)
        : base("stdio", process)
    {
        _ = KeepLogAsync();
        _ = ListenAsync();
    }

    public static async Task<StdioServer> StartAsync(Command command)
    {
        var server = new StdioServer(command.Start());
        await server.AskAsync(new LoadCall("initialize", "initialize", Hello, MustSucceed: true), CancellationToken.None);
        await server.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        return server;
    }

    public override async Task<JsonElement> AskAsync(LoadCall call, CancellationToken leave)
    {
        var id = Interlocked.Increment(ref last);
        var answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SendAsync(call.ToJson(id));
            return await answer.Task.WaitAsync(Patience, leave);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            await SendAsync($$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{{{id}}}}}""");
            throw;
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    public override async Task<bool> FollowAsync(string session, TimeSpan time)
    {
        var address = $$"""{"uri":"chat://sessions/{{session}}"}""";
        var accepted = await AskAsync(new("subscribe", "resources/subscribe", address, MustSucceed: true), CancellationToken.None);
        await Task.Delay(time);
        var ended = await AskAsync(new("unsubscribe", "resources/unsubscribe", address, MustSucceed: true), CancellationToken.None);
        return accepted.TryGetProperty("result", out _) && ended.TryGetProperty("result", out _);
    }

    /// <summary>Sends calls, and ends the input without waiting for their answers.</summary>
    public async Task LeaveAmidAsync(IEnumerable<LoadCall> calls, TimeSpan time)
    {
        foreach (var call in calls)
            await SendAsync(call.ToJson(Interlocked.Increment(ref last)));
        await Task.Delay(time);
    }

    protected override void Stop() => Process.StandardInput.Close();

    private async Task SendAsync(string line)
    {
        await writing.WaitAsync();
        try
        {
            await Process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
            await Process.StandardInput.BaseStream.FlushAsync();
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ListenAsync()
    {
        while (await Process.StandardOutput.ReadLineAsync() is { } line)
        {
            var message = JsonElement.Parse(line);
            if (
                message.TryGetProperty("id", out var id)
                && id.ValueKind == JsonValueKind.Number
                && waiting.TryRemove(id.GetInt32(), out var asking)
            )
                asking.TrySetResult(message);
        }
    }
}
