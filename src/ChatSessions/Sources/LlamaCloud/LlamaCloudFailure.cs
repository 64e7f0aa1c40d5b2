using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Error sentences for answers that are not what was asked for. Of the answer's own text only a parameter's name is used.</summary>
internal sealed partial class LlamaCloudFailure(LlamaCloudOptions options)
{
    private const int MaxDetailBytes = 64 * 1024;

    /// <summary>The service, for a sentence.</summary>
    public string Peer { get; } = $"LlamaCloud ({options.BaseUrl.Authority})";

    public async Task<ChatSessionException> OfAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Because(
                ChatSessionError.Unauthorized,
                $"{Peer} refused the API key ({status})",
                $" when asked for {what}: check LLAMA_CLOUD_API_KEY. {RegionHint}"
            ),
            HttpStatusCode.NotFound => new(
                ChatSessionError.NotFound,
                $"{Peer} does not know {what} ({status}): check LLAMA_CLOUD_BASE_URL, and the project and organization asked for."
            ),
            HttpStatusCode.UnprocessableEntity => new(
                ChatSessionError.InvalidArgument,
                await RejectedParameterAsync(response, cancellationToken) is { } parameter
                    ? $"{Peer} does not accept the {parameter} given ({status}) when asked for {what}: correct it, or leave it out."
                    : $"{Peer} does not accept a value of the request ({status}) when asked for {what}: check the ids, the project and the organization."
            ),
            HttpStatusCode.TooManyRequests => Because(
                ChatSessionError.Unavailable,
                $"{Peer} is asked too often ({status})",
                $", now for {what}: wait a minute, then ask again. LlamaCloud's free tier answers 20 requests a minute."
            ),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => Because(
                ChatSessionError.Unavailable,
                $"{Peer} redirects ({status})",
                $" when asked for {what}, and not to a path of its own, so the API key is not taken there: "
                    + "set LLAMA_CLOUD_BASE_URL to the final address of the API."
            ),
            >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict => Because(
                ChatSessionError.Unavailable,
                $"{Peer} failed ({status})",
                $" when asked for {what}: try again later."
            ),
            _ => Because(
                ChatSessionError.Unavailable,
                $"{Peer} answered {status}",
                $" when asked for {what}: check that LLAMA_CLOUD_BASE_URL is the address of its API."
            ),
        };
    }

    public ChatSessionException NotJson(string what) =>
        Unavailable(
            $"{Peer} answered 200 when asked for {what}, but not with JSON: check LLAMA_CLOUD_BASE_URL, and whether a proxy or a sign-in page answers instead."
        );

    public ChatSessionException Unexpected(string what, string why) =>
        Unavailable($"{Peer} answered 200 when asked for {what}, but {why}: check that LLAMA_CLOUD_BASE_URL is the address of its API.");

    public ChatSessionException TooLarge(string what) =>
        new(
            ChatSessionError.TooLarge,
            $"{Peer} answers more than the limit of {Size(options.MaxBodyBytes)} when asked for {what}: "
                + "raise it with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
        );

    /// <summary>A number of bytes for a sentence.</summary>
    internal static string Size(long bytes) => bytes % (1 << 20) == 0 ? $"{bytes >> 20:N0} MB" : $"{bytes:N0} bytes";

    private ChatSessionException Unavailable(string message) =>
        new(ChatSessionError.Unavailable, message) { Cause = $"{Peer} does not answer as its API does" };

    private static ChatSessionException Because(ChatSessionError error, string cause, string rest) =>
        new(error, cause + rest) { Cause = cause };

    private string RegionHint =>
        OtherRegion is { } other
            ? $"An account lives in one region: if yours is in the other, set LLAMA_CLOUD_BASE_URL={other.OriginalString}."
            : "If the key belongs to another installation, set LLAMA_CLOUD_BASE_URL to its address.";

    private Uri? OtherRegion =>
        options.BaseUrl.Host == LlamaCloudOptions.DefaultBaseUrl.Host ? LlamaCloudOptions.EuropeanBaseUrl
        : options.BaseUrl.Host == LlamaCloudOptions.EuropeanBaseUrl.Host ? LlamaCloudOptions.DefaultBaseUrl
        : null;

    /// <summary>The parameter that <c>{"detail": [{"loc": ["query", "project_id"], …}]}</c> names.</summary>
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
