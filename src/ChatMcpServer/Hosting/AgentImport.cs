using ChatMcpServer.Mcp;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Imports the sessions of agents while the server runs. Of several servers with the same archive, one does it; when it ends, another takes
/// over. Whatever fails is logged once, and the server goes on.
/// </summary>
/// <param name="archivePath">The archive's file.</param>
/// <param name="import">What saves the sessions.</param>
/// <param name="agents">Finds the agents on this machine.</param>
internal sealed class AgentImport(
    string archivePath,
    ArchiveImport import,
    Func<IReadOnlyList<Agent>> agents,
    IdleMemory memory,
    TimeProvider time,
    ILogger<AgentImport> logger
) : IProgress<ImportProgress>
{
    /// <summary>A client that starts the server asks its first questions now, and should not share the machine with an import.</summary>
    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(1);

    /// <summary>More files that cannot be read are not named in the log.</summary>
    private const int ProblemsLogged = 20;

    private int problems;
    private string? failure;

    /// <summary>Imports until it is cancelled. Throws no exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(AfterStart, time, stop);
            using var turn = await FollowLock.TakeAsync(archivePath, time, stop);
            using var following = new ImportFollowing(import, [], agents, format: null, time)
            {
                Broken = LogProblem,
                Failed = LogFailure,
                Saved = _ => failure = null,
            };
            await following.FollowAsync(this, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (ChatSessionException exception)
        {
            logger.NotImported(exception.Message);
        }
        catch (Exception exception)
        {
            logger.ImportEnded(exception);
        }
    }

    void IProgress<ImportProgress>.Report(ImportProgress value) => memory.Answered();

    private void LogProblem(FileProblem problem)
    {
        problems++;
        if (problems <= ProblemsLogged)
            logger.NotImported(problem.Sentence);
        if (problems == ProblemsLogged)
            logger.NotImported("More files that cannot be read are not named here. `chat-mcp-server import --agents` names all of them.");
    }

    private void LogFailure(ChatSessionException exception)
    {
        if (exception.Message == failure)
            return;
        failure = exception.Message;
        logger.ImportWaits(exception.Message);
    }
}

/// <summary>Adds the import to a server.</summary>
internal static class AgentImportServices
{
    /// <param name="agents">Finds the agents on this machine.</param>
    /// <param name="options">Those of the sessions, with an archive.</param>
    public static void AddAgentImport(this IServiceCollection services, Func<IReadOnlyList<Agent>> agents, ChatSessionsOptions options) =>
        services.AddSingleton(provider => new AgentImport(
            options.ArchivePath!,
            new ArchiveImport(
                provider.GetRequiredService<ISessionArchive>(),
                ArchiveOwners.Local,
                provider.GetRequiredService<TimeProvider>(),
                options.MaxSessionBytes,
                ImportFormats.Known
            ),
            agents,
            provider.GetRequiredService<IdleMemory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AgentImport>>()
        ));
}
