using ChatMcpServer.Hosting;
using ChatSessions;
using Microsoft.Extensions.AI;

namespace ChatMcpServer.Tests.Hosting;

internal static class FunctionsSample
{
    /// <summary>Asks a model about recorded sessions, which it lists and reads by itself.</summary>
    public static async Task<string> AskAsync(IChatClient model, string question)
    {
        // Where sessions come from: files, an archive, LlamaCloud. Without any, these are the built-in samples.
        await using var functions = await ChatSessionFunctions.CreateAsync(new ChatSessionsOptions());
        var options = new ChatOptions { Tools = [.. functions.All] };
        var agent = model.AsBuilder().UseFunctionInvocation().Build();
        var answer = await agent.GetResponseAsync(question, options);
        return answer.Text;
    }
}
