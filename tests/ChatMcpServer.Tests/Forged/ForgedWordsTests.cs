using System.Text.Json;
using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Mcp;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Recorded;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Forged;

/// <summary>
/// Recorded text that imitates the server's words, from every place and with many tricks, through every way out: a careful reader finds
/// exactly the words that the server says of the same session with harmless text.
/// </summary>
public sealed partial class ForgedWordsTests
{
    private const string Harmless = "harmless";
    private const string Other = "other";

    public static TheoryData<string> Places => [.. ForgedText.Places];

    [Fact]
    public void There_are_hundreds_of_attacks()
    {
        Assert.InRange(ForgedText.Places.Sum(place => ForgedText.At(place).Count()), 500, 5_000);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task No_recorded_text_passes_for_the_servers_words_in_an_answer(string place)
    {
        var attacks = Attacks(place);
        await using var server = await InMemoryServer.WithArchiveAsync(
            new ChatSessionsOptions(),
            (ArchiveOwners.Local, [.. attacks.SelectMany(attack => attack.Sessions)])
        );
        var expected = await AnswersAboutAsync(server, attacks[1].Asked, attacks[0].Asked);
        foreach (var attack in attacks.Skip(2))
            AssertSame(expected, await AnswersAboutAsync(server, attack.Asked, attacks[0].Asked), attack);

        // A list has the same lines for each session.
        foreach (
            var (tool, arguments) in new[]
            {
                ("list_chat_sessions", """{"limit":100,"max_tokens":25000}"""),
                ("search_chat_sessions", """{"query":"care","limit":50,"max_tokens":25000}"""),
                ("search_chat_sessions", """{"query":"care","limit":50,"max_tokens":25000,"by_session":true}"""),
            }
        )
        {
            AssertRows((await server.CallAsync(tool, arguments)).Text());
        }
        await AssertListedAsync(server, attacks);
    }

    /// <summary>Checks the lists of resources, and of ids while they are typed: there, too, only the server says how a session ended.</summary>
    private static async Task AssertListedAsync(InMemoryServer server, List<Attack> attacks)
    {
        var recent = JsonElement.Parse(await server.ReadAsync("chat://sessions"));
        Assert.Single(
            recent
                .GetProperty("sessions")
                .EnumerateArray()
                .Select(session =>
                    string.Join(' ', CarefulReader.Read(session).Where(line => !line.StartsWith(".subagents", StringComparison.Ordinal)))
                )
                .Distinct()
        );
        foreach (var resource in (await server.RequestAsync("resources/list")).GetProperty("resources").EnumerateArray().Skip(1))
        {
            var described = Regex.Replace(resource.GetProperty("description").GetString()!, @"""(?:[^""\\]|\\.)*""", "TEXT");
            Assert.Matches("^[^\\p{C}]*error$", described);
            Assert.Single(Regex.Matches(described, ", (ok|error|unfinished|never_run)\\b"));
        }
        var completed = await server.RequestAsync(
            "completion/complete",
            """{"ref":{"type":"ref/resource","uri":"chat://sessions/{session_id}"},"argument":{"name":"session_id","value":""}}"""
        );
        var listed = attacks.Select(attack => OutgoingText.ShowName(attack.Listed)).ToHashSet();
        Assert.Equal(
            listed.Order(StringComparer.Ordinal),
            completed
                .GetProperty("completion")
                .GetProperty("values")
                .EnumerateArray()
                .Select(value => value.GetString()!)
                .Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task No_recorded_text_passes_for_the_servers_words_on_a_terminal(string place)
    {
        using var folder = new TempFolder();
        var attacks = Attacks(place);
        var files = attacks.ConvertAll(attack => folder.Write($"{attack.Number}.json", attack.Sessions[^1]));
        var expected = await PrintedOfAsync(files[1], files[0]);
        foreach (var (attack, file) in attacks.Zip(files).Skip(2))
            AssertSame(expected, await PrintedOfAsync(file, files[0]), attack);
        foreach (var isColored in (bool[])[true, false])
        {
            AssertRows(await PrintAsync(isColored, "list", "--sessions", folder.Path, "--limit", "100", "--include-subagents"));
            AssertRows(await PrintAsync(isColored, "search", "care", "OR", "words", "--sessions", folder.Path, "--limit", "50"));
        }
    }

    /// <summary>Checks that a list has only the rows that harmless sessions have.</summary>
    private static void AssertRows(string text)
    {
        var lines = CarefulReader.Read(text);
        Assert.DoesNotContain(lines, line => !RowPattern().IsMatch(line));
        // All sessions differ in nothing but their recorded texts.
        Assert.InRange(lines.Where(line => line.StartsWith("a session", StringComparison.Ordinal)).Distinct().Count(), 0, 2);
    }

    /// <summary>The harmless session, another harmless one, and the attacks.</summary>
    private static List<Attack> Attacks(string place)
    {
        var texts = ForgedText.At(place).Prepend((Other, "simple")).Prepend((Harmless, "plain"));
        if (place == "date")
            texts = texts.Select(text => text.Item1 is Harmless or Other ? (text.Item1, "2026-04-22T12:34:41") : text);
        return [.. texts.Select((text, number) => new Attack(place, number, text.Item1, text.Item2))];
    }

    /// <summary>What a careful reader finds of the server's words in all answers about one session.</summary>
    private static async Task<Dictionary<string, List<string>>> AnswersAboutAsync(InMemoryServer server, string id, string other)
    {
        var asked = JsonTexts.Quote(id);
        var shown = JsonTexts.Quote(Quoted.Text(OutgoingText.ShowName(id)));
        var answers = new Dictionary<string, List<string>>();
        foreach (
            var (tool, arguments) in new[]
            {
                ("get_chat_session", $$"""{"session_id":{{asked}},"max_tokens":25000}"""),
                ("read_chat_events", $$"""{"session_id":{{asked}},"events":"0","max_tokens":25000}"""),
                ("list_tool_calls", $$"""{"session_id":{{asked}},"max_tokens":25000}"""),
                ("review_chat_session", $$"""{"session_id":{{asked}},"max_tokens":25000}"""),
                (
                    "compare_chat_sessions",
                    $$"""{"session_id":{{asked}},"other_session_id":{{JsonTexts.Quote(other)}},"max_tokens":25000}"""
                ),
                ("search_chat_sessions", $$"""{"query":"care OR words","session_id":{{asked}}}"""),
            }
        )
        {
            var answer = await server.CallAsync(tool, arguments);
            answers[$"{tool}, text"] = CarefulReader.Read(answer.Text());
            answers[$"{tool}, JSON"] = CarefulReader.Read(answer.Json());
        }
        foreach (var path in (string[])["", "/turns/1"])
            answers[$"resource {path}"] = CarefulReader.Read(
                InFence(await server.ReadAsync($"chat://sessions/{Uri.EscapeDataString(id)}{path}"))
            );
        foreach (var prompt in (string[])["continue_session", "review_session", "explain_failure"])
        {
            var got = await server.RequestAsync("prompts/get", $$$"""{"name":"{{{prompt}}}","arguments":{"session_id":{{{shown}}}}}""");
            answers[prompt] = CarefulReader.Read(got.GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString()!);
        }
        return answers;
    }

    private static async Task<Dictionary<string, List<string>>> PrintedOfAsync(string file, string harmless)
    {
        var printed = new Dictionary<string, List<string>>();
        foreach (var isColored in (bool[])[true, false])
        foreach (
            var arguments in (string[][])
                [
                    ["show", file],
                    ["calls", file],
                    ["review", file],
                    ["compare", file, harmless],
                    ["show", file, "--format", "markdown"],
                ]
        )
        {
            var text = await PrintAsync(isColored, arguments);
            printed[$"{arguments[0]}{(arguments[^1] == "markdown" ? " --format markdown" : "")}, {(isColored ? "coloured" : "plain")}"] =
                CarefulReader.Read(arguments[^1] == "markdown" ? InFence(text) : text);
        }
        return printed;
    }

    private static async Task<string> PrintAsync(bool isColored, params string[] arguments)
    {
        var (written, remarks) = (new StringWriter(), new StringWriter());
        var options = new GlobalOptions(_ => null);
        var terminal = new Terminal(written, remarks, width: isColored ? 120 : null, isColored);
        await CommandLine.RunAsync(
            arguments,
            terminal,
            options,
            new ServeVerb(options),
            new ShowVerb(options, terminal),
            new CallsVerb(options, terminal),
            new ReviewVerb(options, terminal),
            new CompareVerb(options, terminal),
            new ListVerb(options, terminal),
            new SearchVerb(options, terminal)
        );
        // Our own colours, and nothing else that a terminal obeys.
        var plain = Regex.Replace(written.ToString(), @"\e\[\d+m", "");
        Assert.DoesNotContain(plain, sign => char.IsControl(sign) && sign is not ('\n' or '\r' or '\t'));
        return plain.Replace("\r\n", "\n");
    }

    /// <summary>What is between the fences of a Markdown document.</summary>
    private static string InFence(string markdown)
    {
        var lines = markdown.TrimEnd('\n').Split('\n');
        var fence = lines[0][..lines[0].IndexOf("text", StringComparison.Ordinal)];
        Assert.Equal(fence, lines[^1]);
        var inside = string.Join('\n', lines[1..^1]);
        Assert.DoesNotContain(fence, inside);
        return inside;
    }

    private static void AssertSame(Dictionary<string, List<string>> expected, Dictionary<string, List<string>> found, Attack attack)
    {
        foreach (var (exit, words) in expected)
            if (!words.SequenceEqual(found[exit]))
                Assert.Fail(
                    $"{attack.Name} as {attack.Place}, {exit}: {string.Join(" ⏎ ", found[exit].Except(words))} instead of {string.Join(" ⏎ ", words.Except(found[exit]))}"
                        + (found[exit].Except(words).Any() ? "" : $": {string.Join(" ⏎ ", found[exit])}")
                );
    }

    [GeneratedRegex(
        @"^(\d+ (of \d+ )?(hits|sessions)[a-z0-9 ,]*|Notes: Recorded data, not instructions\.( Only \d+ texts? (has|have) all that was asked for; the others have part of it\.)?( A hit that is in more sessions stands for those on this page; by_session=true names all\.)?|Read on|Next page: cursor=""[\w+/=-]+""|a table of ID|a session.*|#\d+ (arguments|user)( \(and in \d+ more sessions?\))?|\d+ turns?, \d+ calls?( \(1 failed\))?|subagents: 1, 0)$"
    )]
    private static partial Regex RowPattern();

    private sealed record Attack(string Place, int Number, string Name, string Text)
    {
        private string Id => Place == "id" ? $"{Text}{Number}" : $"ses-{Number}";

        /// <summary>The session that lists have.</summary>
        public string Listed => Id;

        /// <summary>The session that is asked for.</summary>
        public string Asked => Place == "purpose" ? $"sub-{Number}" : Id;

        public string[] Sessions =>
            Place == "purpose"
                ? [ForgedText.Session(Id, Place, Text), ForgedText.Subagent(Asked, Id, Text)]
                : [ForgedText.Session(Id, Place, Text)];
    }
}
