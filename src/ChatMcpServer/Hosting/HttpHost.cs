using System.Net;
using System.Net.Sockets;
using ChatMcpServer.Mcp;
using ChatSessions.Model;
using Microsoft.AspNetCore.Connections;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Hosting;

/// <summary>Serves Streamable HTTP at <c>/mcp</c>, statelessly: any replica can answer any request.</summary>
public static class HttpHost
{
    private const string ListensSince = "2026-07-28";

    /// <summary>Serves until the process is asked to stop, and gives the exit code.</summary>
    /// <param name="services">Adds the MCP server and what it needs.</param>
    /// <param name="address">Where to listen; see <see cref="ListenAddress"/>.</param>
    /// <param name="logLevel">From which level on to log to standard error.</param>
    /// <exception cref="ChatSessionException">The address is in use, or not ours to take.</exception>
    public static async Task<int> RunAsync(
        Action<IServiceCollection> services,
        IPEndPoint address,
        LogLevel logLevel,
        CancellationToken cancellationToken
    )
    {
        using var signals = new StopSignals(cancellationToken);
        WebApplication app = Build(services, address, logLevel);
        await StartAsync(app, address);
        await Console.Error.WriteLineAsync($"Listening on {app.Urls.Single()}/mcp");

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (signals.Token.Register(stopped.SetResult))
            await stopped.Task;
        using var graceOver = new CancellationTokenSource(Requests.StopGrace);
        // Kestrel waits for calls that do not heed their cancellation longer than we do; they end with the process.
        Task stopping = app.StopAsync(graceOver.Token);
        await Task.WhenAny(stopping, Task.Delay(Requests.StopGrace + Requests.CancelGrace, CancellationToken.None));
        // A call that does not heed its cancellation still uses the services; it ends with the process.
        if (stopping.IsCompleted)
            await app.DisposeAsync();
        return 0;
    }

    /// <summary>Makes the application, not yet started. It takes nothing from configuration files or ASPNETCORE_ variables.</summary>
    public static WebApplication Build(Action<IServiceCollection> services, IPEndPoint address, LogLevel logLevel)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // The host would log a start that fails with its stack trace, before the sentence that says it all.
        builder.Logging.SetMinimumLevel(logLevel).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddSingleton(_ => LogLines.ToStandardError());
        builder.Services.AddSingleton<ILoggerProvider>(provider => new StderrLogger(provider.GetRequiredService<LogLines>().Write));
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(address);
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = Requests.MaxBytes;
            });
        builder.Services.AddRoutingCore();
        services(builder.Services);
        builder.Services.AddSingleton(provider => new ServerStop(
            provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping
        ));
        builder
            .Services.AddMcpServer()
            .WithHttpTransport(http =>
            {
                http.SessionMode = HttpServerSessionMode.Stateless;
                http.ConfigureSessionOptions = OfferOnlyWhatIsDelivered;
            });

        WebApplication app = builder.Build();
        app.UseLoopbackOnly();
        app.Use(RefuseBadRequestsAsync);
        app.UseKeepAlive(app.Services.GetService<TimeProvider>() ?? TimeProvider.System);
        app.MapGet("/healthz", context => context.Response.WriteAsync("ok", context.RequestAborted));
        app.MapMcp("/mcp");
        return app;
    }

    /// <summary>
    /// Statelessly, updates reach only who keeps a request open for them, by <c>subscriptions/listen</c>. The SDK would accept an older
    /// client's <c>resources/subscribe</c>, and never deliver.
    /// </summary>
    private static Task OfferOnlyWhatIsDelivered(HttpContext context, McpServerOptions options, CancellationToken cancellationToken)
    {
        // An older client's first request names no version here, and its later ones an older one.
        if (string.CompareOrdinal(context.Request.Headers["MCP-Protocol-Version"], ListensSince) >= 0)
            return Task.CompletedTask;
        options.Capabilities?.Resources?.Subscribe = null;
        options.Handlers.SubscribeToResourcesHandler = (_, _) =>
            throw new McpProtocolException(
                "resources/subscribe is not available over HTTP. Use subscriptions/listen (MCP 2026-07-28), or stdio.",
                McpErrorCode.MethodNotFound
            );
        return Task.CompletedTask;
    }

    /// <summary>Refuses what the SDK would fail at: a message of no type, and a body that turns out to be too large while it is read.</summary>
    private static async Task RefuseBadRequestsAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsPost(context.Request.Method) && !context.Request.HasJsonContentType())
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            await context.Response.WriteAsync("Send the message with 'Content-Type: application/json'.", context.RequestAborted);
            return;
        }
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = e.StatusCode;
            await context.Response.WriteAsync(e.Message, context.RequestAborted);
        }
    }

    private static async Task StartAsync(WebApplication app, IPEndPoint address)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            string why =
                e.InnerException is AddressInUseException ? $"Another process uses {address}" : $"Cannot listen on {address} ({e.Message})";
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"{why}. Pass another port, or `serve --http 0` for a free one.",
                e
            );
        }
    }
}
