using System.CommandLine;
using System.Net;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatSessions;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>The options of <c>serve --http</c>.</summary>
/// <param name="environment">Returns the value of a variable; null if it is not set.</param>
/// <param name="variables">All variables.</param>
internal sealed class HttpFlags(Func<string, string?> environment, IReadOnlyCollection<KeyValuePair<string, string>> variables)
{
    private const string PasswordVariable = "CHAT_MCP_TLS_PASSWORD";
    private const string TokensPrefix = "tokens";
    private const string OidcPrefix = "oidc:";
    private const int MostPerMinute = 1_000_000;
    private const int MostDrainSeconds = 3_600;

    private readonly Option<string> auth = Flags.Text(
        "--auth",
        "HOW",
        "Who may ask: those with a token that `auth add` made (tokens, or tokens:FILE), or that an issuer made (oidc:ISSUER)"
    );

    private readonly Option<string> audience = Flags.Text("--audience", "URL", "With oidc:ISSUER: the audience of tokens for this server");

    private readonly Option<string> callers = Flags.Text(
        "--callers",
        "FILE",
        "A JSON file with the LlamaCloud keys of callers, and the groups that share sessions"
    );

    private readonly Option<string> tls = Flags.Text(
        "--tls",
        "CERT[,KEY]",
        $"Serve https with this certificate: PEM, or PFX with its password in {PasswordVariable}"
    );

    private readonly Option<string[]> proxies = new("--behind-proxy")
    {
        HelpName = "CIDR",
        Description = "Addresses of proxies that encrypt for this server, such as 10.0.0.0/8; may be repeated",
    };

    private readonly Option<string[]> publicUrls = new("--public-url")
    {
        HelpName = "URL",
        Description = "The address by which clients reach the server, such as https://chats.example.com; may be repeated",
    };

    private readonly Option<string> rate = Flags.Text(
        "--caller-rate",
        "N",
        $"The most requests of a caller a minute, with --auth. Default: {CallerLimits.DefaultRequestsPerMinute}"
    );

    private readonly Option<string> atOnce = Flags.Text(
        "--caller-requests",
        "N",
        $"The most requests of a caller to work on at the same time, with --auth. Default: {CallerLimits.DefaultAtOnce}"
    );

    private readonly Option<string> retention = Flags.Text(
        "--retention",
        "DAYS",
        "Delete archived sessions that were last updated so long ago, such as 90d, now and every hour; the file of --callers may say it for each. "
            + "Default: never"
    );

    private readonly Option<string> drain = Flags.Text(
        "--drain-seconds",
        "N",
        "How long to go on after the signal to stop, while /readyz says 503. Default: 0"
    );

    private readonly Option<string> logFormat = Flags.Text(
        "--log-format",
        "FORMAT",
        "What log lines look like: text or json. Default: text"
    );

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [.. OfHttp, logFormat];

    private IReadOnlyList<Option> OfHttp => [auth, audience, callers, tls, proxies, publicUrls, rate, atOnce, retention, drain];

    /// <summary>Whether callers bring keys of their own.</summary>
    public bool HasCallers(ParseResult flags) => flags.GetValue(auth) is not null;

    /// <exception cref="ChatSessionException">It is another word.</exception>
    public LogFormat LogFormat(ParseResult flags) =>
        Flags.ReadWord(flags, logFormat, ("text", Hosting.LogFormat.Text), ("json", Hosting.LogFormat.Json)) ?? Hosting.LogFormat.Text;

    /// <summary>Refuses options that have no effect over stdio.</summary>
    /// <exception cref="ChatSessionException">Names the first of them.</exception>
    public void RefuseWithoutHttp(ParseResult flags)
    {
        if (OfHttp.FirstOrDefault(option => flags.GetResult(option) is { Implicit: false }) is { } given)
            throw Invalid($"{given.Name} is for HTTP. Add --http, or leave it out.");
    }

    /// <summary>Reads the options, and opens the files that they name.</summary>
    /// <exception cref="ChatSessionException">An option or a file is invalid, or options are missing.</exception>
    public HttpSetup Read(ParseResult flags, IPEndPoint address, LogLevel logLevel)
    {
        var tokens = Tokens(flags);
        if (tokens is null)
            foreach (var option in (Option[])[audience, callers, rate, atOnce])
                if (flags.GetResult(option) is { Implicit: false })
                    throw Invalid(
                        $"{option.Name} needs --auth, by which the server knows its callers. Add --auth tokens:FILE or --auth oidc:ISSUER."
                    );
        var certificate = Certificate(flags);
        var setup = new HttpSetup(address)
        {
            LogLevel = logLevel,
            LogFormat = LogFormat(flags),
            Tokens = tokens,
            Callers = flags.GetValue(callers) is { } path ? new CallersFile(path, environment) : null,
            Tls = certificate,
            Proxies = [.. (flags.GetValue(proxies) ?? []).Select(Proxy)],
            PublicUrls = [.. (flags.GetValue(publicUrls) ?? []).Select(PublicUrl)],
            Limits = new(
                Number(flags, rate, MostPerMinute) ?? CallerLimits.DefaultRequestsPerMinute,
                Number(flags, atOnce, Mcp.RequestTurns.LargestMost) ?? CallerLimits.DefaultAtOnce
            ),
            Telemetry = Telemetry.Read(variables),
            Retention = flags.GetValue(retention) is { } days ? Days.Parse(retention.Name, days) : null,
            Drain = TimeSpan.FromSeconds(
                flags.GetValue(drain) is { } seconds ? Numbers.Parse(drain.Name, seconds, 0, MostDrainSeconds) : 0
            ),
        };
        setup.Validate();
        // What is wrong with the files is said before the server listens.
        if (tokens is FileTokens)
            tokens.CheckReadyAsync(CancellationToken.None).GetAwaiter().GetResult();
        certificate?.Get();
        return setup;
    }

