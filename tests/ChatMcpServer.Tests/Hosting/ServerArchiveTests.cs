using ChatMcpServer.Tests.Cli;
using ChatSessions.Tests.Archive.Postgres;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>What the server logs about an archive in PostgreSQL when it starts.</summary>
public sealed class ServerArchiveTests
{
    [Fact]
    [Trait("Runs", "process")]
    public async Task A_server_whose_archive_cannot_be_used_says_so_at_the_start_and_goes_on()
    {
        using var folder = new TempFolder();
        await using var server = ServerProcess.Start("serve", "--http", "0", "--archive", $"postgres://chats@/chats?host={folder.Path}");

        var mcp = await server.ListeningAsync();
        await server.SaysAsync($"error: ChatMcpServer.Hosting.Health: Not ready: Cannot reach the PostgreSQL server {folder.Path}.");

        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync(new Uri(mcp, "/healthz"), TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Runs", "process")]
    public async Task A_user_whom_row_level_security_does_not_hold_is_named_and_another_is_not()
    {
        Assert.SkipWhen(PostgresProcess.Binaries is null, "Needs PostgreSQL. Install it with `apt-get install postgresql`.");
        const string warning = "Row-level security does not hold the user ";
        var cancelled = TestContext.Current.CancellationToken;
        var postgres = new PostgresProcess(Directory.CreateTempSubdirectory("chat-pg-").FullName, longest: 300, "fsync=off");
        await postgres.MakeAsync("local all all trust\n", cancelled);
        try
        {
            await postgres.ExecuteAsync("postgres", "create role chats login; create role past login bypassrls", cancelled);
            await postgres.ExecuteAsync("postgres", "create database chats owner chats", cancelled);

            foreach (var user in (string[])["postgres", "past"])
            {
                await using var server = ServerProcess.Start("serve", "--http", "0", "--archive", Place(user));
                await server.SaysAsync($"warning: ChatMcpServer.Hosting.Health: {warning}{user} ");
                Assert.Contains($"{warning}{user} ", (await CliProcess.RunAsync("doctor", "--archive", Place(user))).Output);
            }
            Assert.DoesNotContain(warning, (await CliProcess.RunAsync("doctor", "--archive", Place("chats"))).Output);
        }
        finally
        {
            await postgres.StopAsync(CancellationToken.None);
            Directory.Delete(postgres.Folder, recursive: true);
        }

        string Place(string user) => $"postgres://{user}@/chats?host={postgres.Folder}";
    }
}
