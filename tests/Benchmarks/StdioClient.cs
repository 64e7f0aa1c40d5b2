using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Benchmarks;

/// <summary>An MCP server as a child process, and a client that does no more than write and read lines. It does not outlive its use.</summary>
internal sealed class StdioClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Initialize =
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"benchmarks","version":"1"}}}""";

    private readonly Process process;
    private readonly StreamWriter input;

    private StdioClient(Process process)
    {
        this.process = process;
        input = new StreamWriter(process.StandardInput.BaseStream, new UTF8Encoding(false)) { AutoFlush = false, NewLine = "\n" };
    }

    /// <summary>Starts a server and awaits its reply to <c>initialize</c>; gives the milliseconds from before the start to then.</summary>
    public static async Task<(StdioClient Server, double Milliseconds)> StartAsync(Command command)
    {
        var started = Stopwatch.GetTimestamp();
        var server = new StdioClient(command.Start());
        await server.SendAsync(Initialize);
        await server.ReadAsync();
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await server.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        return (server, took);
    }

    public int ProcessId => process.Id;

    /// <summary>The line of a call.</summary>
    public static string Call(int id, string tool, string arguments) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""";

    /// <summary>Calls a tool, and gives the line that answered and the milliseconds that it took.</summary>
    public async Task<(string Answer, double Milliseconds)> CallAsync(string tool, string arguments)
    {
        var started = Stopwatch.GetTimestamp();
        await SendAsync(Call(1, tool, arguments));
        var answer = await ReadAsync();
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return IsAnswer(answer) ? (answer, took) : throw new InvalidDataException(answer[..Math.Min(answer.Length, 600)]);
    }

    public async Task SendAsync(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
            await input.WriteLineAsync(line).WaitAsync(Patience);
        await input.FlushAsync().WaitAsync(Patience);
    }

    public async Task<string> ReadAsync() =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new EndOfStreamException("The server has ended.");

    /// <summary>Whether a message is a result, and of a call that did not fail.</summary>
    public static bool IsAnswer(string message)
    {
        using var json = JsonDocument.Parse(message);
        return json.RootElement.TryGetProperty("result", out var result)
            && !(result.TryGetProperty("isError", out var isError) && isError.ValueKind == JsonValueKind.True);
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