    /// <summary>
    /// What the sessions come from if callers are known. The configured key is the local user's: nobody else reads with it. Keys of callers
    /// are hidden in what is recorded.
    /// </summary>
    /// <param name="options">Those of the local user.</param>
    /// <exception cref="ChatSessionException">An option or the file of callers is invalid.</exception>
    public static ChatSessionsOptions ForCallers(HttpSetup setup, ChatSessionsOptions options, ParseResult flags, GlobalOptions global)
    {
        if (setup.Retention is not null && options.ArchivePath is null)
            throw Invalid("--retention is for an archive, and it is turned off. Pass --archive PATH, or leave --retention out.");
        if (setup.Tokens is null)
            return options;
        var keys = setup.Callers?.Keys ?? [];
        options.LlamaCloud = (options.LlamaCloud ?? global.LlamaCloud.WithoutKey(flags)) with { ApiKey = null };
        options.LlamaCloud.Validate();
        options.Notice = null;
        options.Secrets = global.Secrets(flags, keys);
        if (options.SessionPaths.Count > 0 && setup.Callers?.SharesLocal != true)
            throw Invalid(
                "Nobody could read the files of --sessions: they belong to the user of this machine. Write \"local\": true for those who may into --callers FILE, "
                    + "import the files for a group with `import PATH --owner group:NAME`, or leave --sessions out."
            );
        return options;
    }

    private ITokenCheck? Tokens(ParseResult flags)
    {
        if (flags.GetValue(auth) is not { } how)
            return null;
        if (how is TokensPrefix || how.StartsWith(TokensPrefix + ":", StringComparison.Ordinal))
        {
            if (flags.GetValue(audience) is not null)
                throw Invalid("--audience is for --auth oidc:ISSUER. Leave it out.");
            var path = how.Length > TokensPrefix.Length + 1 ? how[(TokensPrefix.Length + 1)..] : AuthVerb.DefaultFile;
            if (Directory.Exists(path))
                throw Invalid($"{SecretFile.Shown(path)} of --auth is a folder. Name the file of the tokens in it.");
            return File.Exists(path)
                ? new FileTokens(path, TimeProvider.System)
                : throw Invalid(
                    $"No tokens at {SecretFile.Shown(path)}. Make one with `chat-mcp-server auth add NAME --auth-file {SecretFile.Shown(path)}`."
                );
        }
        if (!how.StartsWith(OidcPrefix, StringComparison.Ordinal))
            throw Invalid($"Invalid --auth '{how}'. Use tokens, tokens:FILE or oidc:ISSUER.");
        var issuer = how[OidcPrefix.Length..];
        if (!OidcTokens.IsAllowed(issuer))
            throw Invalid(
                $"Invalid issuer '{issuer}'. Pass an https address without query or fragment, exactly as the issuer names itself."
            );
        return flags.GetValue(audience) is { Length: > 0 } forUs
            ? new OidcTokens(issuer, forUs, TimeProvider.System)
            : throw Invalid("--auth oidc:ISSUER needs --audience URL: the audience that the issuer writes into tokens for this server.");
    }

    private TlsCertificate? Certificate(ParseResult flags)
    {
        if (flags.GetValue(tls) is not { } given)
            return null;
        var comma = given.IndexOf(',');
        return comma < 0
            ? new(given, keyPath: null, environment(PasswordVariable))
            : new(given[..comma], given[(comma + 1)..], environment(PasswordVariable));
    }

    private IPNetwork Proxy(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
        : throw Invalid($"Invalid {proxies.Name} '{text}'. Use addresses such as 10.0.0.0/8, or one such as 10.0.0.7.");

    private Uri PublicUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url.PathAndQuery == "/"
        && (url.Fragment + url.UserInfo).Length == 0
            ? url
            : throw Invalid($"Invalid {publicUrls.Name} '{text}'. Use scheme, host and port only, such as https://chats.example.com.");

    private static int? Number(ParseResult flags, Option<string> option, int most) =>
        flags.GetValue(option) is { } text ? Numbers.Parse(option.Name, text, 1, most) : null;

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
