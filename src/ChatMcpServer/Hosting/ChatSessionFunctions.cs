using System.IO.Pipelines;
using ChatMcpServer.Mcp;
using ChatMcpServer.Mcp.Tools;
using ChatSessions;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Hosting;

/// <summary>
/// The tools as functions for a .NET agent in the same process. The server runs behind them over pipes in memory, so they have the same
/// names, descriptions, schemas, refusals and answers as for every other client. Answers are text.
/// </summary>
public sealed class ChatSessionFunctions : IAsyncDisposable
{
    private readonly Pipe requests = new();
    private readonly Pipe answers = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private McpClient? client;
    private bool isDisposed;

    private ChatSessionFunctions(ChatSessionsOptions options) =>
        serving = StdioHost.ServeAsync(
            services => services.AddChatSessions(options).AddChatMcp(AnswerForm.Text),
            requests.Reader.AsStream(),
            answers.Writer.AsStream(),
            LogLevel.Warning,
            stop.Token
        );

    /// <summary>One for each tool: pass them as <see cref="ChatOptions.Tools"/>.</summary>
    public IReadOnlyList<AIFunction> All { get; private set; } = [];

    /// <summary>Makes the functions. Dispose of them when the agent needs them no more.</summary>
    /// <param name="options">Where sessions come from.</param>
    /// <exception cref="ChatSessions.Model.ChatSessionException">An option is invalid.</exception>
    public static async Task<ChatSessionFunctions> CreateAsync(ChatSessionsOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var functions = new ChatSessionFunctions(options);
        try
        {
            functions.client = await McpClient.CreateAsync(
                new StreamClientTransport(functions.requests.Writer.AsStream(), functions.answers.Reader.AsStream()),
                // The SDK would give the program's name, which may be like a host's.
                new McpClientOptions
                {
                    ClientInfo = new Implementation { Name = "chat-session-functions", Version = McpSurface.Version },
                },
                cancellationToken: cancellationToken
            );
            var tools = await functions.client.ListToolsAsync(cancellationToken: cancellationToken);
            functions.All = [.. tools.Select(tool => new Function(tool))];
            return functions;
        }
        catch
        {
            await functions.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server behind the functions. Calls that run are ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        if (client is not null)
            await client.DisposeAsync();
        await stop.CancelAsync();
        await requests.Writer.CompleteAsync();
        await serving;
        await answers.Writer.CompleteAsync();
        stop.Dispose();
    }

    /// <summary>Answers with the text. The SDK's own function answers a refusal with the whole result as JSON.</summary>
    private sealed class Function(McpClientTool tool) : DelegatingAIFunction(tool)
    {
        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            var result = await tool.CallAsync(arguments, cancellationToken: cancellationToken);
            return string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        }
    }
}
