using System.Net;
using System.Net.Http.Headers;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Requests JSON from the API, with the key, and retries as <see cref="Tries"/> does.</summary>
internal sealed class LlamaCloudApi(HttpClient http, LlamaCloudOptions options, Tries tries, TimeProvider time)
{
    /// <summary>A reachable host accepts a connection quickly, even if it is busy.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(5);

    private readonly string baseUrl = options.BaseUrl.AbsoluteUri.TrimEnd('/');

    public LlamaCloudFailure Failure { get; } = new(options);

    /// <summary>Gets an answer with a complete body and a JSON content type.</summary>
    /// <param name="pathAndQuery">Begins with <c>/api</c>; already escaped.</param>
    /// <param name="key">The caller's key.</param>
    /// <param name="what">What is requested, for errors.</param>
    /// <param name="read">Reads the JSON; if it does not parse, the request is tried again.</param>
    /// <exception cref="ChatSessionException">The request failed; <see cref="ChatSessionError.NotFound"/> if the API does not have it.</exception>
    public Task<T> GetAsync<T>(
        string pathAndQuery,
        CloudKey key,
        string what,
        Func<ReadOnlyMemory<byte>, T> read,
        CancellationToken cancellationToken
    )
    {
        var address = new Uri(baseUrl + pathAndQuery);
        var authorization = new AuthenticationHeaderValue("Bearer", key.ApiKey);
        return tries.RunAsync(Failure.Peer, what, token => GetOnceAsync(address, authorization, what, read, token), cancellationToken);
    }

    /// <summary>Like <see cref="GetAsync"/>, but null if the API does not have it.</summary>
    public async Task<T?> FindAsync<T>(
        string pathAndQuery,
        CloudKey key,
        string what,
        Func<ReadOnlyMemory<byte>, T> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        try
        {
            return await GetAsync(pathAndQuery, key, what, read, cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.NotFound)
        {
            return null;
        }
    }

    private async Task<T> GetOnceAsync<T>(
        Uri address,
        AuthenticationHeaderValue authorization,
        string what,
        Func<ReadOnlyMemory<byte>, T> read,
        CancellationToken cancellationToken
    )
    {
        using var response = await http.GetAsync(address, authorization, IsSameHost, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw FailedTryException.From(response, await Failure.OfAsync(response, what, cancellationToken), time);
        if (!IsJson(response.Content.Headers.ContentType))
            throw Failure.NotJson(what);
        return read(await BoundedBody.ReadAsync(response.Content, options.MaxBodyBytes, () => Failure.TooLarge(what), cancellationToken));

        bool IsSameHost(Uri target) =>
            Uri.Compare(target, address, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
    }

    private static bool IsJson(MediaTypeHeaderValue? type) =>
        type?.MediaType is not { } name
        || name.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Over plain http, connects only to private addresses: the key can be read on the way.</summary>
    public static SocketsHttpHandler CreateHandler(LlamaCloudOptions options, CheckedConnection connection)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            // A source may live as long as the process. Connections must not, or a DNS change would be missed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (options.BaseUrl.Scheme == Uri.UriSchemeHttps)
            return handler;
        // A proxy would get the key, and nobody could know where it sends it.
        handler.UseProxy = false;
        handler.ConnectCallback = (context, cancellationToken) =>
            connection.OpenAsync(
                context.DnsEndPoint,
                (addresses, _) =>
                    addresses.All(PrivateAddress.Is)
                        ? ValueTask.CompletedTask
                        : throw PlainHttp.Refusal(ChatSessionError.Unavailable, context.DnsEndPoint.Host),
                cancellationToken
            );
        return handler;
    }
}
