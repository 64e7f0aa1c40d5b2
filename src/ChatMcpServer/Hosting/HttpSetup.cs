using System.Net;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Mcp;
using ChatSessions.Model;

namespace ChatMcpServer.Hosting;

/// <summary>Where the HTTP host listens, for whom, and how much each may ask.</summary>
/// <param name="Address">See <see cref="ListenAddress"/>.</param>
public sealed record HttpSetup(IPEndPoint Address)
{
    /// <summary>The lowest level to log to standard error.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    public LogFormat LogFormat { get; init; }

    /// <summary>Checks tokens; null to answer everybody on this machine.</summary>
    internal ITokenCheck? Tokens { get; init; }

    /// <summary>What is known of callers; null for nothing.</summary>
    internal CallersFile? Callers { get; init; }

    /// <summary>The certificate of the server; null for plain http.</summary>
    internal TlsCertificate? Tls { get; init; }

    /// <summary>The addresses of proxies, whose headers say who asks.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>The addresses by which clients reach the server: scheme, host and port.</summary>
    public IReadOnlyList<Uri> PublicUrls { get; init; } = [];

    /// <summary>How much each caller may ask, if callers are known.</summary>
    public CallerLimits Limits { get; init; } = new();

    /// <summary>How long sessions of owners for whom <see cref="Callers"/> says nothing are kept in the archive; null for always.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>How long the server goes on after it is asked to stop, while it says that it is not ready.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>OpenTelemetry's variables; empty to send nothing. See <see cref="Hosting.Telemetry.Read"/>.</summary>
    internal IReadOnlyDictionary<string, string?> Telemetry { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether other machines can reach the server.</summary>
    public bool IsReachable => !IPAddress.IsLoopback(Address.Address);

    /// <summary>Writes who read what, and what was deleted, to the log, whatever its level is.</summary>
    internal Audit AuditTo(LogLines log) => new(entry => log.Write(LogLine.Of(LogFormat, entry)));

    /// <summary>Checks that others can reach the server only if it knows who asks, and nobody can listen on the way.</summary>
    /// <exception cref="ChatSessionException">Names the options to add.</exception>
    public void Validate()
    {
        if (!IsReachable)
            return;
        string?[] missing =
        [
            Tokens is null ? "--auth tokens:FILE or --auth oidc:ISSUER" : null,
            Tls is null && Proxies.Count == 0 ? "--tls CERT or --behind-proxy CIDR" : null,
            PublicUrls.Count == 0 ? "--public-url URL" : null,
        ];
        if (missing.Any(option => option is not null))
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Other machines can reach '{Address}'{(Tokens is null ? ", and the server has no authentication" : "")}. "
                    + $"Add {string.Join(", and ", missing.OfType<string>())}, or use a loopback address such as {ListenAddress.Default}."
            );
    }
}

/// <summary>How much one caller may ask.</summary>
/// <param name="RequestsPerMinute">Requests a minute; a part of them may come at once, see <see cref="InARow"/>.</param>
/// <param name="AtOnce">Requests that are answered at the same time. More wait.</param>
public sealed record CallerLimits(int RequestsPerMinute = CallerLimits.DefaultRequestsPerMinute, int AtOnce = CallerLimits.DefaultAtOnce)
{
    public const int DefaultRequestsPerMinute = 600;

    /// <summary>How many requests may come at once after a silence: a tenth of those of a minute, but 60 if that is less, and never more than a minute has.</summary>
    public int InARow => Math.Min(RequestsPerMinute, Math.Max(60, RequestsPerMinute / 10));

    /// <summary>Few: what is computed for one caller takes the processors from all others.</summary>
    public const int DefaultAtOnce = 4;

    /// <summary>How many requests of a caller wait. More are refused.</summary>
    public const int MostWaiting = 100;

    /// <summary>How many requests of a caller may wait for updates: they take no processor.</summary>
    public const int MostListening = 20;
}
