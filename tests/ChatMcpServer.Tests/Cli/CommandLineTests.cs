using ChatMcpServer.Cli;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_version_is_printed_alone()
    {
        var run = await CliProcess.RunAsync("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Help_names_each_verb_with_an_example()
    {
        var run = await CliProcess.RunAsync("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        foreach (var verb in (string[])["serve", "show", "list", "import", "sync", "archive", "doctor"])
            Assert.Contains($"  chat-mcp-server {verb}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_has_each_verb_in_a_group()
    {
        var verbs = Verbs.All(new(_ => null), new(TextWriter.Null, TextWriter.Null, null, false)).Where(verb => !verb.Hidden);
        Assert.Equal(
            verbs.Select(verb => verb.Name).Order(StringComparer.Ordinal),
            Verbs.Groups.SelectMany(group => group.Names).Order(StringComparer.Ordinal)
        );

        var run = await CliProcess.RunAsync("--help");

        Assert.Matches(
            @"(?s)Usage:.*\n\nRead sessions:\n  show <session> .*\n  search .*\n\nKeep sessions:\n  import .*\n\nServe:\n  serve .*\n\nSet up:\n  install .*\n\nOptions:\n.*\n\nExamples:\n",
            run.Output
        );
        Assert.DoesNotContain("Commands:", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(39)]
    public async Task Help_is_printed_on_a_narrow_terminal(int width)
    {
        foreach (
            var arguments in (string[][])
                [
                    ["--help"],
                    ["list", "--help"],
                    ["archive", "--help"],
                ]
        )
        {
            using var output = new StringWriter();
            var terminal = new Terminal(output, output, width, isColored: false);
            var options = new GlobalOptions(_ => null);

            Assert.Equal(0, await CommandLine.RunAsync(arguments, terminal, options, Verbs.All(options, terminal)));

            Assert.Contains("Examples:", output.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("list --project .")]
    [InlineData("import x.json --archive a.db")]
    [InlineData("install cursor --yes")]
    [InlineData("uninstall --all --yes")]
    public async Task A_current_folder_that_was_deleted_is_said(string arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a folder in which a program runs is not deleted.");

        var run = await CliProcess.RunInShellAsync($"d=$(mktemp -d); cd $d; rmdir $d; $CLI {arguments}");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("The current folder is not there any more", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_a_verb_below_another_calls_it_by_both()
    {
        var run = await CliProcess.RunAsync("archive", "stats", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("--json", run.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:\n  chat-mcp-server archive stats\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "--http")]
    [InlineData("show", "--max-tokens")]
    [InlineData("list", "--outcome")]
    [InlineData("import", "--format")]
    [InlineData("doctor", "--sessions")]
    public async Task Help_of_a_verb_has_its_options_and_the_common_ones_and_examples(string verb, string option)
    {
        var run = await CliProcess.RunAsync(verb, "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(option, run.Output, StringComparison.Ordinal);
        Assert.Contains("LLAMA_CLOUD_BASE_URL", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Examples:\n  chat-mcp-server {verb}", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'lst'", "lst")]
    [InlineData("'--http'", "--http")]
    [InlineData("'--colour'", "list", "--colour")]
    [InlineData("'-hello'", "list", "-hello")]
    [InlineData("'--limit'", "list", "--limit")]
    [InlineData("Required argument missing for option: '--limit'.", "list", "--limit", "3", "--limit")]
    [InlineData("Required argument missing for option: '--sessions'.", "list", "--sessions", "x", "--sessions")]
    [InlineData("--limit 'many'", "list", "--limit", "many")]
    [InlineData("--limit '0'", "list", "--limit", "0")]
    [InlineData("--outcome 'fine'", "list", "--outcome", "fine")]
    [InlineData("'show'", "show")]
    [InlineData("--max-tokens '499'", "show", "x", "--max-tokens", "499")]
    [InlineData("--max-tokens '1e4'", "show", "x", "--max-tokens", "1e4")]
    [InlineData("--since-event '-1'", "show", "x", "--since-event", "-1")]
    [InlineData("--last-events '0'", "show", "x", "--last-events", "0")]
    [InlineData("--last-events 'few'", "show", "x", "--last-events", "few")]
    [InlineData("turns '5-2'", "show", "x", "--turns", "5-2")]
    [InlineData("'1.2.3.4:80'", "serve", "--http", "1.2.3.4:80")]
    [InlineData("--log-level 'loud'", "serve", "--log-level", "loud")]
    [InlineData("Use auto, text, structured or both.", "serve", "--answers", "json")]
    [InlineData("--max-requests '0'", "serve", "--max-requests", "0")]
    [InlineData("'@list'", "@list")]
    [InlineData("stats, verify, compact, delete, export", "archive")]
    [InlineData("`chat-mcp-server archive --help`", "archive", "burn")]
    [InlineData("Nothing to delete. Pass the id of a session, or --older-than 90d", "archive", "delete")]
    [InlineData("Missing folder. Pass the folder to export to.", "archive", "export", "")]
    [InlineData("--archive PATH", "archive", "stats", "--archive", "none")]
    [InlineData("--log-level 'loud'", "archive", "verify", "--log-level", "loud")]
    public async Task Wrong_usage_is_one_line_that_names_it_and_exits_with_2(string named, params string[] arguments)
    {
        var run = await CliProcess.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task What_was_typed_is_shown_not_obeyed()
    {
        var run = await CliProcess.RunAsync("\e[31m\nred");

        Assert.Contains("\\u001B[31m red", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_of_the_environment_is_named_as_such()
    {
        var run = await CliProcess.RunWithAsync(new() { ["CHAT_MCP_MAX_SESSION_MB"] = "4096" }, "list");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("Invalid CHAT_MCP_MAX_SESSION_MB '4096'. Use a whole number from 1 to 2,047.", run.ErrorLine);
    }

    [Fact]
    public async Task The_details_of_an_unexpected_failure_are_shown_on_request()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs /dev/full, as on Linux.");

        var run = await CliProcess.RunInShellAsync("$CLI list --log-level debug > /dev/full");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_reads_only_the_beginning_hears_no_complaint()
    {
        var run = await CliProcess.RunInShellAsync("$CLI show ses-sample-failing-tests --max-tokens 25000 | head -n 1");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("Session: ses-sample-failing-tests\n", run.Output);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("Did you mean 'search'?", "serch", "x")]
    [InlineData("Did you mean '--sessions'?", "list", "--sesions", "x")]
    [InlineData("Did you mean '--sessions'?", "search", "note", "--sesions", "x")]
    [InlineData("Unknown option '--limt'", "search", "note", "--limt", "3")]
    [InlineData("'-limits'. Did you mean '--limit'?", "list", "-limits")]
    public async Task A_mistyped_word_is_met_with_the_one_that_is_meant(string expected, params string[] arguments)
    {
        var run = await CliProcess.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$CLI list >/dev/full", 1)]
    // More than fits in a buffer.
    [InlineData(
        "printf '{\"session_id\":\"s\",\"events\":[{\"type\":\"text\",\"content\":\"%s\"}]}' $(head -c 40000 /dev/zero | tr '\\0' x)"
            + " | $CLI show - --format jsonl >/dev/full",
        1
    )]
    [InlineData("printf '%s\\n' '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}' | $CLI serve >/dev/full", 1)]
    [InlineData("$CLI list >&-", 1)]
    [InlineData("$CLI --help >&-", 1)]
    [InlineData("$CLI --version >&-", 1)]
    [Proves("output")]
    public async Task Output_that_cannot_be_written_is_one_line(string line, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/full.");

        var run = await CliProcess.RunInShellAsync(line);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains("annot write to standard output", run.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$CLI list --limit 1 2>&-", 0)]
    [InlineData("$CLI list --limit 1 2>/dev/full", 0)]
    [InlineData("$CLI show nope 2>&-", 1)]
    [InlineData("$CLI show nope 2>/dev/full", 1)]
    [InlineData("$CLI serch 2>/dev/full", 2)]
    [InlineData("$CLI list --log-level debug --sessions /nowhere 2>/dev/full", 1)]
    [Proves("output")]
    public async Task Where_messages_cannot_be_written_they_are_dropped_and_the_exit_code_stays(string line, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/full.");

        var run = await CliProcess.RunInShellAsync(line);

        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        Assert.Equal(line.Contains("--limit", StringComparison.Ordinal), run.Output.Contains("ses-sample", StringComparison.Ordinal));
    }
}
