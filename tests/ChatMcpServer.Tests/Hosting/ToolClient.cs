using System.Text.Json;
using Fuzzing;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>What a tool answered.</summary>
/// <param name="IsError">Whether the text says why there is no answer.</param>
internal sealed record ToolReply(bool IsError, string Text);

/// <summary>
/// Calls tools of a server process over stdio. It checks what must hold whatever fails: each line is a message, no call ends with an
/// internal error, a failure is a sentence, and the log has no stack trace.
/// </summary>
internal sealed class ToolClient(ServerProcess server)
{
    private readonly Dictionary<string, JsonElement> read = [];
    private int calls;

    /// <summary>Calls a tool without waiting for its answer.</summary>
    /// <param name="arguments">A JSON object.</param>
    /// <returns>The call, for <see cref="ReadAsync"/>.</returns>
    public async Task<int> SendAsync(string tool, string arguments = "{}")
    {
        await server.SendAsync(Rpc.Call(++calls, tool, arguments));
        return calls;
    }

    /// <summary>Reads the answer to a call.</summary>
    public async Task<ToolReply> ReadAsync(int call)
    {
        JsonElement answer;
        while (!read.Remove($"{call}", out answer))
        {
            var message = await server.ReadAsync() ?? throw new EndOfStreamException("The server ended without an answer.");
            read.Add(message.Id(), message);
        }
        Assert.True(answer.IsResult(), answer.GetRawText());
        var result = answer.GetProperty("result");
        var isError = result.TryGetProperty("isError", out var error) && error.GetBoolean();
        var text = result.GetProperty("content")[0].GetProperty("text").GetString()!;
        if (isError)
            Fuzz.CheckSentence(text);
        return new(isError, text);
    }

    public async Task<ToolReply> AskAsync(string tool, string arguments = "{}") => await ReadAsync(await SendAsync(tool, arguments));

    /// <summary>Asks for a session.</summary>
    public Task<ToolReply> GetAsync(string sessionId) => AskAsync("get_chat_session", SessionId(sessionId));

    /// <summary>Asks for a session, which must be answered.</summary>
    public async Task<string> AnswerAsync(string sessionId)
    {
        var reply = await GetAsync(sessionId);
        Assert.False(reply.IsError, reply.Text);
        return reply.Text;
    }

    /// <summary>The argument that names a session.</summary>
    public static string SessionId(string sessionId) => $$"""{"session_id":"{{sessionId}}"}""";

    /// <summary>Ends the input, waits for the server to end well, and returns its log.</summary>
    public async Task<string> EndAsync()
    {
        server.EndInput();
        Assert.Empty(await server.ReadToEndAsync());
        Assert.Equal(0, (await server.ExitAsync()).ExitCode);
        var log = await server.StandardErrorAsync();
        CheckLog(log);
        return log;
    }

    /// <summary>Fails if a log has something else than warnings in one line each.</summary>
    public static void CheckLog(string log)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("warning: ", line, StringComparison.Ordinal));
        Fuzz.CheckMessage(log);
    }
}
