using System.Net;
using System.Net.Sockets;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Mcp;
using ChatSessions.Archive;
using ChatSessions.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Hosting;

/// <summary>Serves Streamable HTTP at <c>/mcp</c>, statelessly: any replica can answer any request.</summary>
public static class HttpHost
{
    private const string McpPath = "/mcp";

    private const string FirstWithListen = "2026-07-28";

    /// <summary>Serves until the process is asked to stop, and returns the exit code.</summary>
    /// <param name="services">Adds the MCP server and what it needs.</param>
    /// <exception cref="ChatSessionException">The address is in use, or cannot be listened on.</exception>
    public static async Task<int> RunAsync(Action<IServiceCollection> services, HttpSetup setup, CancellationToken cancellationToken)
    {
        using var signals = new StopSignals(cancellationToken);
        WebApplication app = Build(services, setup);
        await StartAsync(app, setup.Address);
        string listening = $"Listening on {app.Urls.Single()}/mcp";
        await Console.Error.WriteLineAsync(
            setup.LogFormat == LogFormat.Json ? LogLine.Of(LogFormat.Json, "info", nameof(HttpHost), listening) : listening
        );
        _ = app.Services.GetRequiredService<Health>().CheckAtStartAsync(app.Lifetime.ApplicationStopping);
        Task importing = app.Services.GetService<AgentImport>()?.RunAsync(app.Lifetime.ApplicationStopping) ?? Task.CompletedTask;
        Task deleting = app.Services.GetService<Retention>()?.RunAsync(app.Lifetime.ApplicationStopping) ?? Task.CompletedTask;

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (signals.Token.Register(stopped.SetResult))
            await stopped.Task;
        app.Services.GetRequiredService<Health>().Drain();
        await Task.Delay(setup.Drain, CancellationToken.None);
        using var graceOver = new CancellationTokenSource(Requests.StopGrace);
        // Kestrel waits longer than we do for calls that ignore their cancellation; those end with the process.
        Task stopping = Task.WhenAll(app.StopAsync(graceOver.Token), importing, deleting);
        await Task.WhenAny(stopping, Task.Delay(Requests.StopGrace + Requests.CancelGrace, CancellationToken.None));
        // A call that ignores its cancellation still uses the services; it ends with the process.
        if (stopping.IsCompleted)
        {
            await Telemetry.EndAsync(app.Services);
            await app.DisposeAsync();
        }
        return 0;
    }

    /// <summary>Builds the application without starting it. It reads no configuration files and no ASPNETCORE_ variables.</summary>
    /// <param name="audit">Takes what callers have read; null for the log.</param>
    /// <exception cref="ChatSessionException">Other machines could reach the server, and nothing would protect it.</exception>
    public static WebApplication Build(Action<IServiceCollection> services, HttpSetup setup, Action<AuditEntry>? audit = null)
    {
        setup.Validate();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // The host would log a failed start with a stack trace, before our one sentence about it.
        builder.Logging.SetMinimumLevel(setup.LogLevel).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddSingleton(_ => LogLines.ToStandardError());
        builder.Services.AddSingleton<ILoggerProvider>(provider => new StderrLogger(
            provider.GetRequiredService<LogLines>().Write,
            setup.LogLevel,
            setup.LogFormat
        ));
        Telemetry.AddTo(builder, setup.Telemetry);
        if (setup.Tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(setup.Address, listen => Encrypt(listen, setup.Tls));
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = Requests.MaxBytes;
            });
        builder.Services.AddRoutingCore();
        services(builder.Services);
        builder.Services.AddSingleton(provider => new ServerStop(
            provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping
        ));
        builder.Services.AddSingleton(provider => new Health(
            provider.GetService<ISessionArchive>(),
            setup.Tokens,
            setup.Callers,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<Health>>()
        ));
        if (setup.Tokens is not null)
            AddAccess(builder.Services, setup, setup.Tokens, audit);
        builder
            .Services.AddMcpServer()
            .WithHttpTransport(http =>
            {
                http.SessionMode = HttpServerSessionMode.Stateless;
                http.ConfigureSessionOptions = OfferOnlyWhatIsDelivered;
            });

