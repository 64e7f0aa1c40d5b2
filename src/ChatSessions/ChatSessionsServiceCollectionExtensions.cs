using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Following;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Sources.Samples;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ChatSessions;

/// <summary>The one door by which a program gets sessions.</summary>
public static class ChatSessionsServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="SessionCatalog"/> over the sources that the options name: files, what was imported into the archive, LlamaCloud,
    /// and what the archive has of that. What is at hand needs no network, and comes first. Where there is none of these, it serves the
    /// built-in samples.
    /// </summary>
    /// <exception cref="ChatSessionException">An option is out of its range.</exception>
    public static IServiceCollection AddChatSessions(this IServiceCollection services, ChatSessionsOptions options)
    {
        options.Validate();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new SessionCache(options.CacheBytes));
        services.AddSingleton<SessionCatalog>();
        services.AddSingleton<SessionUpdates>();
        services.AddSingleton(new ArchiveOwners(options.LlamaCloud));
        if (options.ArchivePath is { } archivePath)
            services.AddSingleton<ISessionArchive>(_ => new SqliteArchive(archivePath));
        if (options.SessionPaths.Count > 0)
            services.AddSingleton<ISessionSource>(provider => new FileSource(
                options.SessionPaths,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FileSource>>(),
                options.MaxSessionBytes
            ));
        if (options.Piped is { } piped)
            services.AddSingleton<ISessionSource>(provider => new FileSource(
                piped,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FileSource>>(),
                options.MaxSessionBytes
            ));
        if (options.ArchivePath is not null)
            services.AddSingleton<ISessionSource>(provider => ArchiveSource.OfUser(provider.GetRequiredService<ISessionArchive>()));
        if (options.LlamaCloud is { } llamaCloud)
            services.AddLlamaCloudSource(llamaCloud with { MaxBodyBytes = options.MaxSessionBytes }, options.ArchivePath is not null);
        if (options is { SessionPaths.Count: 0, Piped: null, LlamaCloud: null })
            services.AddSingleton<ISessionSource>(new SampleSource(isListed: !File.Exists(options.ArchivePath)));
        return services;
    }

    private static void AddLlamaCloudSource(this IServiceCollection services, LlamaCloudOptions options, bool isArchived)
    {
        services.AddLlamaCloud(options);
        if (!isArchived)
        {
            services.AddSingleton<ISessionSource>(provider => provider.GetRequiredService<LlamaCloudSource>());
            return;
        }
        services.AddSingleton(provider => new ReadThroughSource(
            provider.GetRequiredService<LlamaCloudSource>(),
            provider.GetRequiredService<ISessionArchive>(),
            caller => ArchiveOwners.LlamaCloud(options, caller),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReadThroughSource>>()
        ));
        services.AddSingleton<ISessionSource>(provider => provider.GetRequiredService<ReadThroughSource>());
        services.AddSingleton<ISessionSource>(provider =>
            ArchiveSource.OfLlamaCloud(provider.GetRequiredService<ISessionArchive>(), options)
        );
    }
}
