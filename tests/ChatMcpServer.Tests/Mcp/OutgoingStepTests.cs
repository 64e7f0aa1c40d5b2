using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatMcpServer.Tests.Cli;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Tests;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

/// <summary>Text that a step of the door replaces never leaves, through any tool, resource, list or verb, from any part of a session.</summary>
public sealed partial class OutgoingStepTests
{
    private const string Id = "ses-keeper";

    /// <summary>So long that every small answer would cut it, and show a part of it.</summary>
    private static readonly string Long = "long-" + string.Concat(Enumerable.Repeat("dragonscale", 90));

    private static readonly string Many = string.Concat(Enumerable.Range(0, 300).Select(n => $"{n} dragon\\n"));

    private static readonly string Rows = string.Join(
        ',',
        Enumerable.Range(0, 40).Select(n => $$"""{\"no\":{{n}},\"name\":\"dra\\u0067on {{n}}\",\"dragon\":\"{{Long[..40]}}\"}""")
    );

    private static readonly string Session = $$$"""
        {"session_id":"{{{Id}}}","last_updated_at":"2026-04-22T12:34:41","generated_title":"A dragon's title","index_ids":["dragon"],
        "job_metadata":{"is_error":true,"error":"job of a dragon"},"dragon":{"dragon":["dragon"]},
        "source":{"format":"dragon","cwd":"/home/dragon/{{{Long}}}","git_branch":"dragon","models":["dragon"]},"events":[
        {"type":"user_input","content":"Where is the \u202edragon\u200b? {{{Many}}}"},
        {"type":"thinking","content":"{{{Long}}} I think of a \u0064ragon"},
        {"type":"text_delta","content":"I saw a dra"},{"type":"text_delta","content":"gon in pieces"},
        {"type":"tool_call","call_id":"dragon-1","name":"dragon_tool","arguments":{"dragon key":"dragon","nested":"{\"a\":\"dra\\u0067on\"}"}},
        {"type":"tool_result","call_id":"dragon-1","name":"dragon_tool","result":"Error: no dragon\n{{{Many}}}\nValueError: dragon {{{Long}}}"},
        {"type":"tool_call","call_id":"2","name":"bash","arguments":{"command":"find {{{Long}}}"}},
        {"type":"tool_result","call_id":"2","name":"bash","result":{"returncode":1,"dragon":"dragon","output":"{{{Many}}}{{{Long}}}\ndragon: not found"}},
        {"type":"tool_call","call_id":"3","name":"query","arguments":{}},
        {"type":"tool_result","call_id":"3","name":"query","result":"[{{{Rows}}}]"},
        {"type":"tool_call","call_id":"4","name":"query","arguments":"dragon"},
        {"type":"tool_result","call_id":"4","name":"query","result":[1,{"dragon":[["{{{Long}}}"]]}],"image_attachment":{"source_id":"dragon","attachment_name":"dragon.png"}},
        {"type":"tool_call","call_id":"5","name":"poll","arguments":{"dragon":1}},{"type":"tool_result","call_id":"5","name":"poll","result":"dragon 1"},
        {"type":"tool_call","call_id":"6","name":"poll","arguments":{"dragon":2}},{"type":"tool_result","call_id":"6","name":"poll","result":"dragon 2"},
        {"type":"tool_call","call_id":"7","name":"poll","arguments":{"dragon":3}},{"type":"tool_result","call_id":"7","name":"poll","result":"dragon 3"},
        {"type":"tool_call","call_id":"8","name":"poll","arguments":{"dragon":4}},{"type":"tool_result","call_id":"8","name":"poll","result":"dragon 4"},
        {"type":"tool_call","call_id":"9","name":"poll","arguments":{"dragon":5}},{"type":"tool_result","call_id":"9","name":"poll","result":"dragon 5"},
        {"type":"tool_result","call_id":"none","name":"dragon","result":"dragon"},
        {"type":"dragon_event","dragon":"dragon","more":"{{{Many}}}"},
        {"type":"text","content":"The end of the dragon. {{{Long}}}{{{Many}}}","later_field":"dragon"},
        {"type":"stop","is_error":true,"error":"The dragon won: {{{Long}}}","usage":{"turns":1,"dragon":"dragon"}}]}
        """;

