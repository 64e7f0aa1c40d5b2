using System.Net;
using System.Net.Sockets;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Fetches screenshots from the presigned addresses that the API returns. Such an address is a secret while it is valid, so it appears in no
/// error or log. It also comes from outside, so it must not lead this process to hosts that only this process can reach.
/// </summary>
internal sealed class AttachmentStore(HttpClient http, LlamaCloudOptions options, Tries tries, TimeProvider time)
{
    private const string Peer = "LlamaCloud's attachment store";

    /// <summary>Fetches what a presigned address points to; null if nothing is there.</summary>
    /// <exception cref="ChatSessionException">The address is not allowed, or the store fails.</exception>
    public Task<Attachment?> FindAsync(string address, string what, CancellationToken cancellationToken) =>
        tries.RunAsync(Peer, what, token => FindOnceAsync(address, what, token), cancellationToken);

    /// <summary>Connects only to public hosts, unless the API itself is at a private one.</summary>
    public static SocketsHttpHandler CreateHandler(LlamaCloudOptions options) =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli,
            UseCookies = false,
            // A proxy would resolve names itself and bypass the check.
            UseProxy = false,
            ConnectTimeout = LlamaCloudApi.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, options, cancellationToken),
        };

    private async Task<Attachment?> FindOnceAsync(string address, string what, CancellationToken cancellationToken)
    {
        var isHttpAllowed = await IsApiPrivateAsync(options, cancellationToken);
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

    /// <summary>
    /// Checks the addresses that it then connects to, at every connection, so that a name that first resolves to a public address
    /// and later to a private one is refused.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint host, LlamaCloudOptions options, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host.Host, cancellationToken);
        if (!addresses.All(PublicAddress.Is) && !await IsApiPrivateAsync(options, cancellationToken))
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                "The attachment's address is in a private network, so it was not fetched. "
                    + "That is allowed only if LLAMA_CLOUD_BASE_URL is in a private network too."
            );
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<bool> IsApiPrivateAsync(LlamaCloudOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await ResolveAsync(options.BaseUrl.IdnHost, cancellationToken);
            return addresses.Length > 0 && !addresses.Any(PublicAddress.Is);
        }
        catch (SocketException)
        {
            // If only a proxy can resolve the name, the API is not in this network.
            return false;
        }
    }

    /// <summary>Does not pass literal addresses to <see cref="Dns"/>, which throws on unspecified ones.</summary>
    private static async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);
}
