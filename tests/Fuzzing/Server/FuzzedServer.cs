using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatMcpServer.Mcp.Tools;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fuzzing.Server;

/// <summary>The whole server over pipes in memory, its sessions in an archive. Every line that it writes is checked.</summary>
internal sealed class FuzzedServer : IAsyncDisposable
{
    private const int InternalError = -32603;
    private const int OddSessions = 6;

    private readonly Pipe requests = new();
    private readonly Pipe answers = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> waiting = [];
    private readonly string folder = Directory.CreateTempSubdirectory("chat-fuzz-").FullName;
    private readonly Task serving;
    private readonly Task listening;
    private volatile Exception? failure;
    private int asked;

    private FuzzedServer()
    {
        var options = new ChatSessionsOptions { ArchivePath = Path.Combine(folder, "archive.db") };
        serving = StdioHost.ServeAsync(
            services => services.AddSingleton(TimeProvider.System).AddChatSessions(options).AddChatMcp(AnswerForm.Both),
            requests.Reader.AsStream(),
            answers.Writer.AsStream(),
            LogLevel.None,
            stop.Token
        );
        listening = ListenAsync();
    }

    /// <summary>The ids of its sessions.</summary>
    public static IReadOnlyList<string> SessionIds { get; } = [.. Enumerable.Range(0, OddSessions).Select(number => $"odd-{number}")];

    public static async Task<FuzzedServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new FuzzedServer();
        using (var archive = SessionArchive.Open(Path.Combine(server.folder, "archive.db")))
            await archive.SaveAllAsync(ArchiveOwners.Local, [.. SessionIds.Select(Archived)], cancellationToken);
        await server.AskAsync(
            "initialize",
            """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"fuzz","version":"1"}}""",
            cancellationToken
        );
        await server.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""u8.ToArray(), cancellationToken);
        return server;
    }

    /// <summary>Sends a request, and returns its answer.</summary>
    /// <param name="parameters">JSON, or what is sent in its place.</param>
    public async Task<JsonElement> AskAsync(string method, string parameters, CancellationToken cancellationToken)
    {
        var id = $"ask-{asked++}";
        var answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var line = $"{{\"jsonrpc\":\"2.0\",\"id\":\"{id}\",\"method\":\"{method}\",\"params\":{parameters}}}";
        await SendAsync(Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ")), cancellationToken);
        // The server answers whatever it is asked, so nothing else ends this wait.
        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Sends lines as they are, and a ping after them.</summary>
    public async Task SendAndPingAsync(byte[] lines, CancellationToken cancellationToken)
    {
        await SendAsync(lines, cancellationToken);
        await AskAsync("ping", "{}", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await requests.Writer.CompleteAsync();
        await serving;
        await answers.Writer.CompleteAsync();
        await listening;
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static ArchivedSession Archived(string id)
    {
        var json = SessionTarget.OfOddEvents(new Random(id[^1])).Replace("\"s\"", $"\"{id}\"", StringComparison.Ordinal);
        return new(SessionJson.Read(Encoding.UTF8.GetBytes(json), id), SessionOrigin.File, DateTimeOffset.UnixEpoch);
    }

    private async Task SendAsync(byte[] line, CancellationToken cancellationToken)
    {
        if (failure is { } failed)
            throw new UnreachableException("An earlier answer is invalid, see below.", failed);
        await requests.Writer.WriteAsync((byte[])[.. line, (byte)'\n'], cancellationToken);
    }

    private async Task ListenAsync()
    {
        using var lines = new StreamReader(answers.Reader.AsStream());
        while (await lines.ReadLineAsync(CancellationToken.None) is { } line)
            try
            {
                var message = JsonElement.Parse(line);
                var id = message.TryGetProperty("id", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
                waiting.TryRemove(id, out var asking);
                try
                {
                    Check(message);
                    asking?.TrySetResult(message);
                }
                catch (UnreachableException exception) when (asking is not null)
                {
                    asking.TrySetException(exception);
                }
            }
            catch (Exception exception) when (exception is JsonException or UnreachableException)
            {
                failure ??= new UnreachableException($"An invalid line: {line}", exception);
            }
    }

    private static void Check(JsonElement message)
    {
        if (message.TryGetProperty("error", out var error))
        {
            if (error.GetProperty("code").GetInt32() == InternalError)
                throw new UnreachableException($"An internal error: {error}");
            // Some of these come from the SDK.
            Fuzz.CheckMessage(error.GetProperty("message").GetString()!);
        }
        else if (
            message.TryGetProperty("result", out var result)
            && result.TryGetProperty("isError", out var isError)
            && isError.ValueKind == JsonValueKind.True
        )
            foreach (var content in result.GetProperty("content").EnumerateArray())
                Fuzz.CheckSentence(content.GetProperty("text").GetString()!);
    }
}
