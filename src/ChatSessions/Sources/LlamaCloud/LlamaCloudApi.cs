using System.Net;
using System.Net.Http.Headers;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Asks the API for JSON, with the key, and with the tries that <see cref="Tries"/> makes.</summary>
internal sealed class LlamaCloudApi(HttpClient http, LlamaCloudOptions options, Tries tries, TimeProvider time)
{
    /// <summary>A host that is there accepts a connection within a moment, however busy it is.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(5);

    private readonly AuthenticationHeaderValue authorization = new("Bearer", options.ApiKey);
    private readonly string baseUrl = options.BaseUrl.AbsoluteUri.TrimEnd('/');

    /// <summary>What went wrong, in sentences.</summary>
    public LlamaCloudFailure Failure { get; } = new(options);

    /// <summary>Gets an answer; its body is whole, and JSON by its content type.</summary>
    /// <param name="pathAndQuery">Begins with <c>/api</c>; its parts are escaped.</param>
    /// <param name="what">What is asked for, to name it in an error.</param>
    /// <param name="read">Reads the JSON; where it does not parse, the request is tried again.</param>
    /// <exception cref="ChatSessionException">There is no answer; <see cref="ChatSessionError.NotFound"/> where the API does not have what is asked for.</exception>
    public Task<T> GetAsync<T>(string pathAndQuery, string what, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        var address = new Uri(baseUrl + pathAndQuery);
        return tries.RunAsync(Failure.Peer, what, token => GetOnceAsync(address, what, read, token), cancellationToken);
    }

    /// <summary>As <see cref="GetAsync"/>; null where the API has none.</summary>
    public async Task<T?> FindAsync<T>(
        string pathAndQuery,
        string what,
        Func<ReadOnlyMemory<byte>, T> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        try
        {
            return await GetAsync(pathAndQuery, what, read, cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.NotFound)
        {
            return null;
        }
    }

    private async Task<T> GetOnceAsync<T>(Uri address, string what, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
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

    /// <summary>What sends the requests.</summary>
    public static SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            // A source may live as long as the process: connections must not, or a changed DNS entry would go unseen.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
}
