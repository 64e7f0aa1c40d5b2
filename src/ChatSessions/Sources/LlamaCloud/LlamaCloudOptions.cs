using System.Buffers;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>How to reach LlamaCloud, or your own installation of it.</summary>
public sealed partial record LlamaCloudOptions
{
    /// <summary>LlamaCloud's address in North America, and the default.</summary>
    public static Uri DefaultBaseUrl { get; } = new("https://api.cloud.llamaindex.ai");

    /// <summary>LlamaCloud's address in Europe. An account exists in only one of the two regions.</summary>
    public static Uri EuropeanBaseUrl { get; } = new("https://api.cloud.eu.llamaindex.ai");

    private const int Megabyte = 1 << 20;
    private static readonly SearchValues<char> CharactersOfKeys = SearchValues.Create([
        .. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code),
    ]);

    /// <summary>
    /// The key of the local user, sent as a bearer token only to <see cref="BaseUrl"/>'s host. Null if only callers with keys of their own ask:
    /// nobody else uses this one.
    /// </summary>
    public required string? ApiKey { get; init; }

    /// <summary>
    /// The address that <c>/api/v1/chat</c> is appended to. It is https, or http at a private address: the key is not sent over plain http to
    /// any other.
    /// </summary>
    public Uri BaseUrl { get; init; } = DefaultBaseUrl;

    /// <summary>The project's UUID, used if the caller passes none; null for the key's own.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The organization's UUID, used if the caller passes none; null for the key's own.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The size limit of an answer, in bytes after decompression.</summary>
    public long MaxBodyBytes { get; init; } = 256L * Megabyte;

    /// <summary>The size limit of a screenshot, in bytes.</summary>
    public long MaxAttachmentBytes { get; init; } = 20L * Megabyte;

    /// <summary>The time limit of one try, with reading the body. A large session on a slow line may need all of <see cref="Patience"/>.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// The time limit of all tries of a request together; the last one gets the time that is left. MCP clients give up after 60 seconds, and
    /// would not see the error.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How many times a request is retried; the same as in the official clients.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>
    /// Reads the variables that the official clients read, and two more for what those clients take as arguments:
    /// <c>LLAMA_CLOUD_API_KEY</c> (else <c>LLAMA_PARSE_API_KEY</c>), <c>LLAMA_CLOUD_BASE_URL</c>, <c>LLAMA_CLOUD_PROJECT_ID</c>,
    /// <c>LLAMA_CLOUD_ORGANIZATION_ID</c>. An empty one counts as unset, and so does a <see cref="IsPlaceholder">placeholder</see>.
    /// </summary>
    /// <param name="variable">Returns the value of a variable; null if it is not set.</param>
    /// <returns>Null if there is no key.</returns>
    /// <exception cref="ChatSessionException">A value is invalid.</exception>
    public static LlamaCloudOptions? FromEnvironment(Func<string, string?> variable)
    {
        if ((Value("LLAMA_CLOUD_API_KEY") ?? Value("LLAMA_PARSE_API_KEY")) is not { } key)
            return null;
        var baseUrl = DefaultBaseUrl;
        if (Value("LLAMA_CLOUD_BASE_URL") is { } address && !Uri.TryCreate(address, UriKind.Absolute, out baseUrl))
            throw InvalidBaseUrl();
        var options = new LlamaCloudOptions
        {
            ApiKey = key,
            BaseUrl = baseUrl,
            ProjectId = Value("LLAMA_CLOUD_PROJECT_ID"),
            OrganizationId = Value("LLAMA_CLOUD_ORGANIZATION_ID"),
        };
        options.Validate();
        return options;

        string? Value(string name) => variable(name) is { Length: > 0 } value && !IsPlaceholder(value) ? value : null;
    }

    /// <summary>
    /// Whether a value is what stands in a configuration until something is put there: <c>${NAME}</c>, <c>${env:NAME}</c>, <c>$NAME</c>,
    /// <c>%NAME%</c>, <c>&lt;your key&gt;</c>. Some assistants pass it on as it is if the variable is not set.
    /// </summary>
    public static bool IsPlaceholder(string value) => PlaceholderPattern().IsMatch(value.Trim());

    /// <summary>Checks the form of all values, without any request.</summary>
    /// <exception cref="ChatSessionException">Names the first invalid value and what to set instead.</exception>
    public void Validate()
    {
        if (ApiKey is "")
            throw Invalid("No LlamaCloud API key. Set LLAMA_CLOUD_API_KEY.");
        if (ApiKey is not null && !IsKey(ApiKey))
            throw Invalid(
                "The LlamaCloud API key contains an invalid character, such as a space or a line break. "
                    + "Set LLAMA_CLOUD_API_KEY to the key only."
            );
        if (
            !BaseUrl.IsAbsoluteUri
            || (BaseUrl.Scheme != Uri.UriSchemeHttp && BaseUrl.Scheme != Uri.UriSchemeHttps)
            || (BaseUrl.UserInfo + BaseUrl.Query + BaseUrl.Fragment).Length > 0
        )
            throw InvalidBaseUrl();
        if (PlainHttp.IsToPublicHost(BaseUrl))
            throw PlainHttp.Refusal(ChatSessionError.InvalidArgument, BaseUrl.Host);
        ValidateUuid(ProjectId, "LLAMA_CLOUD_PROJECT_ID");
        ValidateUuid(OrganizationId, "LLAMA_CLOUD_ORGANIZATION_ID");
        if (MaxBodyBytes < 1 || MaxBodyBytes > Array.MaxLength)
            throw Invalid(
                "The size limit of a session must be from 1 byte to 2,047 MB. Set CHAT_MCP_MAX_SESSION_MB, or pass --max-session-mb."
            );
        if (MaxAttachmentBytes < 1 || MaxAttachmentBytes > Array.MaxLength)
            throw Invalid($"{nameof(MaxAttachmentBytes)} must be from 1 byte to 2,047 MB.");
        if (TryTimeout < TimeSpan.FromMilliseconds(10) || TryTimeout > TimeSpan.FromHours(24))
            throw Invalid($"{nameof(TryTimeout)} must be from 10 milliseconds to 24 hours.");
        if (Patience < TimeSpan.FromMilliseconds(10) || Patience > TimeSpan.FromHours(24))
            throw Invalid($"{nameof(Patience)} must be from 10 milliseconds to 24 hours.");
        if (Retries is < 0 or > 10)
            throw Invalid($"{nameof(Retries)} must be from 0 to 10.");
    }

    /// <summary>Whether a text can be a key: it is sent in a header.</summary>
    public static bool IsKey(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(CharactersOfKeys);

    /// <summary>The key that a caller reads with: the caller's own, for the local user the configured one. Null if there is none.</summary>
    internal CloudKey? KeyOf(Caller caller) =>
        caller.Key ?? (caller.IsLocal && ApiKey is not null ? new CloudKey(ApiKey, ProjectId, OrganizationId) : null);

    /// <summary>Says that the key can be read on its way, in a private network over plain http; null if it cannot.</summary>
    public string? Warning => PlainHttp.Warning(BaseUrl);

    /// <summary>Omits the key, which is a secret.</summary>
    public override string ToString() =>
        $"{nameof(LlamaCloudOptions)} {{ {nameof(BaseUrl)} = {BaseUrl}, {nameof(ProjectId)} = {ProjectId}, "
        + $"{nameof(OrganizationId)} = {OrganizationId} }}";

    /// <summary>Whether a text is a UUID in the form the API accepts: hexadecimal digits with hyphens.</summary>
    public static bool IsUuid(string text) => Guid.TryParseExact(text, "D", out _) && text.Length == 36;

    private static void ValidateUuid(string? value, string variable)
    {
        if (value is not null && !IsUuid(value))
            throw Invalid(
                $"{variable} is not a UUID such as 01234567-89ab-cdef-0123-456789abcdef. Copy it from LlamaCloud's settings, or unset it."
            );
    }

    [GeneratedRegex(@"^(\$\{[^}]*\}|\$\w+|%\w+%|<[^<>]*>|\{\{[^}]*\}\})$")]
    private static partial Regex PlaceholderPattern();

    private static ChatSessionException InvalidBaseUrl() =>
        Invalid(
            "LLAMA_CLOUD_BASE_URL is not an http or https address without user, query or fragment. "
                + $"Set it to {DefaultBaseUrl.OriginalString}, {EuropeanBaseUrl.OriginalString} or your own installation."
        );

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