    private static readonly string Subagent = $$$"""
        {"session_id":"ses-helper","last_updated_at":"2026-04-22T12:34:41","generated_title":"A dragon's helper","source":{"format":"codex",
        "parent_session_id":"{{{Id}}}","agent_type":"dragon","agent_name":"dragon","description":"tame the dragon"},"events":[]}
        """;

    private static readonly OutgoingStep[] Longer = [(text, _) => All(text, "dragon", "[a beast, 🐉 and \"more\"]")];
    private static readonly OutgoingStep[] Shorter = [(text, _) => All(text, Long, "§"), (text, _) => All(text, "dragon", "x")];

    public static TheoryData<string> Steps => ["longer", "shorter", "secrets"];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task What_a_step_replaces_leaves_by_no_tool_and_no_resource_and_pages_join(string steps)
    {
        await using var server = await InMemoryServer.WithArchiveAsync(
            new ChatSessionsOptions { OutgoingSteps = Of(steps), Secrets = SecretsOf(steps) },
            (ArchiveOwners.Local, [Session, Subagent])
        );
        var (tools, prompts) = (new HashSet<string>(), new HashSet<string>());
        var last = JsonElement.Parse(Session).GetProperty("events").GetArrayLength() - 1;

        Assert.Contains("subagents: 1 (tame the", (await CallAsync("list_chat_sessions")).Text());
        await CallAsync("list_chat_sessions", """{"include_subagents":true}""");
        await CallAsync("get_chat_session", """{"session_id":"ses-helper"}""");
        await server.RequestAsync("resources/list");
        await server.ReadAsync("chat://sessions");
        await server.RequestAsync(
            "completion/complete",
            """{"ref":{"type":"ref/resource","uri":"chat://sessions/{session_id}"},"argument":{"name":"session_id","value":""}}"""
        );
        foreach (
            var prompt in (string[])
                [
                    $$"""{"name":"continue_session","arguments":{"session_id":"{{Id}}"} }""",
                    $$"""{"name":"review_session","arguments":{"session_id":"{{Id}}"} }""",
                    $$"""{"name":"compare_sessions","arguments":{"session_id":"{{Id}}","other_session_id":"ses-helper"} }""",
                    $$"""{"name":"explain_failure","arguments":{"session_id":"{{Id}}"} }""",
                    """{"name":"find_precedent","arguments":{"error":"not found"}}""",
                ]
        )
        {
            Assert.True((await server.RequestAsync("prompts/get", prompt)).TryGetProperty("messages", out _), prompt);
            prompts.Add(JsonElement.Parse(prompt).GetProperty("name").GetString()!);
        }
        foreach (var budget in (int[])[500, 700, 1_000, 2_500, 5_000, 25_000])
        {
            await CallAsync("get_chat_session", $$"""{"session_id":"{{Id}}","max_tokens":{{budget}}}""");
            await CallAsync("review_chat_session", $$"""{"session_id":"{{Id}}","max_tokens":{{budget}}}""");
            foreach (var (one, other) in new[] { (Id, "ses-helper"), ("ses-helper", Id), (Id, Id) })
                await CallAsync(
                    "compare_chat_sessions",
                    $$"""{"session_id":"{{one}}","other_session_id":"{{other}}","max_tokens":{{budget}}}"""
                );
            await CallAsync("get_chat_session", $$"""{"session_id":"{{Id}}","turns":"1","since_event":5,"max_tokens":{{budget}}}""");
            await CallAsync("list_tool_calls", $$"""{"session_id":"{{Id}}","max_tokens":{{budget}}}""");
            await CallAsync("list_tool_calls", $$"""{"session_id":"{{Id}}","sort":"size","max_tokens":{{budget}}}""");
            await CallAsync("list_tool_calls", $$"""{"session_id":"{{Id}}","matching":"/\\d: not found|99 /","max_tokens":{{budget}}}""");
            await CallAsync("list_tool_calls", $$"""{"session_id":"{{Id}}","tool_name":"pol","max_tokens":{{budget}}}""");
        }
        // The caller's own words are not recorded text, so "beast" and the like are not looked for here.
        foreach (var query in (string[])["dragon", "dragon*", "\"the end\"", "find", "job OR won OR Error", "not found", "pieces", "99"])
        {
            var found = await CallAsync("search_chat_sessions", $$"""{"query":{{JsonTexts.Quote(query)}},"limit":50}""");
            // What is hidden as a secret is not found, either.
            if (steps != "secrets" || !query.Contains("dragon", StringComparison.Ordinal))
                Assert.NotEmpty(found.Json().GetProperty("hits").EnumerateArray());
            else
                Assert.Empty(found.Json().GetProperty("hits").EnumerateArray());
            foreach (var hit in found.Json().GetProperty("hits").EnumerateArray())
                await CallAsync(
                    "read_chat_events",
                    $$"""{"session_id":"{{Id}}","events":"{{hit.GetProperty("event")}}","offset":{{(
                        hit.TryGetProperty("offset", out var offset) ? offset.GetInt32() : 0
                    )}},"max_tokens":500}"""
                );
        }
        foreach (var part in (string[])["", "/json", "/turns/1", $"/events/0-{last}", "/tool-calls", "/tool-calls/5", "/messages"])
            AssertFree(await server.ReadAsync($"chat://sessions/{Id}{part}"), part);
        for (var position = 0; position <= last; position++)
        {
            var whole = await server.ReadAsync($"chat://sessions/{Id}/events/{position}");
            JsonElement.Parse(whole);
            Assert.Equal(whole, await JoinedAsync(server, position));
        }

        // A tool or prompt that is added is to be called above, too.
        Assert.Equal(await NamesAsync("tools"), tools.Order());
        Assert.Equal(await NamesAsync("prompts"), prompts.Order());
        foreach (var line in server.Wire)
            // The caller's own words are not recorded text.
            AssertFree(OwnWords().Replace(line, ""), "on the wire");

        Task<CallToolResult> CallAsync(string tool, string arguments = "{}")
        {
            tools.Add(tool);
            return server.CallAsync(tool, arguments);
        }

        async Task<IEnumerable<string>> NamesAsync(string what) =>
            (await server.RequestAsync($"{what}/list"))
                .GetProperty(what)
                .EnumerateArray()
                .Select(one => one.GetProperty("name").GetString()!)
                .Order();
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task What_a_step_replaces_leaves_by_no_verb_and_the_archive_keeps_what_was_recorded(string steps)
    {
        using var folder = new TempFolder();
        var file = folder.Write("session.json", Session);
        var archive = Path.Combine(folder.Path, "archive.db");
        var session = SessionJson.Read(Encoding.UTF8.GetBytes(Session), "a test's session");
        using (var written = new SqliteArchive(archive))
            await written.SaveAllAsync(
                ArchiveOwners.Local,
                [new ArchivedSession(session, SessionOrigin.File, DateTimeOffset.UnixEpoch)],
                TestContext.Current.CancellationToken
            );
        var exported = Path.Combine(folder.Path, "exported");
        string[] from = ["--archive", archive];

        foreach (
            var arguments in (string[][])
                [
                    ["show", Id],
                    ["show", Id, "--json"],
                    ["show", Id, "--max-tokens", "500"],
                    ["show", Id, "--event", "0-22", "--max-tokens", "25000"],
                    ["show", Id, "--format", "markdown"],
                    ["show", Id, "--format", "jsonl"],
                    ["show", Id, "--format", "openai"],
                    ["show", Id, "--format", "messages"],
                    ["calls", Id],
                    ["calls", Id, "--json"],
                    ["calls", Id, "--max-tokens", "500"],
                    ["review", Id],
                    ["review", Id, "--json"],
                    ["list"],
                    ["list", "--json"],
                    ["list", "--include-subagents", "--json"],
                ]
        )
            AssertFree(await RunAsync([.. arguments, .. from]), string.Join(' ', arguments));
        AssertFree(await RunAsync("show", file), "show FILE");
        AssertFree(await RunAsync("compare", file, folder.Write("helper.json", Subagent)), "compare");
        if (steps != "secrets")
            AssertFree(await RunAsync(["search", "dragon", .. from]), "search");
        AssertFree(await RunAsync(["search", "won", "--json", .. from]), "search --json");
        AssertFree(await RunAsync(["archive", "export", exported, .. from]), "export");
        AssertFree(
            await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(exported)), TestContext.Current.CancellationToken),
            "exported"
        );

