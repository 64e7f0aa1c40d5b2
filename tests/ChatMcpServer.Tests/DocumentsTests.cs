using System.Text.Json;
using System.Text.RegularExpressions;
using ChatMcpServer.Tests.Documents;
using ChatSessions.Importing;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>Statements in the documents that a program can check.</summary>
public sealed partial class DocumentsTests(Shown shown) : IClassFixture<Shown>
{
    public static TheoryData<string> Documents => [.. Repository.Documents];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task What_a_document_shows_is_what_the_program_answers(string path)
    {
        var written = Repository.Read(path);

        var refreshed = await shown.RefreshAsync(written, TestContext.Current.CancellationToken);

        await IsMadeAsync(path, refreshed);
    }

    [Fact]
    public Task The_manual_page_is_made_of_the_help() => IsMadeAsync("man/chat-mcp-server.1", ManPage.Write());

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public async Task The_picture_of_an_answer_is_what_the_program_prints(string theme)
    {
        string[] arguments = ["show", "ses-sample-failing-tests", "--max-tokens", "600"];
        var command = $"chat-mcp-server {string.Join(' ', arguments)}";

        var printed = $"$ {command}\n{await Shown.PaintAsync(arguments)}";

        var picture = theme == "dark" ? TerminalPicture.Dark : TerminalPicture.Light;
        await IsMadeAsync($"docs/pictures/answer-{theme}.svg", picture.Draw($"What {command} prints", printed));
    }

    /// <summary>Checks that a file has this text, or writes it.</summary>
    private static async Task IsMadeAsync(string path, string text)
    {
        var written = File.Exists(Repository.Full(path)) ? Repository.Read(path) : "";
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") != "1" || text == written)
        {
            Assert.Equal(text, written);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Repository.Full(path))!);
        await File.WriteAllTextAsync(Repository.Full(path), text, TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_link_leads_to_a_file_and_a_heading_that_exist(string path)
    {
        var links = Link.Matches(Repository.Read(path)).Select(link => link.Groups["file"].Value.Split('#'));

        Assert.All(
            links,
            link =>
            {
                var file = Path.Combine(Path.GetDirectoryName(path)!, link[0]);
                Assert.True(Path.Exists(Repository.Full(file)), $"{file} does not exist.");
                if (link is [_, var heading])
                    Assert.Contains(heading, Headings(file));
            }
        );
    }

    /// <summary>The anchors of a document's headings.</summary>
    private static IEnumerable<string> Headings(string file) =>
        Repository
            .Read(file)
            .Split('\n')
            .Where(line => line.StartsWith('#'))
            .Select(line => line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-'));

    [Theory]
    [MemberData(nameof(Documents))]
    public void JSON_in_a_document_parses(string path)
    {
        foreach (Match json in JsonBlock.Matches(Repository.Read(path)))
            JsonDocument.Parse(json.Groups["json"].Value).Dispose();
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_command_in_a_document_is_one_that_the_program_takes(string path)
    {
        var commands = ShellBlock
            .Matches(Repository.Read(path))
            .SelectMany(block => CommandToRun.Matches(block.Groups["commands"].Value))
            .Select(command => command.Groups["arguments"].Value);

        Assert.All(commands, arguments => Assert.Empty(Shown.Parse(arguments).Errors));
    }

    [Fact]
    public void Every_path_that_the_architecture_names_exists()
    {
        var table = Repository.Read("docs/architecture.md").Split("## Where is…?")[1].Split("\n## ")[0];

        var paths = TablePath.Matches(table).Select(match => match.Groups["path"].Value).ToList();

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Repository.Full(path)), $"{path} does not exist."));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_path_of_the_code_that_a_document_names_exists(string path)
    {
        var paths = CodePath.Matches(Repository.Read(path)).Select(match => match.Groups["path"].Value);

        Assert.All(paths, named => Assert.True(Path.Exists(Repository.Full(named)), $"{named} does not exist."));
    }

    [Fact]
    public void Every_import_format_is_described_once()
    {
        var rows = FormatRow.Matches(Repository.Read("docs/formats.md")).Select(row => row.Groups["name"].Value);

        Assert.Equal(ImportFormats.Known.Names.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_decision_is_listed()
    {
        var architecture = Repository.Read("docs/architecture.md");

        Assert.All(
            Directory.EnumerateFiles(Repository.Full("docs/decisions")).Select(Path.GetFileName),
            file => Assert.Contains($"(decisions/{file})", architecture)
        );
    }

    [Fact]
    public void The_configuration_to_copy_names_both_transports()
    {
        using var configuration = JsonDocument.Parse(Repository.Read("mcp.json"));

        var servers = configuration.RootElement.GetProperty("mcpServers");

        Assert.Contains(servers.EnumerateObject(), server => server.Value.TryGetProperty("command", out _));
        Assert.Contains(servers.EnumerateObject(), server => server.Value.TryGetProperty("url", out _));
    }

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)\s]+)\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"^```json\n(?<json>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock { get; }

    [GeneratedRegex(@"^```sh\n(?<commands>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock { get; }

    /// <summary>As in <c>chat-mcp-server archive stats   # …</c>, also after another command on the same line.</summary>
    [GeneratedRegex(@"(?<=^|-- )chat-mcp-server (?<arguments>[^#\n]+)", RegexOptions.Multiline)]
    private static partial Regex CommandToRun { get; }

    [GeneratedRegex(@"^\| `(?<name>[a-z][a-z-]*)` \|(?:[^|\n]+\|){3,4}$", RegexOptions.Multiline)]
    private static partial Regex FormatRow { get; }

    [GeneratedRegex(@"`(?<path>[^`\s]*[/.][^`\s]*)`")]
    private static partial Regex TablePath { get; }

    /// <summary>As in <c>`src/ChatSessions/Importing`</c>, of this repository.</summary>
    [GeneratedRegex(@"`(?<path>(src/Chat|tests/)[^`\s]*)`")]
    private static partial Regex CodePath { get; }
}
