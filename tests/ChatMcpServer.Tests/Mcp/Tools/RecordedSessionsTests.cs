using System.Globalization;
using ChatMcpServer.Mcp;
using ChatSessions;
using ChatSessions.Tests;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Tools;

/// <summary>Sessions of other programs in lists and searches.</summary>
public sealed class RecordedSessionsTests
{
    // Their texts differ, because hits with the same snippet are one.
    private static readonly string[] Sessions =
    [
        Some.ImportedText("web", """{"format":"codex","cwd":"/home/ann/src/web","git_branch":"main"}""", Some.Text("web lamp")),
        Some.ImportedText("api", """{"format":"claude-code","cwd":"/home/ann/src/api","git_branch":"fix"}""", Some.Text("api lamp")),
        Some.ImportedText(
            "look",
            """{"format":"claude-code","cwd":"/home/ann/src/api","parent_session_id":"api","description":"find the lamp"}""",
            Some.ToolCall("find", "{\"what\":\"lamp\"}")
        ),
        Some.ImportedText(
            "plan",
            """{"format":"claude-code","cwd":"/home/ann/src/api","parent_session_id":"api","agent_type":"Plan"}""",
            Some.Text("plan lamp")
        ),
        Some.SessionText("cloud", "Of the cloud", Some.Text("cloud lamp")),
    ];

    [Theory]
    [InlineData("{}", "api", "cloud", "web")]
    [InlineData("""{"agent":"codex"}""", "web")]
    [InlineData("""{"agent":"llamacloud"}""", "cloud")]
    [InlineData("""{"project":"src/api"}""", "api")]
    [InlineData("""{"project":"src/api","include_subagents":true}""", "api", "look", "plan")]
    [InlineData("""{"project":"src/api","include_subagents":"true"}""", "api", "look", "plan")]
    [InlineData("""{"project":"src/api","include_subagents":"false"}""", "api")]
    [InlineData("""{"branch":"main","agent":""}""", "web")]
    public async Task Agent_project_branch_and_subagents_restrict_lists_of_every_source_and_searches(string arguments, params string[] ids)
    {
        await using var archive = await InMemoryServer.WithArchiveAsync(Sessions);
        await using var files = await InMemoryServer.WithFilesAsync(Sessions);

        Assert.Equal(ids, Ids(await archive.CallAsync("list_chat_sessions", arguments), "sessions"));
        Assert.Equal(ids, Ids(await files.CallAsync("list_chat_sessions", arguments), "sessions"));
        Assert.Equal(
            ids,
            Ids(await archive.CallAsync("search_chat_sessions", arguments.Insert(1, "\"query\":\"lamp\",").Replace(",}", "}")), "hits")
        );
    }

