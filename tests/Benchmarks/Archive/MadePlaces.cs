using ChatSessions.Tests.Archive.Postgres;
using Npgsql;

namespace Benchmarks.Archive;

/// <summary>Where made archives are. One has another name until it is whole: one that was broken off would be taken for it.</summary>
internal interface IMadePlaces
{
    /// <summary>The archive of so many sessions, or null.</summary>
    Task<string?> FindAsync(int count);

    /// <summary>An empty place to make one in; earlier ones are deleted.</summary>
    Task<string> BeginAsync(int count);

    /// <summary>It is whole.</summary>
    /// <returns>Its size in bytes.</returns>
    Task<long> FinishAsync(int count);

    Task EndAsync();
}

/// <summary>Files of a folder.</summary>
internal sealed class MadeFiles(string folder) : IMadePlaces
{
    public Task<string?> FindAsync(int count) => Task.FromResult(File.Exists(PathOf(count)) ? PathOf(count) : null);

    public Task<string> BeginAsync(int count)
    {
        foreach (var file in Directory.GetFiles(folder, $"{count}.db*"))
            File.Delete(file);
        return Task.FromResult(Part(count));
    }

    public Task<long> FinishAsync(int count)
    {
        foreach (var file in Directory.GetFiles(folder, Path.GetFileName(Part(count)) + "*"))
            File.Move(file, file.Replace(".db.part", ".db", StringComparison.Ordinal));
        return Task.FromResult(new FileInfo(PathOf(count)).Length);
    }

    public Task EndAsync() => Task.CompletedTask;

    private string PathOf(int count) => Path.Combine(folder, $"{count}.db");

    private string Part(int count) => PathOf(count) + ".part";
}

/// <summary>Databases of a PostgreSQL server that is started for them, with files in a folder.</summary>
internal sealed class MadeDatabases(string folder) : IMadePlaces
{
    private const int LongestRun = 4 * 3_600;

    /// <summary>As for a small machine; the rest, such as syncing, is the default.</summary>
    private readonly PostgresProcess server = new(
        Directory.CreateDirectory(Path.Combine(folder, "postgres")).FullName,
        LongestRun,
        "shared_buffers=1GB",
        "max_wal_size=4GB",
        "maintenance_work_mem=256MB",
        "max_connections=300"
    );

    public async Task<string?> FindAsync(int count)
    {
        await StartAsync();
        return (long)(await ScalarAsync($"select count(*) from pg_database where datname = '{Name(count)}'"))! > 0
            ? Place(Name(count))
            : null;
    }

    public async Task<string> BeginAsync(int count)
    {
        await StartAsync();
        foreach (var name in (string[])[Name(count), Part(count)])
            await server.ExecuteAsync("postgres", $"drop database if exists {name} with (force)", CancellationToken.None);
        await server.ExecuteAsync("postgres", $"create database {Part(count)} template template0 owner chats", CancellationToken.None);
        return Place(Part(count));
    }

    public async Task<long> FinishAsync(int count)
    {
        NpgsqlConnection.ClearAllPools();
        await server.ExecuteAsync(Part(count), "vacuum analyze", CancellationToken.None);
        await server.ExecuteAsync("postgres", $"alter database {Part(count)} rename to {Name(count)}", CancellationToken.None);
        await server.ExecuteAsync("postgres", "checkpoint", CancellationToken.None);
        return (long)(await ScalarAsync($"select pg_database_size('{Name(count)}')"))!;
    }

    public async Task EndAsync()
    {
        if (server.IsRunning)
            await server.StopAsync(CancellationToken.None);
    }

    /// <summary>The processor time of all processes of PostgreSQL on this machine, with those that have ended: their parent has it then.</summary>
    public static TimeSpan ProcessorTime()
    {
        const int ticksASecond = 100;
        var ticks = 0L;
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                if (stat.Contains("(postgres)", StringComparison.Ordinal))
                    ticks += stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(long.Parse);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        return TimeSpan.FromSeconds(ticks / (double)ticksASecond);
    }

    public Task ExecuteAsync(string sql) => server.ExecuteAsync("postgres", sql, CancellationToken.None);

    private async Task StartAsync()
    {
        if (server.IsRunning)
            return;
        if (PostgresProcess.Binaries is null)
            throw new InvalidOperationException("PostgreSQL is not installed. Install it with `apt-get install postgresql`.");
        if (Directory.Exists(Path.Combine(server.Folder, "data")))
            await server.StartAsync(CancellationToken.None);
        else
        {
            // The server may run as another user, who has to reach its own folder in this one.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            await server.MakeAsync("local all all trust\n", CancellationToken.None);
            await server.ExecuteAsync("postgres", "create role chats login", CancellationToken.None);
        }
    }

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"Host={server.Folder};Username=postgres;Database=postgres;Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static string Name(int count) => $"made_{count}";

    public static string Part(int count) => $"part_{count}";

    private string Place(string name) => $"postgres://chats@/{name}?host={server.Folder}";
}
