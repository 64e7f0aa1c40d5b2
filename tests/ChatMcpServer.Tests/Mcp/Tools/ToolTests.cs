using System.Text.Json;
using ChatSessions.Recorded;
using ChatSessions.Tests;
using ChatSessions.Tests.Condensing;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Tools;

public sealed class ToolTests
{
    private const string Sample = "ses-sample-failing-tests";

    [Theory]
    [InlineData("get_chat_session", "id")]
    [InlineData("list_chat_sessions", "query")]
    public async Task An_unknown_argument_is_answered_with_those_that_are_listed(string tool, string unknown)
    {
        await using var server = await InMemoryServer.WithSamplesAsync();
        var listed = (await server.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Single(one =>
            one.Name == tool
        );

        var refusal = await server.RefusalAsync(tool, $$"""{"{{unknown}}":"x"}""");

        var names = listed.JsonSchema.GetProperty("properties").EnumerateObject().Select(one => one.Name);
        Assert.Equal($"Unknown argument '{unknown}'. {tool} takes {string.Join(", ", names)}.", refusal);
    }

    [Fact]
    public async Task A_session_is_answered_in_both_channels_each_whole()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var result = await server.CallAsync("get_chat_session", $$"""{"session_id":"{{Sample}}"}""");

        Assert.StartsWith($"Session: {Sample}\nTitle: The date parser rejects leap days.", result.Text(), StringComparison.Ordinal);
        var json = result.Json();
        Assert.Equal((Sample, "error"), (json.GetProperty("session_id").GetString(), json.GetProperty("outcome").GetString()));
        var entries = json.GetProperty("transcript").EnumerateArray().ToList();
        Assert.All(entries, entry => Assert.Contains($"\n#{entry.GetProperty("event")} ", result.Text(), StringComparison.Ordinal));
        var call = entries.First(entry => entry.TryGetProperty("tool", out _));
        Assert.Equal(
            (2, "bash", "python -m pytest tests/test_dates.py -q", "returncode 1"),
            (
                call.GetProperty("event").GetInt32(),
                call.GetProperty("tool").GetString(),
                call.GetProperty("arguments").GetProperty("command").GetString(),
                call.GetProperty("reason").GetString()
            )
        );
    }

    [Theory]
    [InlineData("\"turns\":\"1\"", "turns 1-1 of ")]
    [InlineData("\"turns\":1", "turns 1-1 of ")]
    [InlineData("\"turns\":\"last 1\"", "turns ")]
    [InlineData("\"since_event\":3", "what came after #3: ")]
    [InlineData("\"since_event\":\"3\"", "what came after #3: ")]
    [InlineData("\"since_event\":3.0", "what came after #3: ")]
    [InlineData("\"last_events\":\"3\"", "the last 3 events (#")]
    public async Task A_part_of_a_session_is_told(string argument, string part)
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var result = await server.CallAsync("get_chat_session", $$"""{"session_id":"{{Sample}}",{{argument}}}""");

        Assert.StartsWith(part, result.Json().GetProperty("part").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_session_is_focused_on_is_told_and_shown()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var plain = await server.CallAsync("get_chat_session", $$"""{"session_id":"{{Sample}}","max_tokens":600}""");
        var focused = await server.CallAsync(
            "get_chat_session",
            $$"""{"session_id":"{{Sample}}","max_tokens":600,"focus":"unobtainium"}"""
        );

        Assert.False(plain.Json().TryGetProperty("focus", out _));
        Assert.Equal("unobtainium (nothing matches)", focused.Json().GetProperty("focus").GetString());
        Assert.Contains("\nFocus: unobtainium (nothing matches)\n", focused.Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"turns\":\"\",\"since_event\":\"\",\"project_id\":\"null\",\"organization_id\":null,\"max_tokens\":\"\"")]
    [InlineData("\"turns\":null,\"since_event\":null,\"last_events\":\"\",\"focus\":\"null\",\"max_tokens\":\"5000\"")]
    [InlineData("\"max_tokens\":5000.0")]
    [InlineData("\"max_tokens\":\" 5e3 \"")]
    public async Task Arguments_are_read_as_models_write_them(string arguments)
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var plain = await server.CallAsync("get_chat_session", $$"""{"session_id":"{{Sample}}"}""");
        var written = await server.CallAsync("get_chat_session", $$"""{"session_id":"{{Sample}}",{{arguments}}}""");

