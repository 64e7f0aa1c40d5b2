using ChatSessions.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>The door of this folder.</summary>
public static class LlamaCloudServices
{
    /// <summary>
    /// Adds <see cref="LlamaCloudSource"/>. Nothing is connected before its first use. A <see cref="TimeProvider"/> registered
    /// beforehand is used for time-outs and waits.
    /// </summary>
    /// <exception cref="ChatSessionException">An option is not of the form that it must have.</exception>
    public static IServiceCollection AddLlamaCloud(this IServiceCollection services, LlamaCloudOptions options)
    {
        options.Validate();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new Tries(
            options,
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared,
            provider.GetRequiredService<ILogger<Tries>>()
        ));
        services
            .AddQuietClient(nameof(LlamaCloudApi), LlamaCloudApi.CreateHandler)
            .ConfigureHttpClient(http => http.DefaultRequestHeaders.Accept.ParseAdd("application/json"))
            .AddTypedClient(
                (http, provider) =>
                    new LlamaCloudApi(http, options, provider.GetRequiredService<Tries>(), provider.GetRequiredService<TimeProvider>())
            );
        services
            .AddQuietClient(nameof(AttachmentStore), () => AttachmentStore.CreateHandler(options))
            .AddTypedClient(
                (http, provider) =>
                    new AttachmentStore(http, options, provider.GetRequiredService<Tries>(), provider.GetRequiredService<TimeProvider>())
            );
        return services.AddSingleton(provider => new LlamaCloudSource(
            provider.GetRequiredService<LlamaCloudApi>(),
            provider.GetRequiredService<AttachmentStore>(),
            options,
            provider.GetRequiredService<TimeProvider>()
        ));
    }

    private static IHttpClientBuilder AddQuietClient(
        this IServiceCollection services,
        string name,
        Func<HttpMessageHandler> createHandler
    ) =>
        services
            .AddHttpClient(name)
            .ConfigureHttpClient(http =>
            {
                // A try is timed with the reading of its body, which this would leave out.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.DefaultRequestHeaders.UserAgent.ParseAdd("ChatSessions");
            })
            .ConfigurePrimaryHttpMessageHandler(createHandler)
            // The handlers see to fresh connections themselves, also for a source that lives as long as the process.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // They would log addresses, and presigned ones are secret.
            .RemoveAllLoggers();
}