        using var kept = new SqliteArchive(archive);
        var found = await kept.FindAsync(ArchiveOwners.Local, Id, TestContext.Current.CancellationToken);
        Assert.Equal(session.Json.ToString(), found!.Session.Json.ToString());
        AssertFree(await RunAsync(["archive", "delete", Id, .. from]), "delete");

        async Task<string> RunAsync(params string[] arguments)
        {
            var written = new StringWriter();
            var values = steps == "secrets" ? folder.Write("values.txt", "dragon\n") : null;
            var options = new GlobalOptions(name => name == "CHAT_MCP_REDACT_VALUES" ? values : null) { OutgoingSteps = Of(steps) };
            var terminal = new Terminal(written, written, width: 100, isColored: true);
            var exitCode = await CommandLine.RunAsync(
                arguments,
                terminal,
                options,
                new ServeVerb(options),
                new ShowVerb(options, terminal),
                new CallsVerb(options, terminal),
                new ReviewVerb(options, terminal),
                new CompareVerb(options, terminal),
                new ListVerb(options, terminal),
                new SearchVerb(options, terminal),
                new ArchiveVerb(options, terminal, ImportFormats.Known)
            );
            Assert.True(exitCode == 0, written.ToString());
            return written.ToString();
        }
    }

    [GeneratedRegex(@"Found nowhere: [^.]*\.")]
    private static partial Regex OwnWords();

    private static OutgoingStep[] Of(string steps) =>
        steps switch
        {
            "longer" => Longer,
            "shorter" => Shorter,
            _ => [],
        };

    private static SecretFinder? SecretsOf(string steps) => steps == "secrets" ? new(new() { Values = ["dragon"] }) : null;

    private static async Task<string> JoinedAsync(InMemoryServer server, int position)
    {
        var joined = new StringBuilder();
        for (var (events, offset) = ($"{position}", 0); events is not null; )
        {
            var read = (
                await server.CallAsync(
                    "read_chat_events",
                    $$"""{"session_id":"{{Id}}","events":"{{events}}","offset":{{offset}},"max_tokens":700}"""
                )
            ).Json();
            foreach (var page in read.GetProperty("pages").EnumerateArray())
            {
                Assert.Equal(joined.Length, page.GetProperty("offset").GetInt32());
                joined.Append(page.GetProperty("json").GetString());
            }
            events = read.TryGetProperty("next_events", out var next) ? next.GetString()! : null!;
            offset = read.TryGetProperty("next_offset", out var nextOffset) ? nextOffset.GetInt32() : 0;
        }
        return joined.ToString();
    }

    /// <summary>Checks that a text, and JSON inside it, contains nothing that a step replaces, not even a part.</summary>
    private static void AssertFree(string text, string where)
    {
        foreach (var word in (string[])["dragon", "dra", "gon"])
            if (text.IndexOf(word, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
                Assert.Fail($"'{word}' left by {where}: {text[Math.Max(0, at - 80)..Math.Min(text.Length, at + 40)]}");
        if (text.TrimStart() is not ['{' or '[', ..])
            return;
        try
        {
            foreach (var inner in Strings(JsonElement.Parse(text)))
                AssertFree(inner, where);
        }
        catch (JsonException)
        {
            // A part of it.
        }
    }

    private static IEnumerable<string> Strings(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Strings(property.Value).Prepend(property.Name)),
            JsonValueKind.Array => value.EnumerateArray().SelectMany(Strings),
            JsonValueKind.String => [value.GetString()!],
            _ => [],
        };

    private static IEnumerable<Replacement> All(string text, string word, string replacement)
    {
        for (
            var at = text.IndexOf(word, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(word, at + word.Length, StringComparison.Ordinal)
        )
            yield return new(at, word.Length, replacement);
    }
}
