using ChatMcpServer.Hosting;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Cli;

/// <summary>The library's services, for the verbs that read sessions themselves.</summary>
internal sealed class Sessions : IAsyncDisposable
{
    private readonly ServiceProvider provider;

    public Sessions(ChatSessionsOptions options, LogLevel logLevel)
    {
        provider = new ServiceCollection()
            .AddLogging(logging =>
                logging
                    .SetMinimumLevel(logLevel)
                    .AddProvider(StderrLogger.AtOnce(logLevel))
                    // The verbs report these problems themselves.
                    .AddFilter(typeof(FileSource).FullName, LogLevel.None)
            )
            .AddChatSessions(options)
            .BuildServiceProvider();
        Catalog = provider.GetRequiredService<SessionCatalog>();
    }

    public SessionCatalog Catalog { get; }

    /// <summary>The archive; null if it is turned off.</summary>
    public ISessionArchive? Archive => provider.GetService<ISessionArchive>();

    /// <summary>The owners whose archived sessions may be shown.</summary>
    public IReadOnlyList<string> Owners => provider.GetRequiredService<ArchiveOwners>().Of(Caller.Local);

    /// <summary>The search; null if there is nothing to search.</summary>
    public SessionSearch? Search => provider.GetService<SessionSearch>();

    /// <summary>Waits until the sessions that were read are saved.</summary>
    public async ValueTask DisposeAsync()
    {
        if (provider.GetService<CloudWithArchive>() is { } cloud)
            await cloud.SavedAsync();
        await provider.DisposeAsync();
    }
}
