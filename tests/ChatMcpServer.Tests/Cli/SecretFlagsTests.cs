using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class SecretFlagsTests : IDisposable
{
    private const string Key = "ghp_7tBq0WzXr4nLk2VfHs9JdYc6MpGa1eUo3TiR";

    private readonly TempFolder folder = new();
    private readonly string file;

    public SecretFlagsTests() =>
        file = folder.Write(
            "session.json",
            Some.SessionText("ses-1", null, Some.UserInput($"The key is {Key}, the ticket TCK-4711, mail bo@example.com, house-plant-42"))
        );

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("The key is [redacted:github-pat#1], the ticket TCK-4711, mail bo@example.com, house-plant-42")]
    [InlineData("The key is " + Key + ", the ticket TCK-4711", "--raw")]
    [InlineData("The key is " + Key + ", the ticket TCK-4711", "--redact", "off")]
    [InlineData("the ticket TCK-4711, mail [redacted:email#1],", "--redact", "personal")]
    [InlineData("the ticket [redacted:ticket#1], mail", "--redact-pattern", "ticket=TCK-[0-9]+")]
    [InlineData("The key is " + Key + ", the ticket", "--redact-allow", "ghp_7tBq.*")]
    public async Task What_is_hidden_is_as_the_options_say(string expected, params string[] options)
    {
        var run = await CliProcess.RunAsync(["show", file, .. options]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_of_a_file_and_of_secret_variables_are_hidden()
    {
        var values = folder.Write("values.txt", "TCK-4711\n\n");

        var run = await CliProcess.RunWithAsync(new() { ["PLANT_PASSWORD"] = "house-plant-42" }, ["show", file, "--redact-values", values]);

        Assert.Contains(
            "the ticket [redacted:hidden-value#1], mail bo@example.com, [redacted:hidden-value#2]",
            run.Output,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Invalid --redact 'maybe'. Use secrets, personal or off.", "--redact", "maybe")]
    [InlineData("Invalid --redact-pattern 'TCK'. Use NAME=REGEX", "--redact-pattern", "TCK")]
    [InlineData("Invalid expression '(' in --redact-pattern.", "--redact-pattern", "x=(")]
    [InlineData("Invalid expression '(?=x)' in --redact-allow.", "--redact-allow", "(?=x)")]
    [InlineData("Cannot read --redact-values /none/at/all.", "--redact-values", "/none/at/all")]
    public async Task Invalid_options_are_named(string message, params string[] options)
    {
        var run = await CliProcess.RunAsync(["show", file, .. options]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(message, run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_has_no_secrets_unless_it_is_raw()
    {
        var archive = Path.Combine(folder.Path, "archive.db");
        await CliProcess.RunAsync("import", file, "--archive", archive);

        await CliProcess.RunAsync("archive", "export", Path.Combine(folder.Path, "open"), "--archive", archive);
        await CliProcess.RunAsync("archive", "export", Path.Combine(folder.Path, "raw"), "--raw", "--archive", archive);

        Assert.Contains("[redacted:github-pat#1]", Exported("open"), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, Exported("open"), StringComparison.Ordinal);
        Assert.Contains(Key, Exported("raw"), StringComparison.Ordinal);

        string Exported(string name) => File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, name))));
    }

    [Fact]
    public async Task The_doctor_says_how_many_secrets_are_hidden()
    {
        var hidden = await CliProcess.RunAsync("doctor", "--sessions", file);
        var open = await CliProcess.RunAsync("doctor", "--sessions", file, "--redact", "off");

        Assert.Contains("ok    secrets        Hidden in 1 of 1 session: github-pat 1.", hidden.Output, StringComparison.Ordinal);
        Assert.Contains("warn  secrets        Secrets in recorded text are not hidden", open.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_hides_a_secret_in_it()
    {
        var run = await CliProcess.RunAsync("show", $"/no/such/{Key}.json");

        Assert.NotEqual(0, run.ExitCode);
        Assert.DoesNotContain(Key, run.Error, StringComparison.Ordinal);
    }
}
