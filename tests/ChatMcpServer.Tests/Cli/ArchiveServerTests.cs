using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>An archive at a server, as the commands show it.</summary>
[Trait("Runs", "process")]
public sealed class ArchiveServerTests
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
}
