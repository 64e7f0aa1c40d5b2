using System.Diagnostics;
using Npgsql;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>A PostgreSQL server on a socket in a folder. It ends after a while if the process that started it is killed.</summary>
/// <param name="folder">An empty folder; the server's files are in it.</param>
/// <param name="longest">After how many seconds the server ends by itself.</param>
/// <param name="settings">Of its configuration, such as <c>fsync=off</c>.</param>
public sealed class PostgresProcess(string folder, int longest, params string[] settings)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    private Process? server;

    /// <summary>The folder of the server's programs; null where it is not installed.</summary>
    public static string? Binaries { get; } = FindBinaries();

    /// <summary>The folder of the socket.</summary>
    public string Folder => folder;

    public bool IsRunning => server is not null;

    private string Data => Path.Combine(folder, "data");

    /// <summary>Makes the files of a server, and starts it.</summary>
    /// <param name="access">Lines of <c>pg_hba.conf</c>.</param>
    public async Task MakeAsync(string access, CancellationToken cancellationToken)
    {
        if (User is { } user)
            await RunAsync("", "chown", [user, folder], cancellationToken);
        await RunAsync(
            Binaries!,
            "initdb",
            ["-D", Data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
            cancellationToken
        );
        await File.WriteAllTextAsync(Path.Combine(Data, "pg_hba.conf"), access, cancellationToken);
        await StartAsync(cancellationToken);
    }

    /// <summary>Runs SQL as the superuser of a database.</summary>
    public async Task ExecuteAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"Host={folder};Username=postgres;Database={database};Pooling=False");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The major version of the server.</summary>
    public async Task<int> VersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"Host={folder};Username=postgres;Database=postgres;Pooling=False");
        await connection.OpenAsync(cancellationToken);
        return connection.PostgreSqlVersion.Major;
    }

    /// <summary>Ends the server as a failure of the machine would.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await RunAsync(Binaries!, "pg_ctl", ["-D", Data, "-m", "immediate", "-w", "stop"], cancellationToken);
        await server!.WaitForExitAsync(cancellationToken);
        server.Dispose();
        server = null;
    }

    /// <summary>Starts the server, also again.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        server = Start(
            "timeout",
            [
                "--kill-after=5",
                "--signal=INT",
                $"{longest}",
                .. AsUser(Path.Combine(Binaries!, "postgres")),
                "-D",
                Data,
                "-k",
                folder,
                .. ((string[])["listen_addresses=", .. settings]).SelectMany(setting => (string[])["-c", setting]),
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

    /// <summary>The user that the server runs as: it refuses root. Null for the one that runs this process.</summary>
    private static string? User =>
        Environment.UserName != "root" ? null
        : File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres"
        : "nobody";

    /// <summary>The command that runs a program as the user of the server.</summary>
    internal static string[] AsUser(string program) =>
        User is { } user ? ["setpriv", $"--reuid={user}", "--regid=nogroup", "--clear-groups", program] : [program];

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
