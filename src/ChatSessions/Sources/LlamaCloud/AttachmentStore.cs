using System.Net;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Fetches screenshots from the presigned addresses that the API returns. Such an address is a secret while it is valid, so it appears in no
/// error or log.
/// </summary>
internal sealed class AttachmentStore(HttpClient http, AttachmentHosts hosts, LlamaCloudOptions options, Tries tries, TimeProvider time)
{
    private const string Peer = "LlamaCloud's attachment store";

    /// <summary>Fetches what a presigned address points to; null if nothing is there.</summary>
    /// <exception cref="ChatSessionException">The address is not allowed, or the store fails.</exception>
    public Task<Attachment?> FindAsync(string address, string what, CancellationToken cancellationToken) =>
        tries.RunAsync(Peer, what, token => FindOnceAsync(address, what, token), cancellationToken);

    /// <summary>Connects only to the hosts that are allowed, also where it is redirected.</summary>
    public static SocketsHttpHandler CreateHandler(AttachmentHosts hosts, CheckedConnection connection) =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli,
            UseCookies = false,
            // A proxy would resolve names itself and bypass the check.
            UseProxy = false,
            ConnectTimeout = LlamaCloudApi.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (context, cancellationToken) =>
                connection.OpenAsync(
                    context.DnsEndPoint,
                    (addresses, token) =>
                        hosts.CheckAsync(addresses, context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps, token),
                    cancellationToken
                ),
        };

    private async Task<Attachment?> FindOnceAsync(string address, string what, CancellationToken cancellationToken)
    {
        var isHttpAllowed = await hosts.IsApiPrivateAsync(cancellationToken);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var target) || !IsAllowed(target))
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"LlamaCloud did not return an https address for {what}, so it was not fetched. Check that LLAMA_CLOUD_BASE_URL is the API's address."
            );
        using var response = await http.GetAsync(target, authorization: null, IsAllowed, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw FailedTryException.From(
                response,
                new ChatSessionException(
                    ChatSessionError.Unavailable,
                    $"{Peer} answered {(int)response.StatusCode} for {what}. Try again to get a new address."
                ),
                time
            );
        var content = await BoundedBody.ReadAsync(response.Content, options.MaxAttachmentBytes, TooLarge, cancellationToken);
        return new Attachment(response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream", content);

        bool IsAllowed(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && isHttpAllowed);

        ChatSessionException TooLarge() =>
            new(
                ChatSessionError.TooLarge,
                $"The answer from {Peer} for {what} is over the limit of {LlamaCloudFailure.Size(options.MaxAttachmentBytes)}. "
                    + "Open it in LlamaCloud instead."
            );
    }
}
