using System.Net;
using System.Text.Json;
using ChatMcpServer.Hosting.Access;
using ChatSessions.Tests;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ChatMcpServer.Tests.Hosting.Access;

/// <summary>Tokens of an issuer: which are accepted, and why others are not.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private const string Audience = "https://chats.example.com/mcp";

    private readonly AccessServer server = new();
    private readonly FakeTimeProvider time = new();
    private TestIssuer issuer = null!;
    private RsaSecurityKey key = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        key = issuer.Rotate("key-1");
        server.Setup = server.Setup with { Tokens = new OidcTokens(issuer.Address, Audience, time) };
        await server.SaveAsync($"oidc:{issuer.Address}#user-1", Some.SessionText("ses-of-user-1", null, Some.UserInput("Why?")));
        await server.SaveAsync($"oidc:{issuer.Address}#user-2", Some.SessionText("ses-of-user-2", null, Some.UserInput("Why?")));
        await server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task The_subject_of_a_token_is_the_owner_of_what_is_answered()
    {
        foreach (var (user, other) in new[] { ("user-1", "user-2"), ("user-2", "user-1") })
        {
            var token = issuer.Token(key, Audience, claims => claims["sub"] = user);
            var list = (await server.AskAsync(Rpc.Call(1, "list_chat_sessions"), token)).GetRawText();
            Assert.Contains($"ses-of-{user}", list, StringComparison.Ordinal);
            Assert.DoesNotContain($"ses-of-{other}", list, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tokens_of_both_kinds_of_keys_are_accepted()
    {
        var curve = TestIssuer.MakeCurveKey("key-2");
        issuer.Publish(curve);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(issuer.Token(key, Audience)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(issuer.Token(curve, Audience, algorithm: "ES256")));
        Assert.Equal(
            HttpStatusCode.OK,
            await StatusAsync(issuer.Token(key, Audience, claims => claims["aud"] = new[] { "other", Audience }))
        );
    }

    [Fact]
    public async Task Without_a_token_the_issuer_is_named_to_whom_to_go()
    {
        using var response = await server.SendAsync(Rpc.Ping(1), token: null);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        using var document = await server.GetAsync("/.well-known/oauth-protected-resource/mcp");
        var servers = JsonElement.Parse(await document.Content.ReadAsStringAsync(Cancelled)).GetProperty("authorization_servers");

        Assert.Equal(issuer.Address, Assert.Single(servers.EnumerateArray()).GetString());
    }

    public static TheoryData<string> Bad =>
        [
            "expired",
            "expires never",
            "not yet valid",
            "another audience",
            "audience with a slash",
            "no audience",
            "another issuer",
            "issuer with a slash",
            "no issuer",
            "no subject",
            "long subject",
            "no signature",
            "algorithm none",
            "signed with the public key",
            "RS384",
            "another key of the same name",
            "another key",
            "changed",
            "nonsense",
            "long",
        ];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_token_that_is_not_for_this_server_now_is_refused(string what)
    {
        var now = TimeProvider.System.GetUtcNow();
        var good = issuer.Token(key, Audience);
        var bad = what switch
        {
            "expired" => With("exp", now.AddMinutes(-5).ToUnixTimeSeconds()),
            "expires never" => Without("exp"),
            "not yet valid" => With("nbf", now.AddMinutes(5).ToUnixTimeSeconds()),
            "another audience" => issuer.Token(key, "https://other.example.com/mcp"),
            "audience with a slash" => issuer.Token(key, Audience + "/"),
            "no audience" => Without("aud"),
            "another issuer" => With("iss", "https://issuer.example.com"),
            "issuer with a slash" => With("iss", issuer.Address + "/"),
            "no issuer" => Without("iss"),
            "no subject" => Without("sub"),
            "long subject" => With("sub", new string('x', 256)),
            "no signature" => good[..(good.LastIndexOf('.') + 1)],
            "algorithm none" => issuer.UnsignedToken(Audience),
            "signed with the public key" => issuer.TokenSignedByPublicKey(key, Audience),
            "RS384" => issuer.Token(key, Audience, algorithm: "RS384"),
            "another key of the same name" => issuer.Token(TestIssuer.MakeKey("key-1"), Audience),
            "another key" => issuer.Token(TestIssuer.MakeKey("key-9"), Audience),
            "changed" => Changed(good),
            "long" => new string('x', 20_000),
            _ => "nonsense",
        };

        using var response = await server.SendAsync(Rpc.Ping(1), bad);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var challenge = Assert.Single(response.Headers.GetValues("WWW-Authenticate"));
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(good));

        string With(string name, object value) => issuer.Token(key, Audience, claims => claims[name] = value);

        string Without(string name) => issuer.Token(key, Audience, claims => claims.Remove(name));

        static string Changed(string token)
        {
            var parts = token.Split('.');
            var claims = Base64UrlEncoder.Decode(parts[1]).Replace("user-1", "user-2", StringComparison.Ordinal);
            return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
        }
    }

    [Theory]
    [InlineData("openid", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("sessions:read", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("sessions:read sessions:search", HttpStatusCode.OK, HttpStatusCode.OK)]
    public async Task The_scopes_of_a_token_say_what_it_is_good_for(string scopes, HttpStatusCode list, HttpStatusCode search)
    {
        foreach (
            var token in new[]
            {
                issuer.Token(key, Audience, claims => claims["scope"] = scopes),
                issuer.Token(
                    key,
                    Audience,
                    claims =>
                    {
                        claims.Remove("scope");
                        claims["scp"] = scopes.Split(' ');
                    }
                ),
            }
        )
        {
            using var listed = await server.SendAsync(Rpc.Call(1, "list_chat_sessions"), token);
            using var searched = await server.SendAsync(Rpc.Call(1, "search_chat_sessions", """{"query":"why"}"""), token);
            Assert.Equal((list, search), (listed.StatusCode, searched.StatusCode));
        }
    }

    [Fact]
    public async Task After_the_issuers_keys_have_changed_new_tokens_are_accepted_and_old_ones_are_not()
    {
        var old = issuer.Token(key, Audience);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(old));

        for (var round = 2; round < 5; round++)
        {
            key = issuer.Rotate($"key-{round}");
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(issuer.Token(key, Audience)));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(old));
            time.Advance(OidcTokens.BetweenTries);
        }
    }

    [Fact]
    public async Task Tokens_with_made_up_keys_do_not_make_the_server_flood_the_issuer()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(issuer.Token(key, Audience)));
        var foreign = issuer.Token(TestIssuer.MakeKey("key-9"), Audience);

        for (var number = 0; number < 20; number++)
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(foreign));

        Assert.InRange(issuer.Fetched, 1, 2);
    }

    [Fact]
    public async Task While_the_issuer_does_not_answer_nobody_is_let_in_but_those_whose_keys_are_known()
    {
        issuer.IsSilent = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(issuer.Token(key, Audience)));
        using (var ready = await server.GetAsync("/readyz"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        issuer.IsSilent = false;
        time.Advance(OidcTokens.BetweenTries);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(issuer.Token(key, Audience)));

        issuer.IsSilent = true;
        time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(issuer.Token(key, Audience)));
    }

    [Fact]
    public async Task After_a_day_keys_are_fetched_again_and_nobody_waits_for_that()
    {
        var token = issuer.Token(key, Audience);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(token));
        key = issuer.Rotate("key-2");
        time.Advance(OidcTokens.RenewalAge);
        var gate = issuer.Gate = new();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(token));
        Assert.Equal(1, issuer.Fetched);
        gate.SetResult();

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await StatusAsync(token) != HttpStatusCode.Unauthorized)
            await Task.Delay(20, bound.Token);
        Assert.Equal(2, issuer.Fetched);
    }

    [Fact]
    public async Task An_issuer_that_names_itself_differently_is_not_believed()
    {
        issuer.Name = "https://issuer.example.com";

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(issuer.Token(key, Audience)));
    }

    [Fact]
    public async Task Keys_are_fetched_only_where_nobody_can_change_them_on_the_way()
    {
        issuer.KeysAddress = "http://keys.example.com/keys";

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(issuer.Token(key, Audience)));
    }

    [Theory]
    [InlineData("https://issuer.example.com", true)]
    [InlineData("https://issuer.example.com/team", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://issuer.example.com", false)]
    [InlineData("https://issuer.example.com?x", false)]
    [InlineData("https://user@issuer.example.com", false)]
    [InlineData("issuer.example.com", false)]
    public void An_issuer_is_an_https_address_but_on_this_machine(string address, bool isAllowed) =>
        Assert.Equal(isAllowed, OidcTokens.IsAllowed(address));

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using var response = await server.SendAsync(Rpc.Ping(1), token);
        return response.StatusCode;
    }
}