        Assert.Equal(plain.Text(), written.Text());
    }

    [Theory]
    [InlineData("get_chat_session", "{}", "Missing argument 'session_id' of get_chat_session")]
    [InlineData("get_chat_session", """{"session_id":""}""", "Missing argument 'session_id' of get_chat_session")]
    [InlineData("get_chat_session", """{"session_id":"null"}""", "No session 'null' in built-in samples")]
    [InlineData("get_chat_session", """{"session_id":["x"]}""", "session_id must be a string, not [\"x\"].")]
    [InlineData(
        "get_chat_session",
        """{"session_id":"nobody"}""",
        "No session 'nobody' in built-in samples. These are the built-in samples;"
    )]
    [InlineData("get_chat_session", """{"session_id":"a\nb"}""", "The session id contains control characters.")]
    [InlineData(
        "get_chat_session",
        """{"session_id":"$","id":1}""",
        "Unknown argument 'id'. get_chat_session takes session_id, max_tokens, turns"
    )]
    [InlineData("get_chat_session", """{"session_id":"$","max_tokens":499}""", "max_tokens must be from 500 to 25000, not 499.")]
    [InlineData("get_chat_session", """{"session_id":"$","max_tokens":25001}""", "max_tokens must be from 500 to 25000, not 25001.")]
    [InlineData("get_chat_session", """{"session_id":"$","max_tokens":"many"}""", "max_tokens must be a whole number, not \"many\".")]
    [InlineData("get_chat_session", """{"session_id":"$","max_tokens":700.5}""", "max_tokens must be a whole number, not 700.5.")]
    [InlineData("get_chat_session", """{"session_id":"$","max_tokens":true}""", "max_tokens must be a whole number, not true.")]
    [InlineData("get_chat_session", """{"session_id":"$","max_tokens":1e400}""", "max_tokens must be a whole number, not 1e400.")]
    [InlineData("get_chat_session", """{"session_id":"$","since_event":-1}""", "since_event must be 0 or more, not -1.")]
    [InlineData(
        "get_chat_session",
        """{"session_id":"$","since_event":3000000000}""",
        "since_event must be from 0 to 2147483647, not 3000000000."
    )]
    [InlineData("get_chat_session", """{"session_id":"$","last_events":0}""", "last_events must be 1 or more, not 0.")]
    [InlineData("get_chat_session", """{"session_id":"$","last_events":-2}""", "last_events must be 1 or more, not -2.")]
    [InlineData("get_chat_session", """{"session_id":"$","last_events":"few"}""", "last_events must be a whole number, not \"few\".")]
    [InlineData(
        "get_chat_session",
        """{"session_id":"$","since_event":1000}""",
        "There is no event #1000 to begin after: this session has"
    )]
    [InlineData("get_chat_session", """{"session_id":"$","turns":"first"}""", "Invalid turns 'first'. Use a number such as 3")]
    [InlineData("get_chat_session", """{"session_id":"$","turns":"3-2"}""", "Invalid turns '3-2': put the lower number first")]
    [InlineData("get_chat_session", """{"session_id":"$","turns":"99"}""", "turns 99: this session has")]
    [InlineData("get_chat_session", """{"session_id":"$","turns":0}""", "turns 0: this session has")]
    [InlineData("review_chat_session", """{"session_id":"ses-x"}""", "No session 'ses-x' in")]
    [InlineData("review_chat_session", """{"session_id":"$","turns":"1"}""", "Unknown argument 'turns'. review_chat_session takes")]
    [InlineData("compare_chat_sessions", """{"session_id":"$"}""", "Missing argument 'other_session_id' of compare_chat_sessions: ")]
    [InlineData("compare_chat_sessions", """{"session_id":"$","other_session_id":"ses-x"}""", "No session 'ses-x' in")]
    [InlineData("read_chat_events", """{"session_id":"$"}""", "Missing argument 'events' of read_chat_events: 57 or 57-60.")]
    [InlineData("read_chat_events", """{"session_id":"$","events":"x"}""", "Invalid events 'x'")]
    [InlineData("read_chat_events", """{"session_id":"$","events":"4-2"}""", "Invalid events '4-2': put the lower number first")]
    [InlineData("read_chat_events", """{"session_id":"$","events":999}""", "events 999: this session has")]
    [InlineData("read_chat_events", """{"session_id":"$","events":0,"offset":99999}""", "Invalid offset 99999: event #0 has")]
    [InlineData("read_chat_events", """{"session_id":"$","events":0,"offset":-1}""", "offset must be 0 or more, not -1.")]
    [InlineData("list_chat_sessions", """{"outcome":"fine"}""", "outcome must be one of ok, error, unfinished, never_run, not \"fine\".")]
    [InlineData("list_chat_sessions", """{"limit":0}""", "limit must be from 1 to 100, not 0.")]
    [InlineData("list_chat_sessions", """{"limit":101}""", "limit must be from 1 to 100, not 101.")]
    [InlineData("list_chat_sessions", """{"cursor":"page 2"}""", "Invalid cursor")]
    [InlineData(
        "list_chat_sessions",
        """{"updated_after":"yesterday"}""",
        "Invalid updated_after 'yesterday'. Use a date such as 2026-04-22"
    )]
    [InlineData("list_chat_sessions", """{"updated_before":"10:00"}""", "Invalid updated_before '10:00'")]
    [InlineData(
        "list_chat_sessions",
        """{"updated_after":"2026-05-02","updated_before":"2026-05-01"}""",
        "Nothing is between updated_after '2026-05-02' and updated_before '2026-05-01'. Pass an earlier updated_after, or leave one out."
    )]
    [InlineData(
        "search_chat_sessions",
        """{"query":"x","updated_after":"2026-05-01","updated_before":"2026-05-01"}""",
        "Nothing is between updated_after"
    )]
    [InlineData("list_chat_sessions", """{"updated_before":"2026-13-01"}""", "Invalid updated_before '2026-13-01'")]
    public async Task What_does_not_fit_is_refused_by_a_sentence_that_names_it(string tool, string arguments, string sentence)
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        Assert.StartsWith(
            sentence,
            await server.RefusalAsync(tool, arguments.Replace("\"$\"", $"\"{Sample}\"", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Half_a_character_is_refused_and_harms_nobody_else()
    {
        await using var server = await InMemoryServer.WithSamplesAsync(InMemoryServer.OlderVersion);

        var answer = await server.AnswerToAsync(
            """{"jsonrpc":"2.0","id":"raw","method":"tools/call","params":{"name":"get_chat_session","arguments":{"session_id":"a\ud800"}}}"""
        );

        Assert.Contains("-32602", answer, StringComparison.Ordinal);
        Assert.Equal(4, (await server.CallAsync("list_chat_sessions")).Json().GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task What_a_caller_sent_is_repeated_in_part_only()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();
        var much = new string('x', 10_000);

        Assert.True((await server.RefusalAsync("get_chat_session", $$"""{"{{much}}":1}""")).Length < 400);
        Assert.True((await server.RefusalAsync("list_chat_sessions", $$"""{"updated_after":"{{much}}"}""")).Length < 400);
        Assert.True((await server.RefusalAsync("read_chat_events", $$"""{"session_id":"{{Sample}}","events":"{{much}}"}""")).Length < 400);
        Assert.True(
            (await server.RequestAsync("resources/read", $$"""{"uri":"chat://{{much}}"}""")).GetProperty("message").GetString()!.Length
                < 600
        );
    }

    [Fact]
    public async Task A_list_says_what_could_not_be_read()
    {
        await using var server = await InMemoryServer.WithFilesAsync(Some.SessionText("ses-good", null), "{");

        var list = await server.CallAsync("list_chat_sessions");

        Assert.Equal(1, list.Json().GetProperty("total").GetInt32());
        Assert.Contains("Not everything could be read: ", list.Json().GetProperty("notes").GetString(), StringComparison.Ordinal);
        Assert.Contains("1.json is not valid JSON", list.Text(), StringComparison.Ordinal);
        Assert.Contains("1.json is not valid JSON", await server.ReadAsync("chat://sessions"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_are_filtered_and_paged()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        Assert.Equal(4, await TotalAsync("{}"));
        Assert.Equal(1, await TotalAsync("""{"title_contains":"LAMP"}"""));
        Assert.Equal(2, await TotalAsync("""{"index_id":"idx-sample-filings"}"""));
        Assert.Equal(1, await TotalAsync("""{"outcome":"error"}"""));
        Assert.Equal(1, await TotalAsync("""{"outcome":"never_run"}"""));
        Assert.Equal(2, await TotalAsync("""{"updated_after":"2026-05-10"}"""));
        Assert.Equal(1, await TotalAsync("""{"updated_before":"2026-04-30T00:00:00Z"}"""));
        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = (await server.CallAsync("list_chat_sessions", $$"""{"limit":"1","cursor":"{{cursor}}"}""")).Json();
            ids.Add(Assert.Single(page.GetProperty("sessions").EnumerateArray()).GetProperty("session_id").GetString()!);
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString()! : "";
        } while (cursor.Length > 0);
        Assert.Equal(["ses-sample-not-started", "ses-sample-lamp-order", "ses-sample-failing-tests", "ses-sample-quarterly-report"], ids);
        var first = (await server.CallAsync("list_chat_sessions", """{"limit":1}""")).Json().GetProperty("next_cursor").GetString();
        foreach (
            var other in (string[])
                ["\"outcome\":\"error\"", "\"title_contains\":\"o\"", "\"updated_after\":\"2020-01-01\"", "\"agent\":\"codex\""]
        )
            Assert.Equal(
                "The cursor belongs to another list of sessions. Pass it with the same filters, or omit it to start over.",
                await server.RefusalAsync("list_chat_sessions", $$"""{"cursor":"{{first}}",{{other}}}""")
            );

        async Task<int> TotalAsync(string arguments) =>
            (await server.CallAsync("list_chat_sessions", arguments)).Json().GetProperty("total").GetInt32();
    }

    [Fact]
    public async Task Every_answer_is_of_its_advertised_schema_and_within_its_budget()
    {
        var sessions = Names.ToDictionary(name => name, SomeSessions.Named);
        await using var server = await InMemoryServer.WithFilesAsync([
            .. sessions.Select((named, index) => Renamed(named.Value, $"ses-{index}")),
        ]);
        var tools = (await server.RequestAsync("tools/list")).GetProperty("tools");
        for (var index = 0; index < sessions.Count; index++)
            foreach (var budget in (int[])[500, 3_000, 25_000])
            {
                var answers = new List<(string Tool, ModelContextProtocol.Protocol.CallToolResult Result)>
                {
                    (
                        "get_chat_session",
                        await server.CallAsync("get_chat_session", $$"""{"session_id":"ses-{{index}}","max_tokens":{{budget}}}""")
                    ),
                    (
                        "review_chat_session",
                        await server.CallAsync("review_chat_session", $$"""{"session_id":"ses-{{index}}","max_tokens":{{budget}}}""")
                    ),
                    (
                        "compare_chat_sessions",
                        await server.CallAsync(
                            "compare_chat_sessions",
                            $$"""{"session_id":"ses-{{index}}","other_session_id":"ses-{{(index + 3) % sessions.Count}}","max_tokens":{{budget}}}"""
                        )
                    ),
                    (
                        "read_chat_events",
                        await server.CallAsync(
                            "read_chat_events",
                            $$"""{"session_id":"ses-{{index}}","events":"0-9999","max_tokens":{{budget}}}"""
                        )
                    ),
                };
                foreach (var (tool, result) in answers)
                {
                    if (result.IsError is true && sessions.ElementAt(index).Key == "no event")
                        continue;
                    HostJson.AssertWithin(result, budget);
                    Assert.Empty(Schema.Violations(result.Json(), OutputSchema(tool)));
                }
            }
        Assert.Empty(Schema.Violations((await server.CallAsync("list_chat_sessions")).Json(), OutputSchema("list_chat_sessions")));

        JsonElement OutputSchema(string tool) =>
            tools.EnumerateArray().Single(one => one.GetProperty("name").GetString() == tool).GetProperty("outputSchema");
    }

    [Fact]
    public async Task A_cut_is_followed_to_what_it_left_out_by_the_tool_and_by_the_resource()
    {
        var recorded = string.Concat(Enumerable.Range(0, 4_000).Select(n => $"{n} \"quoted\" \u202E é 😀\n"));
        await using var server = await InMemoryServer.WithFilesAsync(
            Some.SessionText(
                "ses/1 %",
                "T",
                Some.UserInput("Go."),
                Some.Event($$"""{"type":"text","content":{{JsonTexts.Quote(recorded, 5)}}}""")
            )
        );
        var transcript = (await server.CallAsync("get_chat_session", """{"session_id":"ses/1 %"}""")).Text();
        var marker = System.Text.RegularExpressions.Regex.Match(transcript, @"…\[\+([\d,]+) characters, #1 from (\d+)\]");
        var count = int.Parse(marker.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), null);
        var resource = await server.ReadAsync("chat://sessions/ses%2F1%20%25/events/1");

        var (json, next, offset) = ("", "1", marker.Groups[2].Value);
        while (next is not null)
        {
            var answer = (
                await server.CallAsync(
                    "read_chat_events",
                    $$"""{"session_id":"ses/1 %","events":"{{next}}","offset":{{offset}},"max_tokens":25000}"""
                )
            ).Json();
            json += answer.GetProperty("pages")[0].GetProperty("json").GetString();
            next = answer.TryGetProperty("next_events", out var more) ? more.GetString() : null;
            offset = answer.TryGetProperty("next_offset", out var from) ? from.GetRawText() : "";
        }

        Assert.EndsWith(json, resource, StringComparison.Ordinal);
        Assert.Equal(resource.Length - int.Parse(marker.Groups[2].Value, null), json.Length);
        var rest = JsonTexts.UnquoteFrom(json, 0);
        var before = recorded[..^rest.Length];
        var shown = transcript.Replace("\n ", "\n", StringComparison.Ordinal);
        Assert.Contains(OutgoingText.Show(before) + marker.Value, shown, StringComparison.Ordinal);
        Assert.EndsWith(OutgoingText.Show(rest.AsSpan(count)), shown.TrimEnd('\n') + "\n", StringComparison.Ordinal);
    }

    private static readonly string[] Names =
    [
        "no event",
        "one event",
        "only thinking",
        "CJK and emoji",
        "200 arguments",
        "deep JSON",
        "a minified last line",
        "a huge title",
        "a huge error",
        "many parallel calls",
        "unknown events",
    ];

    private static string Renamed(ChatSessions.Model.Session session, string id) =>
        session
            .Json.ToString()
            .Replace($"\"session_id\":\"{session.Summary.SessionId}\"", $"\"session_id\":\"{id}\"", StringComparison.Ordinal);
}
