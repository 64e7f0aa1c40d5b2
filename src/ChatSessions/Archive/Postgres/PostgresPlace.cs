using System.Globalization;
using ChatSessions.Model;
using Npgsql;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Where a PostgreSQL archive is: a URL, or <c>Host=…;Database=…</c>. What it shows of itself has no password. A password that is not in it is
/// taken from PGPASSWORD, or from the file that <c>passfile</c> or PGPASSFILE names, or from ~/.pgpass.
/// </summary>
internal sealed class PostgresPlace
{
    /// <summary>How long to wait for the server, in seconds.</summary>
    private const int ConnectSeconds = 10;

    /// <summary>How long one statement may take that somebody waits for, in seconds.</summary>
    private const int CommandSeconds = 60;

    /// <summary>How long one statement of maintenance may take, in seconds: to check, compact or migrate a large archive takes minutes.</summary>
    private const int LongestSeconds = 1_800;

    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    /// <summary>What a URL may say after <c>?</c>, as other programs name it, and Npgsql's names.</summary>
    private static readonly Dictionary<string, string> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslnegotiation"] = "SSL Negotiation",
        ["channel_binding"] = "Channel Binding",
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["target_session_attrs"] = "Target Session Attributes",
        ["options"] = "Options",
        ["max_pool_size"] = "Maximum Pool Size",
    };

    private readonly NpgsqlConnectionStringBuilder builder;

    private PostgresPlace(NpgsqlConnectionStringBuilder builder, int maintenanceSeconds) =>
        (this.builder, MaintenanceSeconds) = (builder, maintenanceSeconds);

    /// <summary>How to connect. It may have a password: never to be shown.</summary>
    internal string ConnectionString => builder.ConnectionString;

    /// <summary>How long one statement may take, in seconds; 0 for as long as it takes.</summary>
    public int Seconds => builder.CommandTimeout;

    /// <summary>How long one statement of maintenance may take, in seconds; 0 for as long as it takes.</summary>
    public int MaintenanceSeconds { get; }

    public string Host => builder.Host ?? "";

    public string Database => builder.Database ?? builder.Username ?? "";

    public bool HasPassword => !string.IsNullOrEmpty(builder.Password);

    public string User => builder.Username ?? "";

    /// <summary>The server's address, or the folder of its socket.</summary>
    public string Server => Host.StartsWith('/') ? Host : string.Create(CultureInfo.InvariantCulture, $"{Host}:{builder.Port}");

    /// <summary>Whether a text is the place of a PostgreSQL archive, and not of a file.</summary>
    public static bool IsOne(string place) =>
        Schemes.Any(scheme => place.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        || place
            .Split(';')
            .Any(part => part.Split('=', 2) is [var key, _] && key.Trim().Equals("Host", StringComparison.OrdinalIgnoreCase));

    /// <exception cref="ChatSessionException">The place is invalid. The message does not have it, since it may have a password.</exception>
    public static PostgresPlace Parse(string place)
    {
        try
        {
            var builder = Schemes.Any(scheme => place.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                ? OfUrl(place)
                : new NpgsqlConnectionStringBuilder(place);
            if (string.IsNullOrEmpty(builder.Host))
                throw Invalid("it names no host");
            if (string.IsNullOrEmpty(builder.Username))
                builder.Username = Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName;
            // ContainsKey is true of every setting that there is.
            HashSet<string> said = [.. builder.Keys];
            if (!said.Contains("Timeout"))
                builder.Timeout = ConnectSeconds;
            var isOwn = said.Contains("Command Timeout");
            if (!isOwn)
                builder.CommandTimeout = CommandSeconds;
            builder.ApplicationName ??= "chat-mcp-server";
            // Nothing outlives a transaction in a session of the server, so that a pool of them may stand between: PgBouncer.
            builder.NoResetOnClose = true;
            // A server that is gone without a word is noticed.
            builder.TcpKeepAlive = true;
            builder.MaxAutoPrepare = 0;
            builder.Multiplexing = false;
            builder.Enlist = false;
            builder.PersistSecurityInfo = false;
            builder.IncludeErrorDetail = false;
            builder.GssEncryptionMode = GssEncryptionMode.Disable;
            return new(builder, isOwn ? builder.CommandTimeout : LongestSeconds);
        }
        // The reason that Npgsql gives may repeat a part of the place.
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or KeyNotFoundException)
        {
            throw Invalid("it has a setting that is unknown or has an invalid value");
        }
    }

    /// <summary>The connections to it.</summary>
    /// <param name="change">Sets what is different for these connections.</param>
    public NpgsqlDataSource Source(Action<NpgsqlConnectionStringBuilder>? change = null)
    {
        var made = new NpgsqlSlimDataSourceBuilder(ConnectionString);
        change?.Invoke(made.ConnectionStringBuilder);
        made.EnableArrays();
        made.EnableTransportSecurity();
        return made.Build();
    }

    /// <summary>The place without its password.</summary>
    public override string ToString() =>
        Host.StartsWith('/') ? $"postgres://{User}@/{Database}?host={Host}" : $"postgres://{User}@{Server}/{Database}";

    private static NpgsqlConnectionStringBuilder OfUrl(string place)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var rest = place[(place.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (before, query) = rest.IndexOf('?') is var mark and >= 0 ? (rest[..mark], rest[(mark + 1)..]) : (rest, "");
        var (server, path) = before.IndexOf('/') is var slash and >= 0 ? (before[..slash], before[(slash + 1)..]) : (before, "");
        if (server.LastIndexOf('@') is var at and >= 0)
        {
            var who = server[..at].Split(':', 2);
            builder.Username = Uri.UnescapeDataString(who[0]);
            if (who is [_, var password])
                builder.Password = Uri.UnescapeDataString(password);
            server = server[(at + 1)..];
        }
        if (server.Length > 0)
        {
            var isPort = server.LastIndexOf(':') is var colon and >= 0 && server.IndexOf(']') < colon;
            builder.Host = Uri.UnescapeDataString(isPort ? server[..server.LastIndexOf(':')] : server).Trim('[', ']');
            if (isPort)
                builder.Port = int.Parse(server[(server.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
        }
        if (path.Length > 0)
            builder.Database = Uri.UnescapeDataString(path);
        foreach (var setting in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = setting.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : (setting, "");
            // Npgsql writes verify-full and read-write without the hyphen.
            builder[Settings[name]] = name.ToLowerInvariant() is "sslmode" or "channel_binding" ? value.Replace("-", "") : value;
        }
        return builder;
    }

    private static ChatSessionException Invalid(string why) =>
        new(
            ChatSessionError.InvalidArgument,
            $"Invalid place of a PostgreSQL archive: {why}. Pass postgres://USER@HOST:PORT/DATABASE, or Host=HOST;Database=DATABASE;Username=USER."
        );
}
