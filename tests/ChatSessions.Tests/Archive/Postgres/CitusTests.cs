using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Npgsql;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>The tables as <c>deploy/citus.sql</c> makes them.</summary>
public sealed class CitusTests(PostgresServer server) : OnPostgresServer(server)
{
    [Fact]
    public async Task Tables_without_partitions_as_Citus_needs_them_serve_as_well()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        var file = new ImportedFile("/a/b.jsonl", default);
        await archive.SaveImportedAsync(Owner, [(Archived(SessionText.Parsed("s", says: "hello")), file)], TimeProvider.System, TestEnd);
        var statements = (await File.ReadAllTextAsync(Path.Combine(ArchitectureTests.Root, "deploy", "citus.sql"), TestEnd)).Split(
            "-- Distributes them,"
        )[0];

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsOwnerAsync(statements));
        Assert.True(await archive.DeleteAsync(Owner, "s", TestEnd));
        await ExecuteAsOwnerAsync(statements);
        Assert.Single(await archive.Maintenance.ListDeletedAsync(Owner, TestEnd));
        Assert.Single(await archive.Maintenance.ListImportedAsync(Owner, TestEnd));
        foreach (var owner in (string[])[Owner, "other"])
            await archive.SaveAsync(owner, Archived(Some.Session("s", null, Some.Text($"the red lamp of {owner}"))), TestEnd);

        Assert.Contains("The archive is not empty.", refused.MessageText);
        Assert.Equal(0, await CountAsync("select count(*) from pg_partitioned_table"));
        Assert.Equal(
            await CountAsync(
                "select count(*) from pg_class where relkind = 'r' and relnamespace = 'chat_mcp'::regnamespace and relname <> 'setting'"
            ),
            await CountAsync("select count(*) from pg_class where relforcerowsecurity")
        );
        Assert.Equal(6, await CountAsync("select count(*) from pg_constraint where contype = 'f'"));
        Assert.Equal("the red lamp of local", Assert.Single((await SearchAsync(archive, "\"red lamp\"")).Hits).Snippet.Text);
        Assert.Empty(await archive.Maintenance.VerifyAsync(TestEnd));
        Assert.True(await archive.DeleteAsync(Owner, "s", TestEnd));
        Assert.Empty((await SearchAsync(archive, "lamp")).Hits);
        Assert.Single(await archive.ListAsync("other", SessionFilter.All, null, 5, TestEnd));

        Task ExecuteAsOwnerAsync(string sql) => ExecuteAsync(place, $"set role chat_mcp; {sql}");

        async Task<long> CountAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(PostgresPlace.Parse(place).ConnectionString);
            await connection.OpenAsync(TestEnd);
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync(TestEnd))!;
        }
    }
}
