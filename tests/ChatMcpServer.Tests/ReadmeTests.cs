using System.Text.RegularExpressions;
using ChatMcpServer.Tests.Documents;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>The README against the program. What it shows and links to is tested with the other documents.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] Verbs = ["serve", "show", "list", "search", "archive stats", "archive export", "doctor"];

    private readonly string _readme = Repository.Read("README.md");

    [Fact]
    public async Task It_lists_the_options_that_the_help_prints_and_no_others()
    {
        var printed = OptionInHelp.Matches(await HelpAsync()).Select(option => option.Groups["name"].Value);
        var listed = OptionInTable.Matches(_readme).Select(option => option.Groups["name"].Value);

        Assert.Equal(printed.ToHashSet().Order(), listed.Order());
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
            await Task.WhenAll(Verbs.Select(verb => Shown.PrintAsync([.. verb.Split(' '), "--help"])).Append(Shown.PrintAsync("--help")))
        );

    /// <summary>As in <c>  -?, -h, --help   Show help</c>.</summary>
    [GeneratedRegex(@"^  (-\S, )*(?<name>--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionInHelp { get; }

    /// <summary>As in <c>| `--sessions PATH` | …</c>.</summary>
    [GeneratedRegex(@"^\| `(?<name>--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionInTable { get; }

    [GeneratedRegex("[A-Z]+(_[A-Z]+)+")]
    private static partial Regex Variable { get; }
}
