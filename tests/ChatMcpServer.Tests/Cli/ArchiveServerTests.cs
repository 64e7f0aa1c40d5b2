using ChatSessions.Archive.Postgres;
using ChatSessions.Tests.Archive.Postgres;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>An archive at a server, as the commands show it.</summary>
[Trait("Runs", "process")]
public sealed class ArchiveServerTests(PostgresServer server)
{
    private const string Place = "postgres://ann:s3cret-pw@127.0.0.1:1/chats";

    [Theory]
    [InlineData("archive", "stats")]
    [InlineData("archive", "verify")]
    [InlineData("search", "lamp")]
    public async Task A_server_that_does_not_answer_is_named_without_the_password(params string[] arguments)
    {
        var run = await CliProcess.RunAsync([.. arguments, "--archive", Place]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("Cannot reach the PostgreSQL server 127.0.0.1:1.", run.Output + run.Error);
        Assert.DoesNotContain("s3cret", run.Output + run.Error);
    }

    [Fact]
    public async Task Doctor_names_the_archive_without_the_password()
    {
        var run = await CliProcess.RunAsync("doctor", "--archive", Place);

        Assert.Contains("postgres://ann@127.0.0.1:1/chats", run.Output);
        Assert.Contains("Cannot reach the PostgreSQL server 127.0.0.1:1.", run.Output);
        Assert.DoesNotContain("s3cret", run.Output + run.Error);
    }

    [Fact]
    public async Task An_address_that_cannot_be_read_is_not_repeated()
    {
        var run = await CliProcess.RunAsync("archive", "stats", "--archive", $"{Place}?colour=red");

        Assert.NotEqual(0, run.ExitCode);
        Assert.StartsWith("Invalid place of a PostgreSQL archive: ", run.ErrorLine);
        Assert.DoesNotContain("s3cret", run.Output + run.Error);
    }

    [Fact]
    public async Task Numbers_and_damage_in_a_database_are_not_those_of_a_file_and_name_other_owners()
    {
        var place = await server.NewArchiveAsync(TestContext.Current.CancellationToken);
        using var folder = new TempFolder();
        var file = folder.Write("claude.jsonl", """{"type":"user","sessionId":"s","message":{"role":"user","content":"lamp"}}""");
        foreach (var owner in (string[])["local", "group:reviewers", "token:ann"])
            Assert.Equal(0, (await RunAsync("import", file, "--owner", owner)).ExitCode);

        var stats = await RunAsync("archive", "stats");
        var compact = await RunAsync("archive", "compact");
        await server.ExecuteAsync(PostgresPlace.Parse(place).Database, "delete from chat_mcp.chunk", TestContext.Current.CancellationToken);
        var verify = await RunAsync("archive", "verify");

        Assert.EndsWith(
            $"\nOwners    local 1, this key and project 0, others 2 (`chat-mcp-server archive stats --owner all` lists them)\n"
                + "Originals of 3 sessions: 222 bytes, 234 bytes in the database\n",
            stats.Output
        );
        Assert.Equal((0, "PostgreSQL keeps the freed space for later sessions."), (compact.ExitCode, compact.ErrorLine));
        Assert.Equal(
            string.Concat(
                ((string[])["local", "group:reviewers", "token:ann"]).Select(owner =>
                {
                    var (of, delete) =
                        owner == "local"
                            ? ("", "")
                            : ($"Of the owner {owner}: ", $" `chat-mcp-server archive delete s --owner {owner}` deletes it.");
                    return $"{of}The archived session 's' is damaged. Delete it from the archive, and import or read it again.{delete}\n"
                        + $"{of}1 texts of session 's' are in no piece of its JSON. Delete it from the archive, and import or read it again.{delete}\n";
                })
            ),
            verify.Output
        );

        Task<CliRun> RunAsync(params string[] arguments) => CliProcess.RunWithAsync(new() { ["CHAT_MCP_ARCHIVE"] = place }, arguments);
    }
}