        WebApplication app = builder.Build();
        setup.Tls?.Failed = problem => app.Logger.OldCertificate(problem);
        app.UseProxies(setup);
        app.UseHostCheck(setup);
        app.Use(RefuseBadRequestsAsync);
        if (setup.Tokens is not null)
        {
            app.Use((context, next) => context.RequestServices.GetRequiredService<AccessGate>().InvokeAsync(context, next));
            app.UseRateLimiter();
            app.Services.GetRequiredService<ResourceMetadata>().Map(app);
        }
        app.Use(RefuseOtherThanMessagesAsync);
        app.UseKeepAlive(app.Services.GetService<TimeProvider>() ?? TimeProvider.System);
        app.Services.GetRequiredService<Health>().Map(app);
        app.MapMcp(McpPath);
        return app;
    }

    private static void AddAccess(IServiceCollection services, HttpSetup setup, ITokenCheck tokens, Action<AuditEntry>? audit)
    {
        LimitedCallers.AddTo(services, setup.Limits);
        services
            .AddSingleton(new CallersOnly())
            .AddSingleton(new ResourceMetadata(tokens.Issuer, setup.PublicUrls))
            .AddSingleton(provider => audit is null ? setup.AuditTo(provider.GetRequiredService<LogLines>()) : new Audit(audit))
            .AddSingleton(provider => new AccessGate(
                tokens,
                setup.Callers,
                provider.GetRequiredService<ResourceMetadata>(),
                provider.GetRequiredService<Audit>(),
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetRequiredService<ILogger<AccessGate>>()
            ));
    }

    private static void Encrypt(Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions listen, TlsCertificate? certificate)
    {
        if (certificate is not null)
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Get()) });
    }

    /// <summary>
    /// Without sessions, updates reach only clients that keep a request open with <c>subscriptions/listen</c>. The SDK would accept an older
    /// client's <c>resources/subscribe</c> and never deliver anything.
    /// </summary>
    private static Task OfferOnlyWhatIsDelivered(HttpContext context, McpServerOptions options, CancellationToken cancellationToken)
    {
        // An older client's first request has no version here, and its later ones an older version.
        if (HasListen(context.Request))
            return Task.CompletedTask;
        options.Capabilities?.Resources?.Subscribe = null;
        options.Handlers.SubscribeToResourcesHandler = (_, _) =>
            throw new McpProtocolException(
                "resources/subscribe is not available over HTTP. Use subscriptions/listen (MCP 2026-07-28), or stdio.",
                McpErrorCode.MethodNotFound
            );
        return Task.CompletedTask;
    }

    /// <summary>Whether the version of a request has <c>subscriptions/listen</c>.</summary>
    internal static bool HasListen(HttpRequest request) =>
        string.CompareOrdinal(request.Headers["MCP-Protocol-Version"], FirstWithListen) >= 0;

    /// <summary>
    /// Refuses what the SDK would fail on: a message without a content type or in another encoding, and a body that is found too large while it
    /// is read.
    /// </summary>
    private static async Task RefuseBadRequestsAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsPost(context.Request.Method) && !HoldsJson(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            await context.Response.WriteAsync("Send the message with 'Content-Type: application/json', in UTF-8.", context.RequestAborted);
            return;
        }
        // ASP.NET fails on a charset in quotes.
        if (HttpMethods.IsPost(context.Request.Method))
            context.Request.ContentType = "application/json";
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

    /// <summary>Whether the body is JSON in UTF-8, the encoding of MCP.</summary>
    private static bool HoldsJson(HttpRequest request) =>
        request.HasJsonContentType()
        && (
            request.GetTypedHeaders().ContentType?.Charset is not { Length: > 0 } charset
            || HeaderUtilities.RemoveQuotes(charset).ToString().ToUpperInvariant() is "UTF-8" or "UTF8"
        );

    /// <summary>Answers a body that is no message as a line on stdio is answered; the SDK would answer in the words of .NET's JSON reader.</summary>
    private static async Task RefuseOtherThanMessagesAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path == McpPath)
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (MessageLine.FindRefusal(body.GetBuffer().AsSpan(0, (int)body.Length)) is { } refusal)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                context.Response.ContentType = "application/json; charset=utf-8";
                foreach (ReadOnlyMemory<byte> part in MessageLine.Write(refusal))
                    await context.Response.Body.WriteAsync(part, context.RequestAborted);
                return;
            }
            body.Position = 0;
            context.Request.Body = body;
        }
        await next(context);
    }

    private static async Task StartAsync(WebApplication app, IPEndPoint address)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            if ((e as SocketException ?? e.InnerException as SocketException)?.SocketErrorCode == SocketError.AddressNotAvailable)
                throw new ChatSessionException(
                    ChatSessionError.Unavailable,
                    $"Cannot listen on {address}: this machine has no address {address.Address}. Pass one that it has, or 0.0.0.0 or [::] for all of them.",
                    e
                );
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
