using ChatMcpServer.Hosting;
using ChatSessions;
using ChatSessions.Model;
using Microsoft.Extensions.AI;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class ChatSessionFunctionsTests
{
    [Fact]
    public async Task The_functions_are_the_tools()
    {
        await using var server = await Mcp.InMemoryServer.WithSamplesAsync();
        await using var functions = await ChatSessionFunctions.CreateAsync(
            new ChatSessionsOptions(),
            TestContext.Current.CancellationToken
        );

        var tools = (await server.RequestAsync("tools/list")).GetProperty("tools").EnumerateArray();

        Assert.Equal(
            tools.Select(tool => (tool.GetProperty("name").GetString(), tool.GetProperty("description").GetString())),
            functions.All.Select(function => ((string?)function.Name, (string?)function.Description))
        );
    }

    [Fact]
    public async Task A_call_is_answered_with_text_and_a_wrong_one_with_the_reason()
    {
        await using var functions = await ChatSessionFunctions.CreateAsync(
            new ChatSessionsOptions(),
            TestContext.Current.CancellationToken
        );
        var get = functions.All.Single(function => function.Name == "get_chat_session");

        var answer = await CallAsync("ses-sample-lamp-order");
        var refusal = await CallAsync("ses-x");

        Assert.Contains("Outcome: ok", answer, StringComparison.Ordinal);
        Assert.Contains("No session 'ses-x'", refusal, StringComparison.Ordinal);

        async Task<string> CallAsync(string id) =>
            $"{await get.InvokeAsync(new AIFunctionArguments { ["session_id"] = id }, TestContext.Current.CancellationToken)}";
    }

    [Fact]
    public async Task They_may_be_disposed_of_twice()
    {
        var functions = await ChatSessionFunctions.CreateAsync(new ChatSessionsOptions(), TestContext.Current.CancellationToken);

        await functions.DisposeAsync();
        await functions.DisposeAsync();
    }

    [Fact]
    public async Task Invalid_options_are_refused() =>
        await Assert.ThrowsAsync<ChatSessionException>(() =>
            ChatSessionFunctions.CreateAsync(new ChatSessionsOptions { SessionPaths = [""] }, TestContext.Current.CancellationToken)
        );

    [Fact]
    public async Task The_sample_answers_from_a_session()
    {
        using var model = new ScriptedModel();

        var answer = await FunctionsSample.AskAsync(model, "Was the lamp replaced?");

        Assert.Contains("R-883", answer, StringComparison.Ordinal);
    }

    /// <summary>A model that reads one session and repeats what it was told.</summary>
    private sealed class ScriptedModel : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            var result = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().LastOrDefault();
            AIContent content = result is null
                ? new FunctionCallContent(
                    "call-1",
                    "get_chat_session",
                    new Dictionary<string, object?> { ["session_id"] = "ses-sample-lamp-order" }
                )
                : new TextContent($"{result.Result}");
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [content])));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }
}
