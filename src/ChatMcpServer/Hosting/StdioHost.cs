using ChatMcpServer.Mcp;
using ChatSessions.Model;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Serves one client over standard input and output. It does not use Microsoft.Extensions.Hosting: an assistant starts the server for each of
/// its sessions and waits for it, and a host would add nothing that this file does not do.
/// </summary>
public static class StdioHost
{
    /// <summary>Serves until standard input ends or the process is asked to stop, answers the requests read so far, and returns the exit code.</summary>
    /// <param name="services">Adds the MCP server and what it needs.</param>
    /// <param name="logLevel">The lowest level to log to standard error.</param>
    public static async Task<int> RunAsync(
        Action<IServiceCollection> services,
        LogLevel logLevel,
        CancellationToken cancellationToken,
        LogFormat logFormat = LogFormat.Text
    )
    {
        // Anything else written to standard output would corrupt the protocol.
        Console.SetOut(Console.Error);
        using var signals = new StopSignals(cancellationToken);
        await ServeAsync(
            services,
            Console.OpenStandardInput(),
            new BufferedStream(new StandardOutput()),
            logLevel,
            signals.Token,
            logFormat
        );
        return 0;
    }

    /// <summary>Serves one client over two streams until the input ends or the server is asked to stop, and answers the requests read so far.</summary>
    public static async Task ServeAsync(
        Action<IServiceCollection> services,
        Stream input,
        Stream output,
        LogLevel logLevel,
        CancellationToken stop,
        LogFormat logFormat = LogFormat.Text
    )
    {
        using var inputEnded = new CancellationTokenSource();
        using var graceOver = new CancellationTokenSource();
        using var log = LogLines.ToStandardError();
        var running = new RunningRequests();
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(logLevel).AddProvider(new StderrLogger(log.Write, logLevel, logFormat)));
        services(collection);
        collection.AddSingleton(new ServerStop(inputEnded.Token));
        collection.AddSingleton(provider => new OwnSession(provider.GetRequiredService<TimeProvider>(), Environment.CurrentDirectory));
        collection.Configure<McpServerOptions>(options =>
            options.Filters.Message.IncomingFilters.Insert(0, EndRequests(running, graceOver.Token))
        );
        ServiceProvider provider = collection.BuildServiceProvider();

        var transport = new LineTransport(input, output);
        McpServerOptions options = provider.GetRequiredService<IOptions<McpServerOptions>>().Value;
        McpServer server = McpServer.Create(transport, options, provider.GetRequiredService<ILoggerFactory>(), provider);
        // Ends after the input has ended and no request is running.
        Task serving = server.RunAsync(CancellationToken.None);
        Task importing = provider.GetService<AgentImport>()?.RunAsync(inputEnded.Token) ?? Task.CompletedTask;
        try
        {
            await transport.ReadAsync(stop);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                "Cannot read standard input: it is closed. An assistant that starts the server writes its requests there.",
                exception
            );
        }

        await inputEnded.CancelAsync();
        graceOver.CancelAfter(Requests.StopGrace);
        Task tooLate = Task.Delay(Requests.StopGrace + Requests.CancelGrace, CancellationToken.None);
        // A subscription still has to answer when it ends. Once the messages have ended, the SDK cancels it and sends no answer.
        await Task.WhenAny(running.WhenEndedAsync(), tooLate);
        transport.Complete();
        await Task.WhenAny(Task.WhenAll(serving, importing), tooLate);
        // A call that ignores its cancellation still uses the services; it ends with the process.
        if (serving.IsCompleted && importing.IsCompleted)
        {
            await serving;
            await provider.DisposeAsync();
        }
        if (transport.OutputFailure is { } failure)
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"The server ended because it cannot write to standard output ({failure.Message}).",
                failure
            );
    }

    /// <summary>Gives requests that are running when the input ends until the end of the grace period.</summary>
    private static McpMessageFilter EndRequests(RunningRequests running, CancellationToken graceOver) =>
        next =>
            async (context, cancellationToken) =>
            {
                running.Begin();
                using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, graceOver);
                try
                {
                    await next(context, until.Token);
                }
                catch (OperationCanceledException) when (graceOver.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    throw new McpException("The server stopped before the request was finished.");
                }
                finally
                {
                    running.End();
                }
            };

    /// <summary>Counts the requests in progress, including the sending of their answers.</summary>
    private sealed class RunningRequests
    {
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>One more than are running, until <see cref="WhenEndedAsync"/> is called.</summary>
        private int count = 1;

        public void Begin() => Interlocked.Increment(ref count);

        public void End()
        {
            if (Interlocked.Decrement(ref count) == 0)
                ended.TrySetResult();
        }

        /// <summary>Completes when no request is running. Call it only once.</summary>
        public Task WhenEndedAsync()
        {
            End();
            return ended.Task;
        }
    }
}
