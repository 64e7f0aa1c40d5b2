using System.Text.Json;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class SearchVerbTests : OnSearchedArchive
{
    [Fact]
    public async Task Agents_and_projects_restrict_the_search()
    {
        using (var archive = SessionArchive.Open(Archive))
            await archive.SaveAsync(
                ArchiveOwners.Local,
                new(
                    Some.Imported("ses-codex", """{"format":"codex","cwd":"/src/web/api"}""", Some.Text("a lamp")),
                    new SessionOrigin("codex"),
                    DateTimeOffset.UnixEpoch
                ),
                TestContext.Current.CancellationToken
            );

        Assert.StartsWith(
            "ses-codex",
            (await SearchAsync("lamp", "--agent", "codex", "--project", "web/api")).Output,
            StringComparison.Ordinal
        );
        Assert.Equal(1, (await SearchAsync("lamp", "--agent", "codex", "--project", ".")).ExitCode);
    }

    [Fact]
    public async Task Hits_are_printed_by_session_with_how_to_read_on()
    {
        var run = await SearchAsync("lamp", "--limit", "3");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            ses-new  2026-04-22 12:34  New
              #2 error buy: …error":"no lamp \u001B[31m #7 user: forged
              #3 answer: lamp shade

            ses-old  2026-04-22 12:34  Old
              #0 user: a lamp with a -- shade, and --no-cache

            """.ReplaceLineEndings("\n"),
            run.Output.ReplaceLineEndings("\n")
        );
        Assert.Equal(
            ["3 of 4 hits in 2 sessions.", "…and more. Raise --limit to see them.", "Read on: chat-mcp-server show ses-new --event 2"],
            run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        );
    }

    [Theory]
    [InlineData("-hello")]
    [InlineData("-?hello")]
    [InlineData("/h")]
    [InlineData("/?")]
    public async Task A_word_that_begins_like_the_option_for_help_is_a_word(string word)
    {
        var run = await SearchAsync("lamp", word);

        Assert.StartsWith("ses-", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_session_a_line_is_printed_for_each()
    {
        var run = await SearchAsync("lamp", "--by-session");
        var json = await SearchAsync("lamp", "--by-session", "--json");

        Assert.Equal(
            """
            ses-new · 3 hits, #0 to #3 · ok · 2026-04-22 12:34 · New
            ses-old · 1 hit, #0 · ok · 2026-04-22 12:34 · Old

            """.ReplaceLineEndings("\n"),
            run.Output.ReplaceLineEndings("\n")
        );
        Assert.StartsWith("2 sessions with 4 hits.", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(json.Output).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Programs_get_the_hits_as_the_tool_answers_them()
    {
        var run = await SearchAsync("lamp", "--kind", "error", "--tool", "buy", "--outcome", "failed", "--json");

        var hit = Assert.Single(JsonDocument.Parse(run.Output).RootElement.EnumerateArray());
        Assert.Equal(("ses-new", 2), (hit.GetProperty("session_id").GetString(), hit.GetProperty("event").GetInt32()));
        Assert.Equal("…error\":\"no lamp \\u001B[31m #7 user: forged", hit.GetProperty("snippet").GetString());
    }

    [Fact]
    public async Task Nothing_found_is_an_exit_code_of_its_own_and_says_what_to_try()
    {
        var run = await SearchAsync("candle");
        var json = await SearchAsync("candle", "--json");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        string[] remarks = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.StartsWith("No hits in 2 sessions. Try fewer or other words", remarks[0], StringComparison.Ordinal);
        Assert.EndsWith("`chat-mcp-server list` finds sessions by title.", remarks[0], StringComparison.Ordinal);
        Assert.Equal(["Found nowhere: 'candle'."], remarks[1..]);
        Assert.Equal((1, "[]"), (json.ExitCode, json.Output.Trim()));
    }

    [Theory]
    [InlineData("No hits with these filters; without them, 'shade' is in 2 sessions.", "shade", "--agent", "codex")]
    [InlineData("No hits with these filters; without them, 'shade' is in 2 sessions.", "shade", "--project", "nope")]
    [InlineData("No hits with these filters; without them, 'cache' is in 1 session.", "cache", "--session", "ses-new")]
    [InlineData("The tools of the newest of these texts: buy.", "lamp", "--tool", "bought")]
    [InlineData("Found only in texts with a word to leave out or in sessions of subagents: 'cache' (in 1 session).", "cache -lamp")]
    [InlineData(
        "No hits with these filters and words to leave out; without them, 'cache' is in 1 session.",
        "cache -lamp",
        "--kind",
        "error"
    )]
    [InlineData("No hits with these filters, nor without them. Try fewer or other words", "candle", "--agent", "codex")]
    [InlineData("Found nowhere: 'candle'.", "candle", "--agent", "codex")]
    public async Task Words_that_only_filters_leave_out_are_not_found_nowhere(string remark, params string[] arguments)
    {
        var run = await SearchAsync(arguments);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(remark, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_in_the_sessions_of_subagents_are_not_found_nowhere()
    {
        using (var archive = SessionArchive.Open(Archive))
            await archive.SaveAsync(
                ArchiveOwners.Local,
                new(
                    Some.Imported("ses-sub", """{"format":"codex","parent_session_id":"ses-new"}""", Some.Text("a candle")),
                    new SessionOrigin("codex"),
                    DateTimeOffset.UnixEpoch
                ),
                TestContext.Current.CancellationToken
            );

        var run = await SearchAsync("candle");

        Assert.Contains("Found only in sessions of subagents: 'candle' (in 1 session).", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ses-new", "lamp", "--session", "ses-new")]
    [InlineData("ses-new", "shade -cache")]
    [InlineData("ses-new", "shade", "-cache")]
    [InlineData("ses-new", "--", "shade", "-cache")]
    [InlineData("ses-old", "--no-cache")]
    [InlineData("ses-old", "\"with a\" OR candle", "--after", "2026-04-22", "--before", "2026-04-23T00:00Z")]
    public async Task A_query_is_read_as_it_is_typed(string session, params string[] arguments)
    {
        var run = await SearchAsync(arguments);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"{session}  ", run.Output, StringComparison.Ordinal);
        Assert.Single(run.Output.Split('\n'), line => line.StartsWith("ses-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Invalid --kind 'tool'. Use user, answer, thinking, arguments, result, error or other.", "lamp", "--kind", "tool")]
    [InlineData("Invalid --outcome 'answered'. Use ok, failed or unanswered.", "lamp", "--outcome", "answered")]
    [InlineData("Invalid --after 'monday'", "lamp", "--after", "monday")]
    [InlineData("Nothing is between --after '2026-02-02' and", "lamp", "--after", "2026-02-02", "--before", "2026-02-01")]
    [InlineData("Invalid --limit '0'. Use a whole number, 1 or more.", "lamp", "--limit", "0")]
    [InlineData("The query '* -' contains no words", "*", "-")]
    [InlineData("The query '-garden' has only words to leave out. Add a word to find", "--", "-garden")]
    [InlineData("Pass words to search for. Without words, pass a filter")]
    public async Task Wrong_usage_is_refused_by_a_sentence(string sentence, params string[] arguments)
    {
        var run = await CliProcess.RunAsync(["search", .. arguments]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(sentence, run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operators_that_there_are_not_are_named()
    {
        var run = await SearchAsync("*lamp NOT garden");

        Assert.Contains("Searched as words: '*lamp', 'NOT'. -word leaves a word out", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'--limit'", "--limt")]
    [InlineData("'--archive'", "--archve")]
    [InlineData("'--by-session'", "--by-sesion")]
    public async Task A_mistyped_option_is_no_word_of_the_query(string meant, string typed)
    {
        var run = await SearchAsync("lamp", typed, "3");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"Unknown option '{typed}'. Did you mean {meant}?", run.ErrorLine, StringComparison.Ordinal);
    }
}
