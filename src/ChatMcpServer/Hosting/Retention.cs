using System.Globalization;
using ChatMcpServer.Mcp;
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
    Audit audit,
    ILogger<Retention> logger
)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Deletes until it is cancelled. Throws no exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do await ApplyAsync(stop);
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
    }

    private Task ApplyAsync(CancellationToken stop) =>
        TryAsync(
            "all owners",
            async () =>
            {
                var retention = ofOwners();
                foreach (var owner in await archive.Maintenance.ListOwnersAsync(stop))
                    await TryAsync(owner, () => DeleteAsync(owner, retention(owner), stop), stop);
            },
            stop
        );

    private async Task DeleteAsync(string owner, TimeSpan? retention, CancellationToken stop)
    {
        if (retention is not { } kept)
            return;
        var start = time.GetTimestamp();
        if (await archive.DeleteOlderAsync(owner, time.GetUtcNow() - kept, stop) is > 0 and var deleted)
            audit.Write(
                new(
                    Who: null,
                    "retention",
                    string.Create(CultureInfo.InvariantCulture, $"{owner} older than {kept.TotalDays:0}d"),
                    SessionId: null,
                    string.Create(CultureInfo.InvariantCulture, $"deleted {deleted}"),
                    time.GetElapsedTime(start)
                )
            );
    }

    /// <summary>A failure is logged, so that it neither keeps the sessions of other owners, nor ends what is done every hour.</summary>
    private async Task TryAsync(string owner, Func<Task> delete, CancellationToken stop)
    {
        try
        {
            await delete();
        }
        catch (ChatSessionException exception)
        {
            logger.RetentionFailed(owner, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            logger.RetentionBroke(owner, exception);
        }
    }
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
            // One among the services would record each request.
            provider.GetService<Audit>() ?? setup.AuditTo(provider.GetRequiredService<LogLines>()),
            provider.GetRequiredService<ILogger<Retention>>()
        ));
    }
}
