using ChatSessions.Archive;
using ChatSessions.Model;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Deletes sessions from the archive whose owners' time is over, at the start and every hour. Several servers with the same archive may do so: what
/// one has deleted, the next does not find.
/// </summary>
/// <param name="ofOwners">How long sessions of each owner are kept: null for always. It may throw, and then nothing is deleted.</param>
internal sealed class Retention(
    ISessionArchive archive,
    Func<Func<string, TimeSpan?>> ofOwners,
    TimeProvider time,
    ILogger<Retention> logger
)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Deletes until it is cancelled. Throws no exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            do await ApplyAsync(stop);
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (Exception exception)
        {
            logger.RetentionEnded(exception);
        }
    }

    private async Task ApplyAsync(CancellationToken stop)
    {
        try
        {
            var retention = ofOwners();
            foreach (var owner in await archive.Maintenance.ListOwnersAsync(stop))
                if (retention(owner) is { } kept && await DeleteAsync(owner, kept, stop) is > 0 and var deleted)
                    logger.RetentionDeleted(owner, (int)kept.TotalDays, deleted);
        }
        catch (ChatSessionException exception)
        {
            logger.RetentionFailed(exception.Message);
        }
    }

    private Task<int> DeleteAsync(string owner, TimeSpan kept, CancellationToken stop) =>
        archive.DeleteOlderAsync(owner, time.GetUtcNow() - kept, stop);
}

/// <summary>Adds the retention to a server.</summary>
internal static class RetentionServices
{
    /// <summary>Adds it if the server or its callers have one.</summary>
    public static void AddRetention(this IServiceCollection services, HttpSetup setup)
    {
        if (setup.Retention is null && setup.Callers is null)
            return;
        services.AddSingleton(provider => new Retention(
            provider.GetRequiredService<ISessionArchive>(),
            () =>
            {
                var ofCaller = setup.Callers?.Retentions(setup.Tokens!, provider.GetRequiredService<ArchiveOwners>());
                return owner => ofCaller?.Invoke(owner) ?? setup.Retention;
            },
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<Retention>>()
        ));
    }
}
