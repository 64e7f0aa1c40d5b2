using System.Diagnostics;
using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>The backup that docs/operating.md describes, as the user who owns the database and is no superuser.</summary>
public sealed class BackupTests(PostgresServer server) : OnPostgresServer(server), IAsyncLifetime
{
    private const string Maintenance = "-c chat_mcp.maintenance=on";

    private readonly string file = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.dump");
    private string place = "";
    private string restored = "";

    public async ValueTask InitializeAsync()
    {
        (place, restored) = (await Server.NewArchiveAsync(TestEnd), await Server.NewDatabaseAsync(TestEnd));
        using var archive = new PostgresArchive(place);
        foreach (var owner in (string[])[Owner, "token:ann"])
            await archive.SaveAsync(owner, Archived(Some.Session("s", null, Some.Text($"the red lamp of {owner}"))), TestEnd);
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(file);
        foreach (var made in (string[])[place, restored])
            await Server.DropAsync(made, CancellationToken.None);
    }

    [Theory]
    [InlineData("chat_mcp", Maintenance, "--enable-row-security")]
    [InlineData("postgres", "")]
    public async Task A_backup_by_the_user_of_the_archive_or_a_superuser_has_everything(string user, string options, params string[] more)
    {
        var (code, said) = await DumpAsync(user, options, more);
        Assert.True(code == 0, said);
        (code, said) = await RunAsync("pg_restore", "", ["--dbname", Uri(restored), "--no-owner", "--exit-on-error", file]);
        Assert.True(code == 0, said);

        using var archive = new PostgresArchive(restored);
        Assert.Empty(await archive.Maintenance.VerifyAsync(TestEnd));
        foreach (var owner in (string[])[Owner, "token:ann"])
        {
            Assert.NotNull(await archive.FindAsync(owner, "s", TestEnd));
            Assert.Equal(
                $"the red lamp of {owner}",
                Assert.Single((await SearchAsync(archive, "\"red lamp\"", owner: owner)).Hits).Snippet.Text
            );
        }
        Assert.Equal(SaveOutcome.Added, await archive.SaveAsync(Owner, Archived(Some.Session("t", null, Some.Text("hello"))), TestEnd));
        Assert.Empty(await archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task A_backup_without_the_owners_fails_or_is_not_whole()
    {
        var (code, said) = await DumpAsync("chat_mcp", "");
        Assert.True(code != 0 && said.Contains("row-level security", StringComparison.Ordinal), said);

        (code, said) = await DumpAsync("chat_mcp", "", "--enable-row-security");
        Assert.True(code == 0, said);
        (code, said) = await RunAsync("pg_restore", "", ["--dbname", Uri(restored), "--no-owner", "--exit-on-error", file]);
        Assert.True(code == 0, said);

        using var archive = new PostgresArchive(restored);
        Assert.StartsWith("Sessions were saved, but no owner is left:", Assert.Single(await archive.Maintenance.VerifyAsync(TestEnd)).Says);
    }

    private Task<(int Code, string Said)> DumpAsync(string user, string options, params string[] more) =>
        RunAsync("pg_dump", options, ["--format=custom", "--schema=chat_mcp", "--file", file, .. more, "--dbname", Uri(place, user)]);

    /// <summary>The address as PostgreSQL's own programs take it.</summary>
    private string Uri(string place, string user = "chat_mcp") =>
        $"postgresql://{user}@/{PostgresPlace.Parse(place).Database}?host={Server.Folder}";

    private static async Task<(int Code, string Said)> RunAsync(string program, string options, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(PostgresProcess.Binaries!, program), arguments) { RedirectStandardError = true };
        start.Environment["PGOPTIONS"] = options;
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync(TestEnd);
        await process.WaitForExitAsync(TestEnd);
        return (process.ExitCode, said);
    }
}
