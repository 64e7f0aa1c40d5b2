using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Sources.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ChatSessions;

/// <summary>The one door by which a program gets sessions.</summary>
public static class ChatSessionsServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="SessionCatalog"/> over the sources that the options name, files before LlamaCloud: what is at hand needs no
    /// network. Where they name none, it serves the built-in samples.
    /// </summary>
    /// <exception cref="ChatSessionException">An option is out of its range.</exception>
    public static IServiceCollection AddChatSessions(this IServiceCollection services, ChatSessionsOptions options)
    {
        options.Validate();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new SessionCache(options.CacheBytes));
        services.AddSingleton<SessionCatalog>();
        services.AddSingleton(new ArchiveOwners(options.LlamaCloud));
        if (options.ArchivePath is { } archivePath)
            services.AddSingleton(_ => new SqliteArchive(archivePath));
        if (options.SessionPaths.Count > 0)
            services.AddSingleton<ISessionSource>(provider => new FileSource(
                options.SessionPaths,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FileSource>>(),
                options.MaxSessionBytes
            ));
        if (options.LlamaCloud is { } llamaCloud)
            services
                .AddLlamaCloud(llamaCloud with { MaxBodyBytes = options.MaxSessionBytes })
                .AddSingleton<ISessionSource>(provider => provider.GetRequiredService<LlamaCloudSource>());
        if (options is { SessionPaths.Count: 0, LlamaCloud: null })
            services.AddSingleton<ISessionSource, SampleSource>();
        return services;
    }
}
