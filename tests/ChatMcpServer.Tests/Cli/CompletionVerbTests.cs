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
    [InlineData("--scope", "install", "--s")]
    [InlineData("--all", "uninstall", "--a")]
    [InlineData("user", "install", "--scope", "u")]
    [InlineData("user", "install", "--scope", "=", "u")]
    [InlineData("user|project", "install", "--scope", "=")]
    [InlineData("--scope=user", "install", "--scope=u")]
    [InlineData("--scope=user|--scope=project", "install", "--scope=")]
    [InlineData("", "install", "--scop=")]
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
    public async Task Zsh_completes_with_the_script_as_a_file_and_as_a_line()
    {
        // A shell in a terminal, in which keys are pressed; Ctrl+X prints what the line has become.
        const string script = """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            press() { zpty -w -n shell "$1"; }
            read_line() { zpty -r -m shell seen '*<<*>>*' && print -r -- "${${seen##*<<}%%>>*}"; }
            press $'PS1=; autoload -Uz compinit; fpath=("$FUNCTIONS" $fpath); compinit -u -D; eval "$LATER"\n'
            press $'report() { print -r -- "<""<$BUFFER>"">"; BUFFER=; }; zle -N report; bindkey "^X" report; bindkey "^I" complete-word\n'
            for line in "$@"; do press "$line"$'\t\x18'; read_line; done
            zpty -d shell
            """;
        Assert.SkipUnless(await IsThereAsync("zsh"), "Needs zsh.");
        await LinkAsync();
        var functions = Directory.CreateDirectory(Path.Combine(folder.Path, "functions")).FullName;
        File.WriteAllText(Path.Combine(functions, "_chat-mcp-server"), (await CliProcess.RunAsync("completion", "zsh")).Output);
        var test = folder.Write("test.zsh", script);
        const string lines =
            "'chat-mcp-server unin' 'chat-mcp-server show ses-sample-failing' 'chat-mcp-server install --scope=u' 'chat-mcp-server show te'";

        var asFile = await RunWithAsync($"zsh -f {test} {lines}", ("FUNCTIONS", functions), ("LATER", ""));
        var asLine = await RunWithAsync(
            $"zsh -f {test} {lines}",
            ("FUNCTIONS", ""),
            ("LATER", "eval \"$(chat-mcp-server completion zsh)\"")
        );

        const string expected =
            "chat-mcp-server uninstall \nchat-mcp-server show ses-sample-failing-tests \nchat-mcp-server install --scope=user \nchat-mcp-server show test.zsh \n";
        Assert.Equal((expected, ""), (asFile.Output, asFile.Error));
        Assert.Equal((expected, ""), (asLine.Output, asLine.Error));
    }

    [Fact]
    public async Task Fish_completes_with_the_script()
    {
        Assert.SkipUnless(await IsThereAsync("fish"), "Needs fish.");
        await LinkAsync();
        folder.Write("test.txt", "");
        const string line = """
            fish --no-config -c '
              chat-mcp-server completion fish | source
              for line in "unin" "show ses-sample-failing" "completion " "install --scope=u" "install --scope u" "show te"
                complete -C "chat-mcp-server $line"
              end'
            """;

        var run = await RunWithAsync(line);

        Assert.Equal("uninstall\nses-sample-failing-tests\nbash\nfish\npowershell\nzsh\n--scope=user\nuser\ntest.txt\n", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task PowerShell_completes_with_the_script()
    {
        Assert.SkipUnless(await IsThereAsync("pwsh"), "Needs PowerShell (pwsh).");
        await LinkAsync();
        var test = folder.Write(
            "test.ps1",
            "chat-mcp-server completion powershell | Out-String | Invoke-Expression",
            "foreach ($line in 'unin', 'show ses-sample-failing', 'completion ', 'install --scope u') {",
            "  $line = \"chat-mcp-server $line\"",
            "  [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText",
            "}"
        );

        var run = await RunWithAsync($"pwsh -NoProfile -NonInteractive -File {test}");

        Assert.Equal("uninstall\nses-sample-failing-tests\nbash\nzsh\nfish\npowershell\nuser\n", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task An_unknown_shell_is_refused()
    {
        var run = await CliProcess.RunAsync("completion", "tcsh");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("There is no script for the shell 'tcsh'. Use bash, zsh, fish or powershell.", run.ErrorLine);
    }

    private static async Task<bool> IsThereAsync(string shell) =>
        !OperatingSystem.IsWindows() && (await CliProcess.RunInShellAsync($"command -v {shell}")).ExitCode == 0;

    /// <summary>Makes a command of the program's name.</summary>
    private async Task LinkAsync() =>
        await CliProcess.RunInShellAsync(
            $"mkdir '{Bin}' && printf '#!/bin/sh\\nexec %s \"$@\"\\n' \"$CLI\" > '{Bin}/chat-mcp-server' && chmod +x '{Bin}/chat-mcp-server'"
        );

    private string Bin => Path.Combine(folder.Path, "bin");

    /// <summary>Runs a line in the test's folder, with the program on PATH.</summary>
    private Task<CliRun> RunWithAsync(string line, params (string Name, string Value)[] variables) =>
        CliProcess.RunInShellAsync(
            CliShell.Usual,
            $"cd '{folder.Path}' && {line}",
            new(variables.ToDictionary(one => one.Name, one => one.Value))
            {
                ["PATH"] = $"{Bin}:{Environment.GetEnvironmentVariable("PATH")}",
                ["HOME"] = folder.Path,
            }
        );
}
