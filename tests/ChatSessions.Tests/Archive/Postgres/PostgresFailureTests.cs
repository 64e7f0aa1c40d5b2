using System.Net;
using System.Net.Sockets;
using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>What fails at the connection, and what is said of it.</summary>
public sealed class PostgresFailureTests(PostgresServer server) : OnPostgresServer(server)
{
    [Fact]
    public async Task After_its_connections_broke_the_next_call_works()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => SaveAsync(archive, $"s{number}")));

        await Server.ExecuteAsync(
            "postgres",
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{PostgresPlace.Parse(place).Database}'",
            TestEnd
        );

        Assert.Equal(8, (await archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Equal(SaveOutcome.Added, await SaveAsync(archive, "s8"));
    }

    [Fact]
    public async Task A_server_that_is_gone_is_named_and_works_again_when_it_is_back()
    {
        await using var own = new PostgresServer();
        var place = await own.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        await SaveAsync(archive, "s");
        await own.StopAsync(TestEnd);

        var error = await Assert.ThrowsAsync<ChatSessionException>(() => archive.FindAsync(Owner, "s", TestEnd));
        await own.StartAsync(TestEnd);

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Contains($"Cannot reach the PostgreSQL server {own.Folder}", error.Message);
        Assert.NotNull(await archive.FindAsync(Owner, "s", TestEnd));
    }

    [Fact]
    public async Task Each_failure_to_get_in_has_its_sentence_without_the_password()
    {
        var place = await Server.NewDatabaseAsync(TestEnd);
        var database = PostgresPlace.Parse(place).Database;
        var right = PostgresServer.Password;

        await RefusedAsync($"postgres://locked:wrong-{right}@/{database}?host={Server.Folder}", "refused the user locked");
        await RefusedAsync($"postgres://locked@/{database}?host={Server.Folder}", "wants a password for locked. Set PGPASSWORD");
        await RefusedAsync($"postgres://chat_mcp:{right}@/absent?host={Server.Folder}", "There is no database absent");
        await RefusedAsync($"postgres://locked:{right}@/{database}?host={Server.Folder}", "The user locked may not use the archive");
        await RefusedAsync(
            $"postgres://locked@/{database}?host={Server.Folder}&passfile=/absent/pgpass",
            "Cannot read the password file /absent/pgpass for the PostgreSQL server"
        );
        await RefusedAsync(
            $"postgres://locked@/{database}?host={Server.Folder}&passfile={Path.GetTempPath()}absent.pgpass",
            $"Cannot read the password file {Path.GetTempPath()}absent.pgpass for the PostgreSQL server"
        );
        await RefusedAsync($"postgres://ann:{right}@127.0.0.1:{UnusedPort()}/x", "Cannot reach the PostgreSQL server 127.0.0.1:");

        async Task RefusedAsync(string to, string says)
        {
            using var archive = SessionArchive.Open(to);
            var error = await Assert.ThrowsAsync<ChatSessionException>(() => SaveAsync(archive, "s"));
            Assert.Equal(ChatSessionError.Unavailable, error.Error);
            Assert.Contains(says, error.Message);
            Assert.DoesNotContain(right, error.ToString());
        }
    }

    [Fact]
    public async Task A_server_without_TLS_is_refused_if_it_is_wanted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync();
        using var archive = SessionArchive.Open(
            $"postgres://ann:pw@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/x?sslmode=require"
        );

        var error = await Assert.ThrowsAsync<ChatSessionException>(() => archive.FindAsync(Owner, "s", TestEnd));

        Assert.Contains("does not accept TLS as sslmode", error.Message);
        listener.Stop();
        await answering;

        async Task AnswerAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(TestEnd);
                    await client.GetStream().ReadExactlyAsync(new byte[8], TestEnd);
                    await client.GetStream().WriteAsync("N"u8.ToArray(), TestEnd);
                }
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException or IOException)
            {
                // The test has ended, and nobody listens any more.
            }
        }
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