    [Theory]
    [InlineData(
        """{"agent":"Codex CLI"}""",
        "of the agent 'Codex CLI' in",
        "Agents of the newest sessions: claude-code, llamacloud, codex."
    )]
    [InlineData("""{"project":"gard"}""", "of the project 'gard' in", "Projects of the newest sessions: ")]
    [InlineData(
        """{"branch":"nope","agent":"codex"}""",
        "of the agent 'codex', on the branch 'nope', in",
        "Branches of the newest sessions: fix, main."
    )]
    [InlineData("""{"index_id":"i","updated_after":"2027-01-01"}""", "that use the index 'i', updated after 2027-01-01 00:00, in", "")]
    public async Task A_list_without_sessions_says_what_was_asked_for_and_what_there_is(string arguments, string asked, string there)
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Sessions);

        var list = (await server.CallAsync("list_chat_sessions", arguments)).Text();

        Assert.Contains($" No sessions {asked} the archive.", list, StringComparison.Ordinal);
        Assert.Contains(there, list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_neither_true_nor_false_is_refused()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        Assert.Equal(
            "include_subagents must be true or false, not \"some\".",
            await server.RefusalAsync("list_chat_sessions", """{"include_subagents":"some"}""")
        );
    }

    [Fact]
    public async Task A_list_names_agent_project_and_subagents_of_a_session_and_outcomes_are_those_of_the_sessions()
    {
        foreach (var start in (Func<string[], Task<InMemoryServer>>[])[InMemoryServer.WithArchiveAsync, InMemoryServer.WithFilesAsync])
        {
            await using var server = await start(Sessions);

            var list = await server.CallAsync("list_chat_sessions");
            var all = await server.CallAsync("list_chat_sessions", """{"include_subagents":true}""");

            Assert.Contains(
                """
                api · 2026-04-22T12:34:41.342245 · ok · claude-code · src/api · Title of api
                  1 turn, 0 calls, 1 kB: api lamp
                  subagents: 2 (find the lamp; Plan)
                cloud · 2026-04-22T12:34:41.342245 · ok · Of the cloud
                  1 turn, 0 calls, 1 kB: cloud lamp
                """.ReplaceLineEndings("\n"),
                list.Text()
            );
            Assert.Equal(
                $$"""{"session_id":"api","title":"Title of api","last_updated_at":"2026-04-22T12:34:41.342245","outcome":"ok","agent":"claude-code","project":"src/api","turns":1,"tool_calls":0,"failed":0,"bytes":{{Sessions[1].Length}},"ending":"api lamp","subagents":"2 (find the lamp; Plan)"}""",
                HostJson.Write(list.Json().GetProperty("sessions")[0])
            );
            Assert.Equal(3, list.Json().GetProperty("total").GetInt32());
            Assert.DoesNotContain("subagents:", all.Text());
            Assert.Contains(
                "look · 2026-04-22T12:34:41.342245 · unfinished · claude-code · src/api · subagent of api · Title of look\n",
                all.Text()
            );
            foreach (var session in all.Json().GetProperty("sessions").EnumerateArray())
            {
                var id = session.GetProperty("session_id").GetString();
                var whole = (await server.CallAsync("get_chat_session", $$"""{"session_id":"{{id}}"}""")).Json();
                Assert.Equal(whole.GetProperty("outcome").GetString(), session.GetProperty("outcome").GetString());
            }
        }
    }

    [Fact]
    public async Task Where_all_sessions_are_those_of_subagents_no_samples_are_listed()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(Sessions[2..3]);

        Assert.Empty(Ids(await server.CallAsync("list_chat_sessions"), "sessions"));
        Assert.Equal(["look"], Ids(await server.CallAsync("list_chat_sessions", """{"include_subagents":true}"""), "sessions"));
    }

    [Fact]
    public async Task Of_many_subagents_the_first_are_named()
    {
        await using var server = await InMemoryServer.WithArchiveAsync([
            Sessions[1],
            .. Enumerable
                .Range(1, 5)
                .Select(n =>
                    Some.ImportedText($"s{n}", $$"""{"format":"codex","parent_session_id":"api","agent_name":"n{{n}}\n· forged"}""")
                ),
        ]);

        Assert.Contains(
            "\n  subagents: 5 (n1 · forged; n2 · forged; n3 · forged, and 2 more)\n",
            (await server.CallAsync("list_chat_sessions")).Text()
        );
    }

    [Fact]
    public async Task A_clients_own_running_session_is_left_out_and_the_answer_says_so()
    {
        var folder = Some.Quoted(Environment.CurrentDirectory);
        string[] sessions =
        [
            Running("older", $$"""{"format":"codex","cwd":{{folder}}}""", 60),
            Running("own", $$"""{"format":"codex","cwd":{{folder}}}""", 5),
            Running("other-program", $$"""{"format":"claude-code","cwd":{{folder}}}""", 2),
            Running("other-folder", """{"format":"codex","cwd":"/elsewhere"}""", 1),
        ];
        await using var server = await InMemoryServer.WithClientAsync("Codex-mcp-client", sessions);

        var list = await server.CallAsync("list_chat_sessions");
        var search = await server.CallAsync("search_chat_sessions", """{"query":"lamp"}""");
        var asked = await server.CallAsync("search_chat_sessions", """{"query":"lamp","session_id":"own"}""");

        Assert.Equal(["older", "other-folder", "other-program"], Ids(list, "sessions"));
        Assert.Equal(["older", "other-folder", "other-program"], Ids(search, "hits"));
        foreach (var answer in (CallToolResult[])[list, search])
            Assert.EndsWith(
                "Left out: this conversation's own session, own. Tools with its session_id read and search it.",
                answer.Json().GetProperty("notes").GetString(),
                StringComparison.Ordinal
            );
        Assert.Equal(["own"], Ids(asked, "hits"));
        Assert.DoesNotContain("Left out", asked.Text());
    }

    [Theory]
    [InlineData("codex", 180)]
    [InlineData("another client", 5)]
    public async Task Nothing_is_left_out_where_it_cannot_be_told(string client, int secondsAgo)
    {
        var source = $$"""{"format":"codex","cwd":{{Some.Quoted(Environment.CurrentDirectory)}}}""";
        await using var server = await InMemoryServer.WithClientAsync(client, Running("s", source, secondsAgo));

        var list = await server.CallAsync("list_chat_sessions");

        Assert.Equal(["s"], Ids(list, "sessions"));
        Assert.DoesNotContain("Left out", list.Text());
    }

    [Fact]
    public void Only_stdio_has_a_client_whose_session_can_be_told()
    {
        var services = new ServiceCollection();
        services.AddChatSessions(new ChatSessionsOptions()).AddChatMcp();

        Assert.DoesNotContain(services, service => service.ServiceType == typeof(OwnSession));
    }

    private static string Running(string id, string source, int secondsAgo) =>
        Some.ImportedText(
            id,
            source,
            TimeProvider
                .System.GetUtcNow()
                .UtcDateTime.AddSeconds(-secondsAgo)
                .ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            Some.Text($"{id} lamp")
        );

    private static IEnumerable<string> Ids(CallToolResult answer, string rows) =>
        answer.Json().GetProperty(rows).EnumerateArray().Select(row => row.GetProperty("session_id").GetString()!).Distinct().Order();
}
