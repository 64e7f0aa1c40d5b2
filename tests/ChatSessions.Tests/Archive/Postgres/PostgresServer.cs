using System.Collections.Concurrent;
using System.Globalization;
using ChatSessions.Archive.Postgres;
using ChatSessions.Tests.Archive.Postgres;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>
/// The PostgreSQL server of the tests of one run, on a socket in a temporary folder. It is started when the first test needs it, and ends with
/// the run.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string Missing = "These tests need PostgreSQL. Install it with `apt-get install postgresql`.";

    /// <summary>A user whose password the server checks.</summary>
    public const string Locked = "locked";

    public const string Password = "tR0ub4dor-x7Kq";

    private const string Template = "archive";
    private const int LongestRun = 1_800;

    /// <summary>Takes everything out of an archive. What PostgreSQL makes of a database takes ten times as long.</summary>
    private const string Empty = """
        delete from chat_mcp.session; delete from chat_mcp.original; delete from chat_mcp.word; delete from chat_mcp.imported;
        delete from chat_mcp.deleted; delete from chat_mcp.owner; delete from chat_mcp.setting where name <> 'format';
        alter sequence chat_mcp.number restart; alter sequence chat_mcp.original_number restart;
        alter table chat_mcp.owner alter no restart
        """;

    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly ConcurrentBag<string> emptied = [];
    private PostgresProcess? server;
    private string copying = "";
    private int made;

    /// <summary>The folder of the socket.</summary>
    public string Folder => server!.Folder;

    /// <summary>Makes an empty database with the tables of an archive, and returns its place. Skips the test where there is no PostgreSQL.</summary>
    public async Task<string> NewArchiveAsync(CancellationToken cancellationToken) =>
        emptied.TryTake(out var place) ? place : await NewAsync($"template {Template}", cancellationToken);

    /// <summary>Gives an archive back, of which only the rows were changed, for another test.</summary>
    public async Task ReturnAsync(string place, CancellationToken cancellationToken)
    {
        await ExecuteAsync(PostgresPlace.Parse(place).Database, Empty, cancellationToken);
        emptied.Add(place);
    }

    /// <summary>Makes an empty database, and returns its place. Skips the test where there is no PostgreSQL.</summary>
    public async Task<string> NewDatabaseAsync(CancellationToken cancellationToken) =>
        await NewAsync("template template0", cancellationToken);

    public string Place(string database, string user = "chat_mcp") => $"postgres://{user}@/{database}?host={Folder}";

    /// <summary>Runs SQL as the superuser of a database.</summary>
    public Task ExecuteAsync(string database, string sql, CancellationToken cancellationToken) =>
        server!.ExecuteAsync(database, sql, cancellationToken);

    public Task DropAsync(string place, CancellationToken cancellationToken) =>
        ExecuteAsync("postgres", $"drop database if exists {PostgresPlace.Parse(place).Database} with (force)", cancellationToken);

    /// <summary>Ends the server as a failure of the machine would.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => server!.StopAsync(cancellationToken);

    /// <summary>Starts the server again.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => server!.StartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            if (server.IsRunning)
                await server.StopAsync(CancellationToken.None);
            Directory.Delete(Folder, recursive: true);
        }
        starting.Dispose();
    }

    private async Task<string> NewAsync(string template, CancellationToken cancellationToken)
    {
        if (PostgresProcess.Binaries is null)
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
        await ExecuteAsync("postgres", $"create database {name} {template} owner chat_mcp {copying}", cancellationToken);
        return Place(name);
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        server = new PostgresProcess(
            Directory.CreateTempSubdirectory("chat-pg-").FullName,
            LongestRun,
            "fsync=off",
            "full_page_writes=off",
            "max_connections=300"
        );
        await server.MakeAsync($"local all {Locked} scram-sha-256\nlocal all all trust\n", cancellationToken);
        // The way of earlier versions takes a quarter of the time for the hundreds of files of an archive.
        if (await server.VersionAsync(cancellationToken) >= 15)
            copying = "strategy file_copy";
        await ExecuteAsync("postgres", "create role chat_mcp login", cancellationToken);
        await ExecuteAsync("postgres", $"create role {Locked} login password '{Password}'", cancellationToken);
        await ExecuteAsync("postgres", $"create database {Template} template template0 owner chat_mcp", cancellationToken);
        using var archive = new Database(PostgresPlace.Parse(Place(Template)));
        await archive.MakeAsync(cancellationToken);
    }
}
