using ChatMcpServer.Hosting.Access;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatMcpServer.Hosting;

/// <summary>Says whether the server is alive, and whether requests should be sent to it. Neither needs a token, and neither says more.</summary>
internal sealed class Health(ISessionArchive? archive, ITokenCheck? tokens, ILogger<Health> logger)
{
    private const string Alive = "/healthz";
    private const string Ready = "/readyz";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile bool isDraining;
    private string? lastProblem;

    /// <summary>Whether a path is one of these, which orchestrators ask.</summary>
    public static bool IsPath(PathString path) => path == Alive || path == Ready;

    /// <summary>From now on the server says that it is not ready.</summary>
    public void Drain() => isDraining = true;

    public void Map(WebApplication app)
    {
        app.MapGet(Alive, context => context.Response.WriteAsync("ok", context.RequestAborted));
        app.MapGet(Ready, AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (isDraining)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("stopping", context.RequestAborted);
            return;
        }
        try
        {
            using var until = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            until.CancelAfter(Patience);
            if (tokens is not null)
                await tokens.CheckReadyAsync(until.Token);
            // Opens the archive, and reads its format.
            if (archive is not null)
                await archive.ListAsync(ArchiveOwners.Local, SessionFilter.All, after: null, limit: 1, until.Token);
            lastProblem = null;
            await context.Response.WriteAsync("ready", context.RequestAborted);
        }
        catch (Exception exception)
            when (exception is ChatSessionException
                || (exception is OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
            )
        {
            // It is asked every few seconds.
            if (exception.Message != lastProblem)
                logger.NotReady(exception.Message);
            lastProblem = exception.Message;
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("not ready; the log says why", context.RequestAborted);
        }
    }
}
