using System.Text.RegularExpressions;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

[Trait("Runs", "process")]
public sealed class AuthVerbTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string Tokens => Path.Combine(folder.Path, "new", "tokens.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Tokens_are_made_shown_once_listed_and_revoked()
    {
        var added = await RunAsync("add", "ann", "--expires", "90d");
        var again = await RunAsync("add", "ann");
        var rotated = await RunAsync("add", "ann", "--rotate", "--scope", "sessions:read");
        var listed = await RunAsync("list");
        var ended = await RunAsync("revoke", "ann", "--but-newest");
        var left = await RunAsync("list");
        var revoked = await RunAsync("revoke", "ann");
        var none = await RunAsync("revoke", "ann");

        Assert.Matches("^chatmcp_[0-9a-f]{64}$", added.Output.Trim());
        Assert.Matches("^chatmcp_[0-9a-f]{64}$", rotated.Output.Trim());
        Assert.Contains("It cannot be shown again", added.ErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain(added.Output.Trim(), added.Error + listed.Output, StringComparison.Ordinal);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("Add --rotate", again.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(listed.Output, "(?m)^ann  made "));
        Assert.Matches(
            @"ann  made .+, expires .+, sessions:read sessions:search\s+ann  made .+, does not expire, sessions:read\s",
            listed.Output
        );
        Assert.Equal("Revoked: 1 token of ann.", ended.Output.Trim());
        Assert.Contains("does not expire", left.Output, StringComparison.Ordinal);
        Assert.Equal("Revoked: 1 token of ann.", revoked.Output.Trim());
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("No token of 'ann'", none.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_there_are_no_tokens_the_list_says_how_to_make_one(bool isEmptyFile)
    {
        if (isEmptyFile)
            await CliProcess.RunInShellAsync($"mkdir -p '{Path.GetDirectoryName(Tokens)}'; umask 077; : > '{Tokens}'");

        var list = await RunAsync("list");
        var revoke = await RunAsync("revoke", "zz");
        var added = await RunAsync("add", "ann");

        Assert.Equal((0, ""), (list.ExitCode, list.Output));
        Assert.Equal($"No tokens in {Tokens} yet. `chat-mcp-server auth add NAME --auth-file {Tokens}` makes one.", list.ErrorLine);
        Assert.EndsWith($"`chat-mcp-server auth list --auth-file {Tokens}` shows who has one.", revoke.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(0, added.ExitCode);
    }

    [Fact]
    public async Task A_token_that_cannot_be_printed_is_not_stored()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs /dev/full, as on Linux.");

        var run = await CliProcess.RunInShellAsync($"$CLI auth add ann --auth-file '{Tokens}' >/dev/full");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("No tokens in ", (await RunAsync("list")).ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("add", "a b")]
    [InlineData("add", "")]
    [InlineData("add", "ann", "--expires", "90")]
    [InlineData("add", "ann", "--expires", "0d")]
    [InlineData("add", "ann", "--scope", "all")]
    [InlineData]
    public async Task What_cannot_be_meant_is_refused_and_nothing_is_written(params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(Path.GetDirectoryName(Tokens)));
    }

    [Theory]
    [InlineData("--auth needs", "--auth", "passwords")]
    [InlineData("--audience", "--auth", "oidc:https://issuer.example.com")]
    [InlineData("Invalid issuer", "--auth", "oidc:http://issuer.example.com", "--audience", "x")]
    [InlineData("No tokens at", "--auth", "tokens:none.json")]
    [InlineData(". of --auth is a folder. Name the file", "--auth", "tokens:.")]
    [InlineData("--callers needs --auth", "--callers", "callers.json")]
    [InlineData("--caller-rate needs --auth", "--caller-rate", "5")]
    [InlineData("Invalid --behind-proxy", "--behind-proxy", "everybody")]
    [InlineData("Invalid --public-url", "--public-url", "http://chats.example.com")]
    [InlineData("Invalid --public-url", "--public-url", "https://chats.example.com/path")]
    [InlineData("Cannot use the certificate", "--tls", "none.pem")]
    [InlineData("Invalid --drain-seconds", "--drain-seconds", "soon")]
    [InlineData("Invalid --log-format", "--log-format", "xml")]
    public async Task Options_of_a_server_that_cannot_be_meant_are_refused_in_one_sentence(string reason, params string[] options)
    {
        var run = await CliProcess.RunAsync(["serve", "--http", "0", .. options]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(reason == "--auth needs" ? "Invalid --auth 'passwords'" : reason, run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_stdio_options_for_HTTP_are_refused()
    {
        var run = await CliProcess.RunAsync("serve", "--auth", "tokens");

        Assert.Equal((2, "--auth is for HTTP. Add --http, or leave it out."), (run.ExitCode, run.ErrorLine));
    }

    [Fact]
    public async Task Files_that_nobody_could_read_are_refused()
    {
        await RunAsync("add", "ann");

        var run = await CliProcess.RunAsync("serve", "--http", "0", "--auth", $"tokens:{Tokens}", "--sessions", folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Nobody could read the files of --sessions", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_imported_for_a_group_is_not_the_machines()
    {
        var file = folder.Write("s.json", Some.SessionText("ses-1", null, Some.UserInput("Why?")));
        var archive = Path.Combine(folder.Path, "archive.db");

        var imported = await CliProcess.RunAsync("import", file, "--archive", archive, "--owner", "group:reviewers");
        var listed = await CliProcess.RunAsync("list", "--archive", archive);
        var refused = await CliProcess.RunAsync("import", file, "--archive", archive, "--owner", "llamacloud:x");

        Assert.Equal(0, imported.ExitCode);
        Assert.DoesNotContain("ses-1", listed.Output, StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Invalid --owner 'llamacloud:x'", refused.ErrorLine, StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliProcess.RunAsync(["auth", .. arguments, "--auth-file", Tokens]);
}
