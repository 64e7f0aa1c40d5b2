using System.CommandLine;
using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatMcpServer.Tests.Documents;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>The README against the program. What it shows and links to is tested with the other documents.</summary>
public sealed partial class ReadmeTests
{
    /// <summary>The command line itself: what it has and the README lacks is found here.</summary>
    private static readonly IReadOnlyList<string> Commands =
    [
        .. Named(Verbs.All(new(_ => null), new(TextWriter.Null, TextWriter.Null, null, false))),
    ];

    private readonly string _readme = Repository.Read("README.md");

    [Fact]
    public async Task It_lists_the_options_that_the_help_prints_and_no_others()
    {
        var printed = OptionInHelp.Matches(await HelpAsync()).Select(option => option.Groups["name"].Value);
        var listed = OptionInTable.Matches(_readme).Select(option => option.Groups["name"].Value);

        Assert.Equal(printed.ToHashSet().Order(), listed.Order());
    }

    [Fact]
    public void It_lists_the_verbs_and_no_others()
    {
        var listed = VerbInTable.Matches(_readme).Select(verb => verb.Groups["name"].Value);

        Assert.Equal(Commands.Order(), listed.Order());
    }

    [Fact]
    public async Task It_names_the_variables_that_the_help_names()
    {
        Assert.All(Variable.Matches(await HelpAsync()), variable => Assert.Contains($"`{variable.Value}`", _readme));
    }

    [Theory]
    [InlineData("tools")]
    [InlineData("resources")]
    public void It_holds_the_reference(string what) => Assert.Contains($"<!-- shown: {what} -->", _readme);

    [Fact]
    public void It_shows_an_answer() => Assert.Contains("<!-- shown: chat-mcp-server show ", _readme);

    private static async Task<string> HelpAsync() =>
        string.Concat(
            await Task.WhenAll(Commands.Select(verb => Shown.PrintAsync([.. verb.Split(' '), "--help"])).Append(Shown.PrintAsync("--help")))
        );

    /// <summary>The verbs that do something, each with those above it: <c>archive stats</c>.</summary>
    private static IEnumerable<string> Named(IEnumerable<Command> verbs) =>
        verbs.SelectMany(verb =>
            verb.Subcommands.Count == 0 ? [verb.Name] : Named(verb.Subcommands).Select(below => $"{verb.Name} {below}")
        );

    /// <summary>As in <c>| `chat-mcp-server show SESSION` | …</c>.</summary>
    [GeneratedRegex(@"^\| (`chat-mcp-server`, )?`chat-mcp-server (?<name>[a-z]+( [a-z]+)*)[^`]*` \|", RegexOptions.Multiline)]
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
