using ChatSessions.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Registers the LlamaCloud source.</summary>
public static class LlamaCloudServices
{
    /// <summary>
    /// Adds <see cref="LlamaCloudSource"/>, which connects only when first used. A <see cref="TimeProvider"/> registered
    /// earlier is used for time-outs and waits.
    /// </summary>
    /// <exception cref="ChatSessionException">An option is invalid.</exception>
    public static IServiceCollection AddLlamaCloud(this IServiceCollection services, LlamaCloudOptions options)
    {
        options.Validate();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HostResolver>(CheckedConnection.ResolveAsync);
        services.AddSingleton(provider => new CheckedConnection(provider.GetRequiredService<HostResolver>()));
        services.AddSingleton(provider => new AttachmentHosts(options, provider.GetRequiredService<HostResolver>()));
        services.AddSingleton(provider => new Tries(
            options,
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared,
            provider.GetRequiredService<ILogger<Tries>>()
        ));
        services
            .AddQuietClient(
                nameof(LlamaCloudApi),
                provider => LlamaCloudApi.CreateHandler(options, provider.GetRequiredService<CheckedConnection>())
            )
            .ConfigureHttpClient(http => http.DefaultRequestHeaders.Accept.ParseAdd("application/json"))
            .AddTypedClient(
                (http, provider) =>
                    new LlamaCloudApi(http, options, provider.GetRequiredService<Tries>(), provider.GetRequiredService<TimeProvider>())
            );
        services
            .AddQuietClient(
                nameof(AttachmentStore),
                provider =>
                    AttachmentStore.CreateHandler(
                        provider.GetRequiredService<AttachmentHosts>(),
                        provider.GetRequiredService<CheckedConnection>()
                    )
            )
            .AddTypedClient(
                (http, provider) =>
                    new AttachmentStore(
                        http,
                        provider.GetRequiredService<AttachmentHosts>(),
                        options,
                        provider.GetRequiredService<Tries>(),
                        provider.GetRequiredService<TimeProvider>()
                    )
            );
        return services.AddSingleton(provider =>
        {
            if (options.Warning is { } warning)
                provider.GetRequiredService<ILogger<LlamaCloudSource>>().KeyOverPlainHttp(warning);
            return new LlamaCloudSource(
                provider.GetRequiredService<LlamaCloudApi>(),
                provider.GetRequiredService<AttachmentStore>(),
                options,
                provider.GetRequiredService<TimeProvider>()
            );
        });
    }

    private static IHttpClientBuilder AddQuietClient(
        this IServiceCollection services,
        string name,
        Func<IServiceProvider, HttpMessageHandler> createHandler
    ) =>
        services
            .AddHttpClient(name)
            .ConfigureHttpClient(http =>
            {
                // Tries have their own time-out, which includes reading the body; this one would not.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.DefaultRequestHeaders.UserAgent.ParseAdd("ChatSessions");
            })
            .ConfigurePrimaryHttpMessageHandler(createHandler)
            // The handlers renew their connections themselves, even if the source lives as long as the process.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The loggers would log addresses, and presigned addresses are secret.
            .RemoveAllLoggers();
}
