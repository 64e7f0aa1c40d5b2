using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>Paths and addresses that cannot be meant.</summary>
[Trait("Runs", "process")]
public sealed class PlacesTests
{
    [Theory]
    [InlineData("Empty path. Pass a file or folder to import", "import", "", "--archive", "a.db")]
    [InlineData("An archive's place cannot be empty. Pass two archives", "archive", "copy", "", "b.db")]
    [InlineData("An archive's place cannot be empty. Pass two archives", "archive", "copy", "b.db", "")]
    [InlineData("'none' is no archive. Pass two archives", "archive", "copy", "b.db", "none")]
    [InlineData("An archive cannot be at mysql://…. Use the path of a file, or postgres://…", "archive", "copy", "b.db", "mysql://h/d")]
    [InlineData("An archive cannot be at mysql://…. Use the path of a file, or postgres://…", "list", "--archive", "mysql://user:pass@h/d")]
    [InlineData("An archive cannot be at file://…. Use the path of a file", "import", "x.json", "--archive", "file:///tmp/a.db")]
    public async Task A_place_that_cannot_be_meant_is_refused_by_a_sentence(string sentence, params string[] arguments)
    {
        var run = await CliProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(sentence, run.ErrorLine, StringComparison.Ordinal);
    }
}
