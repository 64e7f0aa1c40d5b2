using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatMcpServer.Tests.Documents;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>The README and the pages it links to. Examples and links are tested with the other documents.</summary>
public sealed partial class ReadmeTests
{
    /// <summary>Read from the command line itself, so that none can be missing from the page.</summary>
    private static readonly IReadOnlyList<string> Commands =
    [
        .. Named(Verbs.All(new(_ => null), new(TextWriter.Null, TextWriter.Null, null, false))),
    ];

    private readonly string _readme = Repository.Read("README.md");
    private readonly string _commands = Repository.Read("docs/commands.md");
    private readonly string _reference = Repository.Read("docs/reference.md");

    [Fact]
    public async Task The_options_are_those_that_the_help_prints()
    {
        var printed = OptionInHelp.Matches(await HelpAsync()).Select(option => option.Groups["name"].Value);
        var listed = OptionInTable.Matches(_commands).Select(option => option.Groups["name"].Value);

        Assert.Equal(printed.ToHashSet().Order(), listed.Order());
    }

    [Fact]
    public void The_commands_are_those_of_the_command_line()
    {
        var listed = VerbInTable.Matches(_commands).Select(verb => verb.Groups["name"].Value);

        Assert.Equal(Commands.Order(), listed.Order());
    }

    [Fact]
    public async Task The_variables_are_those_that_the_help_names()
    {
        Assert.All(Variable.Matches(await HelpAsync()), variable => Assert.Contains($"`{variable.Value}`", _commands));
    }

    [Theory]
    [InlineData("tools")]
    [InlineData("resources")]
    public void The_reference_is_generated(string what) => Assert.Contains($"<!-- shown: {what} -->", _reference);

    [Fact]
    public void It_shows_an_answer() => Assert.Contains("<!-- shown: chat-mcp-server show ", _readme);

    [Fact]
    public async Task Its_first_command_prints_a_session_where_nothing_is_configured()
    {
        var arguments = CommandLineParser.SplitCommandLine(FirstCommand.Match(_readme).Groups["arguments"].Value);

        Assert.StartsWith("Session: ", await Shown.PrintAsync([.. arguments]), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_second_command_runs_the_tests() => Assert.Matches(@"(?m)^dotnet test\s", _readme);

    [Fact]
    public void It_links_to_every_page()
    {
        var pages = Repository.Documents.Where(page =>
            page != "README.md" && !page.StartsWith("docs/decisions/", StringComparison.Ordinal)
        );

        Assert.All(pages, page => Assert.Contains($"]({page})", _readme));
    }

    private static async Task<string> HelpAsync() =>
        string.Concat(
            await Task.WhenAll(Commands.Select(verb => Shown.PrintAsync([.. verb.Split(' '), "--help"])).Append(Shown.PrintAsync("--help")))
        );

    /// <summary>As in <c>dotnet run --project src/ChatMcpServer -- show ID   # …</c>.</summary>
    [GeneratedRegex(@"^dotnet run --project src/ChatMcpServer -- (?<arguments>[^#\n]+)", RegexOptions.Multiline)]
    private static partial Regex FirstCommand { get; }

    /// <summary>The verbs that do something, with their parents: <c>archive stats</c>.</summary>
    private static IEnumerable<string> Named(IEnumerable<Command> verbs) =>
        verbs
            .Where(verb => !verb.Hidden)
            .SelectMany(verb =>
                verb.Subcommands.Count == 0 ? [verb.Name] : Named(verb.Subcommands).Select(below => $"{verb.Name} {below}")
            );

    /// <summary>As in <c>| `chat-mcp-server show SESSION` | …</c>.</summary>
    [GeneratedRegex(@"^\| (`chat-mcp-server`, )?`chat-mcp-server (?<name>[a-z]+( [a-z]+(-[a-z]+)*)*)[^`]*` \|", RegexOptions.Multiline)]
    private static partial Regex VerbInTable { get; }

    /// <summary>As in <c>  -?, -h, --help   Show help</c>.</summary>
    [GeneratedRegex(@"^  (-\S, )*(?<name>--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionInHelp { get; }

    /// <summary>As in <c>| `--sessions PATH` | …</c>.</summary>
    [GeneratedRegex(@"^\| `(?<name>--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionInTable { get; }

    [GeneratedRegex("[A-Z]+(_[A-Z]+)+")]
    private static partial Regex Variable { get; }
}
