using ChatMcpServer.Hosting.Access;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatMcpServer.Hosting;

/// <summary>Says whether the server is alive, and whether requests should be sent to it. Neither needs a token, and neither says more.</summary>
internal sealed class Health(ISessionArchive? archive, ITokenCheck? tokens, CallersFile? callers, TimeProvider time, ILogger<Health> logger)
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

    /// <summary>Says in the log at the start what else would be noticed later. The server goes on: what it needs may come.</summary>
    public async Task CheckAtStartAsync(CancellationToken stop)
    {
        if (!await CheckAsync() || archive is null)
            return;
        try
        {
            if (await archive.FindWarningAsync(stop) is { } warning)
                logger.Unprotected(warning);
        }
        catch (Exception exception) when (exception is ChatSessionException or OperationCanceledException)
        {
            // The archive was ready just before. If it still fails, /readyz says so.
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (isDraining)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("stopping", context.RequestAborted);
            return;
        }
        var isReady = await CheckAsync();
        if (!isReady)
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsync(isReady ? "ready" : "not ready; the log says why", context.RequestAborted);
    }

    /// <summary>Whether requests should be sent. The log says why not.</summary>
    private async Task<bool> CheckAsync()
    {
        var problem = await FindProblemAsync();
        // It is asked every few seconds.
        if (problem is not null && problem != lastProblem)
            logger.NotReady(problem);
        lastProblem = problem;
        return problem is null;
    }

    /// <summary>Finds why no requests should be sent, whatever it is; null if they should.</summary>
    private async Task<string?> FindProblemAsync()
    {
        var late = "Tokens could not be checked in time. Check that the issuer answers.";
        var end = new CancellationTokenSource();
        try
        {
            // A driver may go on after it was told to stop, or block: nobody waits for it.
            await Task.Run(TryAllAsync, CancellationToken.None).WaitAsync(Patience, time);
            return null;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return late;
        }
        catch (ChatSessionException exception)
        {
            return exception.Message;
        }
        catch (Exception exception)
        {
            return $"The check failed with an internal error ({exception.GetType().Name}: {exception.Message})";
        }
        finally
        {
            _ = end.CancelAsync();
        }

        async Task TryAllAsync()
        {
            if (tokens is not null)
                await tokens.CheckReadyAsync(end.Token);
            callers?.CheckReady();
            if (archive is null)
                return;
            late = archive.NoAnswer;
            // Opens the archive, and reads its format.
            await archive.ListAsync(ArchiveOwners.Local, SessionFilter.All, after: null, limit: 1, end.Token);
        }
    }
}
