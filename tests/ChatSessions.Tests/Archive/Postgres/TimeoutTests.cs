using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using Npgsql;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>How long an answer of the server is waited for.</summary>
public sealed class TimeoutTests(PostgresServer server) : OnPostgresServer(server)
{
    [Fact]
    public async Task What_somebody_waits_for_may_take_a_minute_and_maintenance_longer()
    {
        using var database = new Database(PostgresPlace.Parse(await Server.NewArchiveAsync(TestEnd)));

        Assert.Equal(60, await database.WriteAsync(Owner, SecondsAsync, TestEnd));
        Assert.Equal(1_800, await database.WriteAsync(Owner, SecondsAsync, TestEnd, isMaintenance: true));
        Assert.Equal(60, await database.ReadAsync([Owner], () => Task.FromResult(0), SecondsAsync, TestEnd));
        Assert.Equal(1_800, await database.ReadAllAsync(0, SecondsAsync, TestEnd));
        Assert.Equal(1_800, await database.UseAsync(SecondsAsync, TestEnd));

        static Task<int> SecondsAsync(Work work) => Task.FromResult(work.Seconds);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_ended()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using var database = new Database(
            PostgresPlace.Parse($"Host={Server.Folder};Username=chat_mcp;Database={PostgresPlace.Parse(place).Database};Command Timeout=1")
        );

        var late = await Assert.ThrowsAsync<ChatSessionException>(() =>
            database.WriteAsync(Owner, work => work.NumberAsync("select 1::bigint from pg_sleep(60)"), TestEnd)
        );

        Assert.Contains("did not answer in time", late.Message);
    }

    [Fact]
    public async Task Numbers_that_were_not_given_in_time_keep_nobody_from_saving()
    {
        var place = PostgresPlace.Parse(await Server.NewArchiveAsync(TestEnd)).ConnectionString;
        await using var busy = new NpgsqlConnection(place);
        await using var late = new NpgsqlConnection(place);
        await busy.OpenAsync(TestEnd);
        await late.OpenAsync(TestEnd);

        await using (var transaction = await busy.BeginTransactionAsync(TestEnd))
        {
            await RunAsync(busy, "alter sequence chat_mcp.number cache 1");
            var ended = await Assert.ThrowsAsync<PostgresException>(() =>
                RunAsync(late, "set statement_timeout = 200; select chat_mcp.take_numbers(5)")
            );
            Assert.Equal(PostgresErrorCodes.QueryCanceled, ended.SqlState);
        }

        Assert.Equal(0L, await RunAsync(late, "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"));
        await using (await late.BeginTransactionAsync(TestEnd))
        {
            var first = await RunAsync(late, "select chat_mcp.take_numbers(5)");
            // Others get the next numbers before the transaction ends.
            Assert.Equal((long)first! + 5, await RunAsync(busy, "set statement_timeout = 10000; select chat_mcp.take_numbers(1)"));
        }

        static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(TestEnd);
        }
    }
}
