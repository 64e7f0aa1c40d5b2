using System.Diagnostics;
using System.Globalization;
using ChatSessions.Archive.Postgres;
using ChatSessions.Tests.Archive.Postgres;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>
/// A PostgreSQL server for the tests of one run, on a socket in a temporary folder. It is started when the first test needs it, and ends with the
/// run, or after a while if the run is killed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string Missing = "These tests need PostgreSQL. Install it with `apt-get install postgresql`.";

    /// <summary>A user whose password the server checks.</summary>
    public const string Locked = "locked";

    public const string Password = "tR0ub4dor-x7Kq";

    private const string Template = "archive";

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly string? binaries = FindBinaries();
    private string? folder;
    private Process? server;
    private int made;

    /// <summary>The folder of the socket.</summary>
    public string Folder => folder!;

    /// <summary>Makes an empty database with the tables of an archive, and returns its place. Skips the test where there is no PostgreSQL.</summary>
    public async Task<string> NewArchiveAsync(CancellationToken cancellationToken) =>
        await NewAsync($"template {Template}", cancellationToken);

    /// <summary>Makes an empty database, and returns its place. Skips the test where there is no PostgreSQL.</summary>
    public async Task<string> NewDatabaseAsync(CancellationToken cancellationToken) =>
        await NewAsync("template template0", cancellationToken);

    public string Place(string database, string user = "chat_mcp") => $"postgres://{user}@/{database}?host={folder}";

    /// <summary>Runs SQL as the superuser of a database.</summary>
    public async Task ExecuteAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"Host={folder};Username=postgres;Database={database};Pooling=False");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task DropAsync(string place, CancellationToken cancellationToken) =>
        ExecuteAsync("postgres", $"drop database if exists {PostgresPlace.Parse(place).Database} with (force)", cancellationToken);

    /// <summary>Ends the server as a failure of the machine would.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await RunAsync(binaries!, "pg_ctl", ["-D", Data, "-m", "immediate", "-w", "stop"], cancellationToken);
        await server!.WaitForExitAsync(cancellationToken);
        server.Dispose();
        server = null;
    }

    /// <summary>Starts the server again.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        server = Start(
            "timeout",
            [
                "--kill-after=5",
                "--signal=INT",
                "1800",
                .. AsUser(Path.Combine(binaries!, "postgres")),
                "-D",
                Data,
                "-k",
                folder!,
                .. Settings("listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=300"),
            ]
        );
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        var begun = Stopwatch.StartNew();
        while (true)
            try
            {
                await ExecuteAsync("postgres", "select 1", cancellationToken);
                return;
            }
            catch (NpgsqlException) when (begun.Elapsed < LongestStart && !server.HasExited)
            {
                await Task.Delay(50, cancellationToken);
            }
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await StopAsync(CancellationToken.None);
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
        starting.Dispose();
    }

    private string Data => Path.Combine(folder!, "data");

    private async Task<string> NewAsync(string template, CancellationToken cancellationToken)
    {
        if (binaries is null)
            Assert.Skip(Missing);
        await starting.WaitAsync(cancellationToken);
        try
        {
            if (server is null)
                await MakeAsync(cancellationToken);
        }
        finally
        {
            starting.Release();
        }
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref made)}");
        await ExecuteAsync("postgres", $"create database {name} {template} owner chat_mcp", cancellationToken);
        return Place(name);
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        folder = Directory.CreateTempSubdirectory("chat-pg-").FullName;
        if (User is { } user)
            await RunAsync("", "chown", [user, folder], cancellationToken);
        await RunAsync(
            binaries!,
            "initdb",
            ["-D", Data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
            cancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(Data, "pg_hba.conf"),
            $"local all {Locked} scram-sha-256\nlocal all all trust\n",
            cancellationToken
        );
        await StartAsync(cancellationToken);
        await ExecuteAsync("postgres", "create role chat_mcp login", cancellationToken);
        await ExecuteAsync("postgres", $"create role {Locked} login password '{Password}'", cancellationToken);
        await ExecuteAsync("postgres", $"create database {Template} template template0 owner chat_mcp", cancellationToken);
        using var archive = new Database(PostgresPlace.Parse(Place(Template)));
        await archive.MakeAsync(cancellationToken);
    }

    private static string? FindBinaries() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
                .MaxBy(folder => folder, StringComparer.Ordinal)
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    /// <summary>The user that the server runs as: it refuses root. Null for the one that runs the tests.</summary>
    private static string? User =>
        Environment.UserName != "root" ? null
        : File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres"
        : "nobody";

    private static string[] AsUser(string program) =>
        User is { } user ? ["setpriv", $"--reuid={user}", "--regid=nogroup", "--clear-groups", program] : [program];

    private static IEnumerable<string> Settings(params string[] settings) => settings.SelectMany(setting => (string[])["-c", setting]);

    private static async Task RunAsync(string folder, string program, string[] arguments, CancellationToken cancellationToken)
    {
        string[] command = folder.Length == 0 ? [program] : AsUser(Path.Combine(folder, program));
        using var process = Start(command[0], [.. command[1..], .. arguments]);
        var said = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {await said}");
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                WorkingDirectory = Path.GetTempPath(),
            }
        )!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
