using System.Buffers;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>How to reach LlamaCloud, or an installation of one's own.</summary>
public sealed record LlamaCloudOptions
{
    /// <summary>Where LlamaCloud serves North America, and where it is looked for when nothing else is said.</summary>
    public static Uri DefaultBaseUrl { get; } = new("https://api.cloud.llamaindex.ai");

    /// <summary>Where LlamaCloud serves Europe; an account lives in one of the two.</summary>
    public static Uri EuropeanBaseUrl { get; } = new("https://api.cloud.eu.llamaindex.ai");

    private const int Megabyte = 1 << 20;
    private static readonly SearchValues<char> CharactersOfKeys = SearchValues.Create([
        .. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code),
    ]);

    /// <summary>The key, sent as a bearer token to <see cref="BaseUrl"/>'s host and to no other.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The address that <c>/api/v1/chat</c> is appended to.</summary>
    public Uri BaseUrl { get; init; } = DefaultBaseUrl;

    /// <summary>The project, a UUID, to look in where a caller names none; null for the key's own.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The organization, a UUID, to look in where a caller names none; null for the key's own.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The largest answer taken, in bytes after decompression.</summary>
    public long MaxBodyBytes { get; init; } = 256L * Megabyte;

    /// <summary>The largest screenshot taken, in bytes.</summary>
    public long MaxAttachmentBytes { get; init; } = 20L * Megabyte;

    /// <summary>How long one try may take, reading the body included: a large session over a slow line may need all of the time there is.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// How long all tries of a request may take together; the last is cut to what is left. MCP clients give up after 60 seconds, and
    /// would not see why.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often a request is tried again: as often as the official clients do it.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>
    /// Reads the variables that the official clients read, and two of the same kind for what those take as arguments:
    /// <c>LLAMA_CLOUD_API_KEY</c> (else <c>LLAMA_PARSE_API_KEY</c>), <c>LLAMA_CLOUD_BASE_URL</c>, <c>LLAMA_CLOUD_PROJECT_ID</c>,
    /// <c>LLAMA_CLOUD_ORGANIZATION_ID</c>. An empty one counts as unset.
    /// </summary>
    /// <param name="variable">Answers the value of a variable; null when it is not set.</param>
    /// <returns>Null when there is no key.</returns>
    /// <exception cref="ChatSessionException">A value is not of the form that it must have.</exception>
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

        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Checks the form of all values; asks no server.</summary>
    /// <exception cref="ChatSessionException">The first value that is wrong, and what to set instead.</exception>
    public void Validate()
    {
        if (ApiKey.Length == 0)
            throw Invalid("No LlamaCloud API key. Set LLAMA_CLOUD_API_KEY.");
        if (ApiKey.AsSpan().ContainsAnyExcept(CharactersOfKeys))
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

    /// <summary>Everything but the key.</summary>
    public override string ToString() =>
        $"{nameof(LlamaCloudOptions)} {{ {nameof(BaseUrl)} = {BaseUrl}, {nameof(ProjectId)} = {ProjectId}, "
        + $"{nameof(OrganizationId)} = {OrganizationId} }}";

    /// <summary>Whether a text is a UUID as the API takes it: hexadecimal digits with hyphens.</summary>
    internal static bool IsUuid(string text) => Guid.TryParseExact(text, "D", out _) && text.Length == 36;

    private static void ValidateUuid(string? value, string variable)
    {
        if (value is not null && !IsUuid(value))
            throw Invalid(
                $"{variable} is not a UUID such as 01234567-89ab-cdef-0123-456789abcdef. Copy it from LlamaCloud's settings, or unset it."
            );
    }

    private static ChatSessionException InvalidBaseUrl() =>
        Invalid(
            "LLAMA_CLOUD_BASE_URL is not an http or https address without user, query or fragment. "
                + $"Set it to {DefaultBaseUrl.OriginalString}, {EuropeanBaseUrl.OriginalString} or your own installation."
        );

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
