using System.Diagnostics;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>
/// PgBouncer in transaction mode before a server: two connections to a database, whatever the number of clients. Its socket is in the folder of
/// the server's.
/// </summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    public const string Missing = "These tests need PgBouncer. Install it with `apt-get install pgbouncer`.";

    public const int Port = 6432;

    /// <summary>What it asks clients for; the server itself does not.</summary>
    public const string Password = "b0uncer-pw";

    private const int LongestRun = 600;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    private readonly string folder;
    private readonly Process process;

    private PgBouncer(string folder, Process process) => (this.folder, this.process) = (folder, process);

    /// <summary>The program; null where it is not installed.</summary>
    public static string? Program { get; } =
        ((string[])[.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin"])
            .Select(folder => Path.Combine(folder, "pgbouncer"))
            .FirstOrDefault(File.Exists);

    /// <param name="server">The folder of the server's socket.</param>
    /// <param name="database">The only one that clients get.</param>
    /// <param name="user">The user of the clients.</param>
    public static async Task<PgBouncer> StartAsync(string server, string database, string user, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("chat-bouncer-").FullName;
        var (configuration, users) = (Path.Combine(folder, "pgbouncer.ini"), Path.Combine(folder, "users.txt"));
        await File.WriteAllTextAsync(users, $"\"{user}\" \"{Password}\"\n", cancellationToken);
        await File.WriteAllTextAsync(
            configuration,
            $"""
            [databases]
            {database} = host={server}

            [pgbouncer]
            unix_socket_dir = {server}
            listen_port = {Port}
            auth_type = scram-sha-256
            auth_file = {users}
            pool_mode = transaction
            default_pool_size = 2
            max_client_conn = 100
            """,
            cancellationToken
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(server) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var command = PostgresProcess.AsUser(Program!);
        var start = new ProcessStartInfo("timeout", ["--kill-after=5", $"{LongestRun}", .. command, configuration])
        {
            RedirectStandardError = true,
        };
        var bouncer = new PgBouncer(folder, Process.Start(start)!);
        var said = bouncer.process.StandardError.ReadToEndAsync(CancellationToken.None);
        var begun = Stopwatch.StartNew();
        while (!File.Exists(Path.Combine(server, $".s.PGSQL.{Port}")))
        {
            if (bouncer.process.HasExited || begun.Elapsed > LongestStart)
            {
                await bouncer.DisposeAsync();
                throw new InvalidOperationException($"PgBouncer did not start: {await said}");
            }
            await Task.Delay(20, cancellationToken);
        }
        return bouncer;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var end = Process.Start("kill", $"-TERM {process.Id}");
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
