using System.Net;
using ChatSessions.Model;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ChatMcpServer.Hosting.Access;

/// <summary>
/// Tokens of an OpenID Connect issuer: JSON Web Tokens that it signed for this server. The issuer's keys are fetched when the first token
/// comes, once a day while the known ones are used, and when a token names a key that is not known.
/// </summary>
/// <param name="issuer">The issuer, exactly as its tokens name it.</param>
/// <param name="audience">The audience, exactly as tokens for this server name it.</param>
internal sealed class OidcTokens(string issuer, string audience, TimeProvider time) : ITokenCheck, IDisposable
{
    /// <summary>How an owner begins that an issuer knows.</summary>
    public const string OwnerPrefix = "oidc:";

    /// <summary>How much the clocks of this machine and the issuer may differ.</summary>
    internal static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Tokens with made-up keys must not make this server flood the issuer.</summary>
    internal static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);

    /// <summary>Older keys are fetched again while they are used.</summary>
    internal static readonly TimeSpan RenewalAge = TimeSpan.FromDays(1);

    /// <summary>Older keys are used only if the issuer does not answer.</summary>
    private static readonly TimeSpan MostAge = RenewalAge * 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    internal const int LongestToken = 16 * 1024;
    private const int LongestDocument = 1 << 20;
    private const int LongestSubject = 255;

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };
    private readonly SemaphoreSlim fetching = new(1, 1);
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = LongestDocument,
    };
    private volatile KnownKeys? known;

    /// <summary>1 while keys are fetched that nobody waits for.</summary>
    private int renewing;

    /// <summary>When the keys were last fetched again, or could not be fetched.</summary>
    private long? tried;
    private ChatSessionException? failure;

    public string? Issuer => issuer;

    public string OwnerOf(string name) => $"{OwnerPrefix}{issuer}#{name}";

    /// <summary>Whether an address may be the issuer's: https, or http on this machine, for tests.</summary>
    public static bool IsAllowed(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Query + uri.Fragment + uri.UserInfo).Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    public async Task<TokenVerdict> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > LongestToken || !handler.CanReadToken(token))
            return TokenVerdict.Refused("The token is not a JSON Web Token");
        var result = await ValidateAsync(token, await KeysAsync(isRefresh: false, cancellationToken));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
            result = await ValidateAsync(token, await KeysAsync(isRefresh: true, cancellationToken));
        if (!result.IsValid)
            return TokenVerdict.Refused(Reason(result.Exception));
        var claims = (JsonWebToken)result.SecurityToken;
        return claims.Subject is { Length: > 0 and <= LongestSubject } subject && !subject.Any(char.IsControl)
            ? new(OwnerOf(subject), subject, ScopesIn(claims), Refusal: null)
            : TokenVerdict.Refused("The token has no valid subject");
    }

    public async Task CheckReadyAsync(CancellationToken cancellationToken) => await KeysAsync(isRefresh: false, cancellationToken);

    public void Dispose()
    {
        http.Dispose();
        fetching.Dispose();
    }

    private Task<TokenValidationResult> ValidateAsync(string token, OpenIdConnectConfiguration keys) =>
        handler.ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ValidIssuer = issuer,
                ValidAudience = audience,
                ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
                IssuerSigningKeys = keys.SigningKeys,
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                RequireAudience = true,
                IgnoreTrailingSlashWhenValidatingAudience = false,
                ClockSkew = ClockSkew,
            }
        );

    /// <param name="isRefresh">Whether a key is missing from those that are known.</param>
    private async Task<OpenIdConnectConfiguration> KeysAsync(bool isRefresh, CancellationToken cancellationToken)
    {
        if (!isRefresh && known is { } used && time.GetElapsedTime(used.At) is var age && age < MostAge)
        {
            if (age >= RenewalAge && Interlocked.Exchange(ref renewing, 1) == 0)
                _ = RenewAsync();
            return used.Keys;
        }
        return await AskAsync(isRefresh, MostAge, cancellationToken);
    }

    /// <summary>Fetches the keys again while those that are known are used.</summary>
    private async Task RenewAsync()
    {
        try
        {
            await AskAsync(isRefresh: false, RenewalAge, CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // The server ends.
        }
        finally
        {
            Volatile.Write(ref renewing, 0);
        }
    }

    /// <summary>Fetches the keys, unless others have just done so.</summary>
    /// <param name="mostAge">Those that are known are returned if they are younger, unless one is missing.</param>
    private async Task<OpenIdConnectConfiguration> AskAsync(bool isRefresh, TimeSpan mostAge, CancellationToken cancellationToken)
    {
        await fetching.WaitAsync(cancellationToken);
        try
        {
            var isJustTried = tried is { } at && time.GetElapsedTime(at) < BetweenTries;
            if (known is { } last && (isJustTried || (!isRefresh && time.GetElapsedTime(last.At) < mostAge)))
                return last.Keys;
            if (failure is not null && isJustTried)
                throw failure;
            // The first keys may be replaced at once by others.
            if (known is not null)
                tried = time.GetTimestamp();
            var keys = await FetchAsync(cancellationToken);
            (known, failure) = (new(keys, time.GetTimestamp()), null);
            return keys;
        }
        catch (ChatSessionException exception) when (exception != failure)
        {
            (failure, tried) = (exception, time.GetTimestamp());
            // Tokens of known keys are still good. The issuer is asked again later.
            if (known is { } old)
                return old.Keys;
            throw;
        }
        finally
        {
            fetching.Release();
        }
    }

    private async Task<OpenIdConnectConfiguration> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var keys = await OpenIdConnectConfigurationRetriever.GetAsync(
                $"{issuer.TrimEnd('/')}/.well-known/openid-configuration",
                new Documents(http),
                cancellationToken
            );
            return keys.Issuer == issuer
                ? keys
                : throw new ChatSessionException(
                    ChatSessionError.Unavailable,
                    $"The issuer {issuer} names itself differently in its configuration. Pass --auth oidc:ISSUER exactly as it does."
                );
        }
        catch (Exception exception)
            when (exception is not ChatSessionException
                && (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            )
        {
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"The keys of the issuer {issuer} cannot be read. Check that it answers, and the network.",
                exception
            );
        }
    }

    private static HashSet<string> ScopesIn(JsonWebToken token)
    {
        var scopes = new HashSet<string>();
        foreach (var claim in token.Claims)
            if (claim.Type is "scope" or "scp")
                scopes.UnionWith(claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return scopes;
    }

    /// <summary>Says no more than the caller knows, and nothing of the token.</summary>
    private static string Reason(Exception? exception) =>
        exception switch
        {
            SecurityTokenExpiredException => "The token has expired",
            SecurityTokenNotYetValidException => "The token is not valid yet",
            SecurityTokenInvalidAudienceException => "The token is for another audience",
            SecurityTokenInvalidIssuerException => "The token is of another issuer",
            _ => "The token has no valid signature, or no expiration",
        };

    private sealed record KnownKeys(OpenIdConnectConfiguration Keys, long At);

    /// <summary>Fetches the issuer's documents, also those that another one names, only where nobody can change them on the way.</summary>
    private sealed class Documents(HttpClient http) : IDocumentRetriever
    {
        public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            if (!IsAllowed(address))
                throw new IOException("The address is not https.");
            using var response = await http.GetAsync(address, cancel);
            return response.StatusCode == HttpStatusCode.OK
                ? await response.Content.ReadAsStringAsync(cancel)
                : throw new IOException($"It answered {(int)response.StatusCode}.");
        }
    }
}
