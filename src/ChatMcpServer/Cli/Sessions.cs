using ChatMcpServer.Hosting;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Cli;

/// <summary>The sessions that a verb reads itself.</summary>
internal sealed class Sessions : IAsyncDisposable
{
    private readonly ServiceProvider provider;

    public Sessions(ChatSessionsOptions options, LogLevel logLevel)
    {
        provider = new ServiceCollection()
            .AddLogging(logging =>
                logging
                    .SetMinimumLevel(logLevel)
                    .AddProvider(StderrLogger.AtOnce())
                    // The verbs tell these problems themselves.
                    .AddFilter(typeof(FileSource).FullName, LogLevel.None)
            )
            .AddChatSessions(options)
            .BuildServiceProvider();
        Catalog = provider.GetRequiredService<SessionCatalog>();
    }

    public SessionCatalog Catalog { get; }

    /// <summary>The archive; null when there is to be none.</summary>
    public ISessionArchive? Archive => provider.GetService<ISessionArchive>();

    /// <summary>Whose sessions in the archive may be seen.</summary>
    public IReadOnlyList<string> Owners => provider.GetRequiredService<ArchiveOwners>().Of(Caller.Local);

    /// <summary>What was read is saved before the program ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (provider.GetService<ReadThroughSource>() is { } readThrough)
            await readThrough.Saved;
        await provider.DisposeAsync();
    }
}
