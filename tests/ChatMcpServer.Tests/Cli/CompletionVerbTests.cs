using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class CompletionVerbTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("doctor", "do")]
    [InlineData("compact|copy", "archive", "c")]
    [InlineData("--sessions|--since-event", "show", "--s")]
    [InlineData("user", "install", "--scope", "u")]
    [InlineData("user", "install", "--scope", "=", "u")]
    [InlineData("user|project", "install", "--scope", "=")]
    [InlineData("claude-code|claude-desktop", "install", "cursor", "cl")]
    [InlineData("--answers", "install", "codex", "--", "--agents", "auto", "--an")]
    [InlineData("codex|copilot-cli", "serve", "--agents", "co")]
    [InlineData("failed", "calls", "x", "--outcome", "f")]
    [InlineData("error", "list", "--outcome", "e")]
    [InlineData("bash|zsh|fish|powershell", "completion", "")]
    [InlineData("", "list", "x")]
    [InlineData("", "show", "--archive", "")]
    [InlineData("", "complet", "e", "comple")]
    public async Task A_word_is_completed_by_what_can_stand_there(string expected, params string[] words)
    {
        var run = await CliProcess.RunAsync(["complete", "--", .. words]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            expected.Split('|', StringSplitOptions.RemoveEmptyEntries),
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public async Task Sessions_and_their_tools_are_completed_from_where_the_line_says()
    {
        folder.Write("one.json", Some.SessionText("ses-mine", null));

        var ids = await CliProcess.RunAsync("complete", "--", "show", "--sessions", folder.Path, "ses-m");
        var samples = await CliProcess.RunAsync("complete", "--next", "--", "calls", "ses-sample-failing-tests", "--tool");

        Assert.Equal("ses-mine\n", ids.Output);
        Assert.Equal("bash\nedit\n", samples.Output);
    }

    [Fact]
    public async Task Bash_completes_with_the_script()
    {
        const string line = """
            bash -c '
              chat-mcp-server() { $CLI "$@"; }
              eval "$(chat-mcp-server completion bash)"
              try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _chat_mcp_server; echo "${COMPREPLY[@]}"; }
              try chat-mcp-server unin
              try chat-mcp-server show ses-sample-failing
              try chat-mcp-server completion ""
              complete -p chat-mcp-server'
            """;
        Assert.SkipUnless(File.Exists("/bin/bash") || File.Exists("/usr/bin/bash"), "Needs bash.");

        var run = await CliProcess.RunInShellAsync(line);

        Assert.Equal(
            "uninstall\nses-sample-failing-tests\nbash zsh fish powershell\ncomplete -o default -F _chat_mcp_server chat-mcp-server\n",
            run.Output
        );
    }

    [Fact]
    public async Task An_unknown_shell_is_refused()
    {
        var run = await CliProcess.RunAsync("completion", "tcsh");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("There is no script for the shell 'tcsh'. Use bash, zsh, fish or powershell.", run.ErrorLine);
    }
}
