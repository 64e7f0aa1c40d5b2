using ChatMcpServer.Hosting;
using ChatSessions;
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
                    .AddProvider(new StderrLogger())
                    // The verbs tell these problems themselves.
                    .AddFilter(typeof(FileSource).FullName, LogLevel.None)
            )
            .AddChatSessions(options)
            .BuildServiceProvider();
        Catalog = provider.GetRequiredService<SessionCatalog>();
    }

    public SessionCatalog Catalog { get; }

    public ValueTask DisposeAsync() => provider.DisposeAsync();
}
