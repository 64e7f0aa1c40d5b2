using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Error sentences for failed requests. Of the answer's own text, only a parameter's name is used.</summary>
internal sealed partial class LlamaCloudFailure(LlamaCloudOptions options)
{
    private const int MaxDetailBytes = 64 * 1024;

    /// <summary>The service's name in sentences.</summary>
    public string Peer { get; } = $"LlamaCloud ({options.BaseUrl.Authority})";

    public async Task<ChatSessionException> OfAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Because(
                ChatSessionError.Unauthorized,
                $"{Peer} refused the API key ({status})",
                $" for {what}. Check LLAMA_CLOUD_API_KEY. {RegionHint}"
            ),
            HttpStatusCode.NotFound => new(
                ChatSessionError.NotFound,
                $"{Peer} has no {what} ({status}). Check LLAMA_CLOUD_BASE_URL, and the project and organization."
            ),
            HttpStatusCode.UnprocessableEntity => new(
                ChatSessionError.InvalidArgument,
                await RejectedParameterAsync(response, cancellationToken) is { } parameter
                    ? $"{Peer} rejected {parameter} ({status}) for {what}. Correct it, or omit it."
                    : $"{Peer} rejected a value of the request ({status}) for {what}. Check the ids, the project and the organization."
            ),
            HttpStatusCode.TooManyRequests => Because(
                ChatSessionError.Unavailable,
                $"{Peer} reached its rate limit ({status})",
                $" for {what}. Wait a minute and try again. LlamaCloud's free tier allows 20 requests a minute."
            ),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => Because(
                ChatSessionError.Unavailable,
                $"{Peer} redirects to another address ({status})",
                $" for {what}, and the API key is not sent there. Set LLAMA_CLOUD_BASE_URL to the API's final address."
            ),
            >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict => Because(
                ChatSessionError.Unavailable,
                $"{Peer} failed ({status})",
                $" for {what}. Try again later."
            ),
            _ => Because(
                ChatSessionError.Unavailable,
                $"{Peer} answered {status}",
                $" for {what}. Check that LLAMA_CLOUD_BASE_URL is the API's address."
            ),
        };
    }

    public ChatSessionException NotJson(string what) =>
        Unavailable(
            $"{Peer} did not answer with JSON for {what}. Check LLAMA_CLOUD_BASE_URL, and whether a proxy or sign-in page is in the way."
        );

    public ChatSessionException Unexpected(string what, string why) =>
        Unavailable($"Unexpected answer from {Peer} for {what}: {why}. Check that LLAMA_CLOUD_BASE_URL is the API's address.");

    public ChatSessionException TooLarge(string what) =>
        new(
            ChatSessionError.TooLarge,
            $"The answer from {Peer} for {what} is over the limit of {Size(options.MaxBodyBytes)}. "
                + "Raise it with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
        );

    /// <summary>Formats a number of bytes for a sentence.</summary>
    internal static string Size(long bytes) => bytes % (1 << 20) == 0 ? $"{(bytes >> 20).Grouped()} MB" : $"{bytes.Grouped()} bytes";

    private ChatSessionException Unavailable(string message) =>
        new(ChatSessionError.Unavailable, message) { Cause = $"{Peer} does not answer as its API does" };

    private static ChatSessionException Because(ChatSessionError error, string cause, string rest) =>
        new(error, cause + rest) { Cause = cause };

    private string RegionHint =>
        OtherRegion is { } other
            ? $"If your account is in the other region, set LLAMA_CLOUD_BASE_URL={other.OriginalString}."
            : "If the key belongs to another installation, set LLAMA_CLOUD_BASE_URL to its address.";

    private Uri? OtherRegion =>
        options.BaseUrl.Host == LlamaCloudOptions.DefaultBaseUrl.Host ? LlamaCloudOptions.EuropeanBaseUrl
        : options.BaseUrl.Host == LlamaCloudOptions.EuropeanBaseUrl.Host ? LlamaCloudOptions.DefaultBaseUrl
        : null;

    /// <summary>The parameter named in <c>{"detail": [{"loc": ["query", "project_id"], …}]}</c>.</summary>
    private static async Task<string?> RejectedParameterAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var tooLarge = new ChatSessionException(ChatSessionError.TooLarge, "");
        try
        {
            var body = await BoundedBody.ReadAsync(response.Content, MaxDetailBytes, () => tooLarge, cancellationToken);
            return
                RawJson.Parse(body).Property("detail").Items() is [var first, ..]
                && first.Property("loc").Items() is [.., var last]
                && last.AsString() is { } name
                && Identifier.IsMatch(name)
                ? name
                : null;
        }
        catch (Exception exception) when (exception is JsonException || exception == tooLarge)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z")]
    private static partial Regex Identifier { get; }
}
