using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using ChatSessions.Model;
using Npgsql;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Where a PostgreSQL archive is: a URL, or <c>Host=…;Database=…</c>. What it shows of itself has no password. A password that is not in it is
/// taken from PGPASSWORD, or from the file that <c>passfile</c> or PGPASSFILE names, or from ~/.pgpass.
/// </summary>
internal sealed partial class PostgresPlace
{
    /// <summary>How long to wait for the server, in seconds.</summary>
    private const int ConnectSeconds = 10;

    /// <summary>How long one statement may take that somebody waits for, in seconds.</summary>
    private const int CommandSeconds = 60;

    /// <summary>How long one statement of maintenance may take, in seconds: to check, compact or migrate a large archive takes minutes.</summary>
    private const int LongestSeconds = 1_800;

    private const string MarkInPassword = "it has a ? before the @; in a password, write ? as %3F";

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

    /// <summary>The file that passwords are read from, unless it is ~/.pgpass, which may be missing; null if none is named.</summary>
    public string? PasswordFile =>
        builder.Passfile ?? (Environment.GetEnvironmentVariable("PGPASSFILE") is { Length: > 0 } file ? file : null);

    public string User => builder.Username ?? "";

    /// <summary>The server's address, or the folder of its socket.</summary>
    public string Server => Host.StartsWith('/') ? Host : string.Create(CultureInfo.InvariantCulture, $"{Host}:{builder.Port}");

    /// <summary>Whether a text is the place of a PostgreSQL archive, or meant as one, and not of a file.</summary>
    public static bool IsOne(string place)
    {
        var pairs = place.Split(';');
        return IsAlmostUrl().IsMatch(place)
            || pairs.Any(pair => IsOf(pair, "Host"))
            || pairs.Length > 1 && pairs.Any(pair => IsOf(pair, "Database"));

        static bool IsOf(string pair, string name) =>
            pair.Split('=', 2) is [var key, _] && key.Trim().Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <exception cref="ChatSessionException">The place is invalid. The message does not have it, since it may have a password.</exception>
    public static PostgresPlace Parse(string place)
    {
        try
        {
            var builder =
                Schemes.Any(scheme => place.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) ? OfUrl(place)
                : IsAlmostUrl().IsMatch(place) ? throw Invalid("it begins with postgres, but not with postgres://")
                : OfPairs(place);
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
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw Invalid("it cannot be read");
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
            var colon = server.LastIndexOf(':');
            var isPort = colon >= 0 && server.IndexOf(']') < colon;
            builder.Host = Uri.UnescapeDataString(isPort ? server[..colon] : server).Trim('[', ']');
            if (isPort)
                builder.Port = Port(server[(colon + 1)..], query);
        }
        if (path.Length > 0)
            builder.Database = Uri.UnescapeDataString(path);
        var settings = query.Split('&', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (number, setting) in settings.Index())
        {
            var (name, value) = setting.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : (setting, "");
            if (!Settings.TryGetValue(name, out var own))
                throw query.Contains('@') ? Invalid(MarkInPassword)
                : IsOfPassword(settings[..number], before => Settings.GetValueOrDefault(before))
                    ? Invalid("what follows the password is no setting; in a password, write & as %26")
                : Invalid($"it has a setting '{name}', which there is not. There are {string.Join(", ", Settings.Keys)}");
            // Npgsql writes verify-full and read-write without the hyphen.
            Set(builder, name, own, name.ToLowerInvariant() is "sslmode" or "channel_binding" ? value.Replace("-", "") : value);
        }
        return builder;
    }

    private static int Port(string text, string query) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536 ? port
        : query.Contains('@') ? throw Invalid(MarkInPassword)
        : throw Invalid("its port is not a number from 1 to 65535; in a password, write / as %2F, and : as %3A");

    private static NpgsqlConnectionStringBuilder OfPairs(string place)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var pairs = new DbConnectionStringBuilder { ConnectionString = place };
        foreach (string name in pairs.Keys)
        {
            // It is true of every setting that there is.
            if (!builder.ContainsKey(name))
                throw IsOfPassword(
                    place.Split(';').TakeWhile(pair => !pair.Split('=')[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase)),
                    before => builder.ContainsKey(before) ? before : null
                )
                    ? Invalid("what follows the password is no setting; put a password with ; in it between double quotes")
                    : Invalid($"it has a setting '{name}', which there is not");
            Set(builder, name, name, pairs[name]);
        }
        return builder;
    }

    /// <summary>Whether what follows some settings may be the rest of a password, which must not be shown.</summary>
    /// <param name="known">Returns the name by which Npgsql knows a setting; null if there is no such setting.</param>
    private static bool IsOfPassword(IEnumerable<string> before, Func<string, string?> known) =>
        before.Select(setting => known(setting.Split('=')[0].Trim())).LastOrDefault(name => name is not null) is { } last
        && (last.Contains("password", StringComparison.OrdinalIgnoreCase) || last.ToLowerInvariant() is "psw" or "pwd");

    private static void Set(NpgsqlConnectionStringBuilder builder, string name, string own, object value)
    {
        try
        {
            builder[own] = value;
        }
        // The reason that Npgsql gives may repeat the value.
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            throw Invalid($"its setting '{name}' has an invalid value");
        }
    }

    /// <summary>Finds addresses, also those with a slip at their start, which would be the paths of files.</summary>
    [GeneratedRegex("^postgres(ql)?(:|//)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IsAlmostUrl();

    private static ChatSessionException Invalid(string why) =>
        new(
            ChatSessionError.InvalidArgument,
            $"Invalid place of a PostgreSQL archive: {why}. Pass postgres://USER@HOST:PORT/DATABASE, or Host=HOST;Database=DATABASE;Username=USER."
        );
}
