using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ChatMcpServer.Tests.Hosting.Access;

/// <summary>An OpenID Connect issuer on loopback: its configuration, its keys and its tokens.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly List<SecurityKey> published = [];

    private TestIssuer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public string Address => app.Urls.Single();

    /// <summary>How it names itself in its configuration; null for its address.</summary>
    public string? Name { get; set; }

    /// <summary>The address of its keys; null for one on this server.</summary>
    public string? KeysAddress { get; set; }

    /// <summary>How often its keys were fetched.</summary>
    public int Fetched { get; private set; }

    public bool IsSilent { get; set; }

    /// <summary>Every answer waits for this; null for none.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        await issuer.app.StartAsync();
        return issuer;
    }

    /// <summary>Publishes a new key, and forgets the earlier ones.</summary>
    public RsaSecurityKey Rotate(string id)
    {
        var key = MakeKey(id);
        published.Clear();
        published.Add(key);
        return key;
    }

    public void Publish(SecurityKey key) => published.Add(key);

    public static RsaSecurityKey MakeKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    public static ECDsaSecurityKey MakeCurveKey(string id) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };

    /// <summary>Makes a token.</summary>
    /// <param name="change">Changes the claims.</param>
    public string Token(SecurityKey key, string audience, Action<Dictionary<string, object>>? change = null, string algorithm = "RS256")
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Address,
            ["aud"] = audience,
            ["sub"] = "user-1",
            ["scope"] = "openid sessions:read sessions:search",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            Json(claims),
            new SigningCredentials(key, algorithm)
        );
    }

    /// <summary>A token without a signature.</summary>
    public string UnsignedToken(string audience)
    {
        var signed = Token(MakeKey("any"), audience).Split('.');
        var header = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        return $"{header}.{signed[1]}.";
    }

    /// <summary>A token that is signed with what everybody knows: the public key, taken for a shared secret.</summary>
    public string TokenSignedByPublicKey(RsaSecurityKey key, string audience)
    {
        var shared = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key.Rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = key.KeyId };
        return Token(shared, audience, algorithm: "HS256");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static string Json(Dictionary<string, object> claims)
    {
        var json = new JsonObject();
        foreach (var (name, value) in claims)
            json[name] = value switch
            {
                string text => JsonValue.Create(text),
                string[] texts => new JsonArray([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]),
                _ => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            };
        return json.ToJsonString();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Gate is { } gate)
            await gate.Task;
        if (IsSilent)
        {
            context.Response.StatusCode = 503;
            return;
        }
        context.Response.ContentType = "application/json";
        if (context.Request.Path == "/.well-known/openid-configuration")
            await context.Response.WriteAsync(
                $$"""{"issuer":"{{Name ?? Address}}","jwks_uri":"{{KeysAddress ?? Address + "/keys"}}"}""",
                context.RequestAborted
            );
        else if (context.Request.Path == "/keys")
        {
            Fetched++;
            await context.Response.WriteAsync($$"""{"keys":[{{string.Join(',', published.Select(Public))}}]}""", context.RequestAborted);
        }
        else
            context.Response.StatusCode = 404;
    }

    private static string Public(SecurityKey key)
    {
        if (key is RsaSecurityKey rsa)
        {
            var parameters = rsa.Rsa.ExportParameters(includePrivateParameters: false);
            return $$"""{"kty":"RSA","use":"sig","kid":"{{key.KeyId}}","n":"{{Base64UrlEncoder.Encode(parameters.Modulus)}}","e":"{{Base64UrlEncoder.Encode(parameters.Exponent)}}"}""";
        }
        var point = ((ECDsaSecurityKey)key).ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty":"EC","crv":"P-256","use":"sig","kid":"{{key.KeyId}}","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""";
    }
}
