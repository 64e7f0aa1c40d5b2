using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Tests.Sources;
using Npgsql;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>The wall between owners, as the server itself keeps it.</summary>
public sealed class RowLevelSecurityTests(PostgresServer server) : OnPostgresServer(server)
{
    private static readonly string[] Tables =
    [
        "owner",
        "session",
        "chunk",
        "entry",
        "words",
        "word",
        "original",
        "original_part",
        "imported",
        "deleted",
    ];

    [Fact]
    public async Task A_query_that_says_no_owner_sees_nothing_and_one_of_another_owner_writes_nothing()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using (var archive = new PostgresArchive(place))
        {
            await archive.SaveImportedAsync(
                Owner,
                [
                    (
                        new ArchivedSession(SessionText.Parsed("s"), new SessionOrigin("codex"), DateTimeOffset.UnixEpoch)
                        {
                            Original = ArchivedStateTests.Original("one"),
                        },
                        new ImportedFile("/a/b.jsonl", default)
                    ),
                ],
                TimeProvider.System,
                TestEnd
            );
            await SaveAsync(archive, "gone");
            await archive.DeleteAsync(Owner, "gone", TestEnd);
            await SaveAsync(archive, "theirs", owner: "other");
        }
        await using var connection = new NpgsqlConnection(PostgresPlace.Parse(place).ConnectionString);
        await connection.OpenAsync(TestEnd);

        foreach (var table in Tables)
        {
            Assert.Equal(0, await CountAsync($"select count(*) from chat_mcp.{table}"));
            await using var transaction = await connection.BeginTransactionAsync(TestEnd);
            await CountAsync("select set_config('chat_mcp.owner', 'local', true), set_config('chat_mcp.words', '''\uE000w1''', true)", 0);
            Assert.True(await CountAsync($"select count(*) from chat_mcp.{table}") > 0, table);
            await CountAsync("select set_config('chat_mcp.owner', 'nobody', true)", 0);
            Assert.Equal(0, await CountAsync($"select count(*) from chat_mcp.{table}"));
        }
        // The setting has ended with the transaction.
        Assert.Equal(0, await CountAsync("select count(*) from chat_mcp.session"));
        await using (await connection.BeginTransactionAsync(TestEnd))
        {
            await CountAsync("select set_config('chat_mcp.owner', 'other', true)", 0);
            var refused = await Assert.ThrowsAsync<PostgresException>(() =>
                CountAsync("insert into chat_mcp.word select no, 'x' from (select 1 no) o")
            );
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        async Task<long> CountAsync(string sql, long? instead = null)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            var value = await command.ExecuteScalarAsync(TestEnd);
            return instead ?? (long)value!;
        }
    }
}
