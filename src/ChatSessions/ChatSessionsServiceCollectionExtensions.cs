using ChatSessions.Archive;
using ChatSessions.Following;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Sources.Samples;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ChatSessions;

/// <summary>Registers the library; the entry point for programs.</summary>
public static class ChatSessionsServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="SessionCatalog"/> over the configured sources: files, sessions imported into the archive, and
    /// LlamaCloud with its archived copies. Local sources need no network and come first. If neither files nor LlamaCloud
    /// are configured, the built-in samples are served until something is imported. A <see cref="SessionSearch"/> is added if
    /// there is anything to search.
    /// </summary>
    /// <exception cref="ChatSessionException">An option is invalid.</exception>
    public static IServiceCollection AddChatSessions(this IServiceCollection services, ChatSessionsOptions options)
    {
        options.Validate();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new SessionCache(options.CacheBytes));
        services.AddSingleton(new OutgoingDoor(options.Secrets, options.OutgoingSteps));
        services.AddSingleton(provider => new SessionCatalog(
            provider.GetServices<ISessionSource>(),
            provider.GetRequiredService<SessionCache>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IAttachmentSource>(),
            provider.GetRequiredService<OutgoingDoor>(),
            options.Notice
        ));
        services.AddSingleton<SessionUpdates>();
        services.AddSingleton(new ArchiveOwners(options.LlamaCloud));
        if (options.ArchivePath is { } archivePath)
            services.AddSingleton<ISessionArchive>(_ => SessionArchive.Open(archivePath, options.Secrets));
        if (options.SessionPaths.Count > 0)
            services.AddSingleton<ISessionSource>(provider => new FileSource(
                options.SessionPaths,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FileSource>>(),
                options.MaxSessionBytes,
                Foreign
            ));
        if (options.Piped is { } piped)
            services.AddSingleton<ISessionSource>(provider => new FileSource(
                piped,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FileSource>>(),
                options.MaxSessionBytes,
                Foreign
            ));
        if (options.ArchivePath is not null)
            services.AddSingleton<ISessionSource>(provider => new ArchiveSource(provider.GetRequiredService<ISessionArchive>()));
        if (options.LlamaCloud is { } llamaCloud)
            services.AddLlamaCloudSource(llamaCloud with { MaxBodyBytes = options.MaxSessionBytes }, options.ArchivePath is not null);
        if (options is { SessionPaths.Count: 0, Piped: null, LlamaCloud: null })
            services.AddSingleton<ISessionSource>(new SampleSource());
        if (options is not { ArchivePath: null, SessionPaths.Count: 0, Piped: null, LlamaCloud: not null })
        {
            services.AddSingleton(provider => new UnsavedSessions(
                provider.GetServices<ISessionSource>().Where(source => source is FileSource or SampleSource),
                () => SessionArchive.OpenTemporary(options.Secrets),
                provider.GetRequiredService<TimeProvider>()
            ));
            services.AddSingleton<SessionSearch>();
        }
        return services;

        string? Foreign(string path, PipedFile? piped) => ForeignFile.Describe(path, piped, options.SessionPaths, options.MaxSessionBytes);
    }

    private static void AddLlamaCloudSource(this IServiceCollection services, LlamaCloudOptions options, bool isArchived)
    {
        services.AddLlamaCloud(options);
        services.AddSingleton<IAttachmentSource>(provider => provider.GetRequiredService<LlamaCloudSource>());
        if (!isArchived)
        {
            services.AddSingleton<ISessionSource>(provider => provider.GetRequiredService<LlamaCloudSource>());
            return;
        }
        services.AddSingleton(provider => new CloudWithArchive(
            provider.GetRequiredService<LlamaCloudSource>(),
            provider.GetRequiredService<ISessionArchive>(),
            caller => ArchiveOwners.LlamaCloud(options, caller),
            provider.GetRequiredService<SessionCache>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CloudWithArchive>>()
        ));
        services.AddSingleton<ISessionSource>(provider => provider.GetRequiredService<CloudWithArchive>());
    }
}
