using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatMcpServer.Tests.Cli;
using ChatSessions;
using ChatSessions.Recorded;
using ChatSessions.Sources.LlamaCloud;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Documents;

/// <summary>
/// Makes what documents show between <c>&lt;!-- shown: … --&gt;</c> and <c>&lt;!-- end --&gt;</c>, from a server of the samples, and for what
/// is of the archive from a server of an archive that holds them: what <c>chat-mcp-server ARGUMENTS</c> prints, the <c>text</c> or <c>json</c> that <c>TOOL {arguments}</c> answers, a <c>resource ADDRESS</c>, or
/// the reference of <c>tools</c> or <c>resources</c>, the rules of <c>instruction-signs</c>, or the table of <c>faults</c>.
/// </summary>
public sealed partial class Shown : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ShownServer? _samples;
    private ShownServer? _archive;

    private string Archive => Path.Combine(_folder.Path, "archive.db");

    public async ValueTask InitializeAsync()
    {
        await ArchivedSamples.SaveAsync(Archive);
        _samples = await ShownServer.StartAsync(new ChatSessionsOptions());
        _archive = await ShownServer.StartAsync(new ChatSessionsOptions { ArchivePath = Archive });
    }

    public async ValueTask DisposeAsync()
    {
        await _samples!.DisposeAsync();
        await _archive!.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The document with all its examples made again.</summary>
    public async Task<string> RefreshAsync(string document, CancellationToken cancellationToken)
    {
        var refreshed = new StringBuilder();
        var done = 0;
        foreach (Match block in Block.Matches(document))
        {
            refreshed.Append(document, done, block.Groups["content"].Index - done);
            refreshed.Append(await MakeAsync(block.Groups["what"].Value, cancellationToken));
            done = block.Groups["content"].Index + block.Groups["content"].Length;
        }
        return refreshed.Append(document, done, document.Length - done).ToString();
    }

    private async Task<string> MakeAsync(string what, CancellationToken cancellationToken)
    {
        switch (what.Split(' ', 2))
        {
            case ["tools"]:
                // With a key, because some arguments are offered only then.
                var options = new ChatSessionsOptions
                {
                    ArchivePath = Archive,
                    LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-any" },
                };
                await using (var all = await ShownServer.StartAsync(options))
                    return Reference.Of(await all.Client.ListToolsAsync(cancellationToken: cancellationToken));
            case ["instruction-signs"]:
                return $"| rule | looks for | such as |\n|---|---|---|\n{string.Concat(InstructionSign.All.Select(Row))}";
            case ["faults"]:
                return FaultTable.Write();
            case ["resources"]:
                var resources = await _samples!.Client.ListResourcesAsync(cancellationToken: cancellationToken);
                var templates = await _samples.Client.ListResourceTemplatesAsync(cancellationToken: cancellationToken);
                return Reference.Of(resources[0], templates);
            case ["code", var path]:
                return Fenced("csharp", Repository.Read(path).Trim());
            case ["prompts"]:
                await using (var archived = await ShownServer.StartAsync(new ChatSessionsOptions { ArchivePath = Archive }))
                    return Reference.Of(await archived.Client.ListPromptsAsync(cancellationToken: cancellationToken));
            case ["resource", var address]:
                var contents = (await _samples!.Client.ReadResourceAsync(address, cancellationToken: cancellationToken)).Contents.Single();
                return Fenced(contents.MimeType == "application/json" ? "json" : "markdown", ((TextResourceContents)contents).Text);
            case [("text" or "json") and var channel, var call]:
                return await CallAsync(channel, call.Split(' ', 2), cancellationToken);
            case ["chat-mcp-server", var arguments]:
                var words = CommandLineParser.SplitCommandLine(arguments).ToArray();
                return Fenced("text", await PrintAsync(words[0] == "search" ? Archive : "none", words));
            default:
                throw new ArgumentException($"Nothing is known of how to show '{what}'.");
        }
    }

    private static string Row(InstructionSign sign) =>
        $"| `{sign.Name}` | {sign.LooksFor} | {(sign.Words.IsEmpty ? "" : $"`{sign.Example.Replace("|", "\\|", StringComparison.Ordinal)}`")} |\n";

    private async Task<string> CallAsync(string channel, string[] call, CancellationToken cancellationToken)
    {
        using var arguments = JsonDocument.Parse(call[1]);
        var server = call[0] == "search_chat_sessions" ? _archive! : _samples!;
        var result = await server.Client.CallToolAsync(
            call[0],
            arguments.RootElement.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value),
            cancellationToken: cancellationToken
        );
        return channel == "text"
            ? Fenced("text", ((TextContentBlock)result.Content.Single()).Text)
            : Fenced("json", Indented(result.StructuredContent!.Value));
    }

    /// <summary>What the program prints without configuration and without a terminal.</summary>
    public static Task<string> PrintAsync(params string[] arguments) => PrintAsync("none", arguments);

    /// <summary>What it prints on a terminal with colours.</summary>
    public static Task<string> PaintAsync(params string[] arguments) => PrintAsync("none", arguments, isColored: true);

    private static async Task<string> PrintAsync(string archive, string[] arguments, bool isColored = false)
    {
        using var output = new StringWriter();
        var terminal = new Terminal(output, output, width: null, isColored);
        var options = new GlobalOptions(variable => variable == "CHAT_MCP_ARCHIVE" ? archive : null);
        await CommandLine.RunAsync(arguments, terminal, options, Verbs.All(options, terminal));
        return output.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>How the program parses arguments, without running them.</summary>
    public static ParseResult Parse(string arguments)
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, width: null, isColored: false);
        var options = new GlobalOptions(_ => null);
        var root = new RootCommand();
        options.AddTo(root);
        foreach (var verb in Verbs.All(options, terminal))
            root.Add(verb);
        return root.Parse(arguments);
    }

    private static string Indented(JsonElement json)
    {
        using var stream = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
            json.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Fenced(string language, string text)
    {
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return $"{fence}{language}\n{text.TrimEnd('\n')}\n{fence}\n";
    }

    [GeneratedRegex(@"^<!-- shown: (?<what>.+?) -->\n(?<content>.*?)^<!-- end -->$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block { get; }
}
