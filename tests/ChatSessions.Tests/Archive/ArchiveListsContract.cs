using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What the lists of every archive must say.</summary>
public abstract partial class ArchiveContract
{
    [Fact]
    public async Task A_list_is_newest_first_the_undated_last_and_equal_ones_by_id()
    {
        await SaveAsync("undated", updated: null);
        await SaveAsync("b", updated: SessionText.LongAgo);
        await SaveAsync("a", updated: SessionText.LongAgo);
        await SaveAsync("new", updated: SessionText.Lately);
        // The same moment in another time zone, and an invalid date.
        await SaveAsync("c", updated: "2026-01-01T02:00:00+02:00");
        await SaveAsync("never", updated: "yesterday");

        Assert.Equal(["new", "a", "b", "c", "never", "undated"], await IdsAsync(Owner));
        Assert.Equal(["new", "a", "b", "c", "never", "undated"], await IdsAsync(Owner, limit: 1));
        Assert.Equal(["new", "a", "b", "c", "never", "undated"], await IdsAsync(Owner, limit: 4));
    }

    [Fact]
    public async Task Pages_stay_in_step_while_sessions_come_and_go()
    {
        for (var day = 1; day <= 6; day++)
            await SaveAsync($"s{day}", updated: $"2026-01-0{day}T00:00:00");
        var first = await Archive.ListAsync(Owner, SessionFilter.All, null, 2, TestEnd);

        await SaveAsync("newer", updated: "2026-02-01T00:00:00");
        await Archive.DeleteAsync(Owner, "s5", TestEnd);
        await Archive.DeleteAsync(Owner, "s3", TestEnd);
        var second = await Archive.ListAsync(Owner, SessionFilter.All, SessionPlace.From(first[^1]), 2, TestEnd);

        Assert.Equal(["s6", "s5"], first.Select(summary => summary.SessionId));
        Assert.Equal(["s4", "s2"], second.Select(summary => summary.SessionId));
    }

    [Fact]
    public async Task A_filter_restricts_the_list_and_its_total_as_it_does_everywhere()
    {
        var january = Some.Session("january", "The lamp order", Some.Text("x"));
        await Archive.SaveAsync(Owner, Archived(january), TestEnd);
        await Archive.SaveAsync(Owner, Archived(Some.Session("accented", "Über\u0000 Łódź %_", Some.Text("x"))), TestEnd);
        await SaveAsync("bare", updated: SessionText.Lately);
        await SaveAsync("undated", updated: null);
        string[] sources =
        [
            """{"format":"codex","cwd":"/home/ann/src/web/api","git_branch":"main"}""",
            """{"format":"codex","cwd":"C:\\src\\web_api","git_branch":"main"}""",
            """{"format":"claude-code","cwd":"/home/ann/src/web/api","parent_session_id":"imported-0","description":"look"}""",
            """{"format":"claude-code","parent_session_id":"lost"}""",
        ];
        foreach (var (index, source) in sources.Index())
            await Archive.SaveAsync(Owner, Archived(Some.Imported($"imported-{index}", source, Some.Text("x"))), TestEnd);
        SessionFilter[] filters =
        [
            SessionFilter.Usual,
            SessionFilter.All,
            Recorded(new(Agent: "CODEX")),
            Recorded(new(Agent: "llamacloud")),
            Recorded(new(Agent: "claude-code", IncludeSubagents: true)),
            Recorded(new(Project: "web/api")),
            Recorded(new(Project: "web/api", IncludeSubagents: true)),
            Recorded(new(Project: "/home/ann/src/web/api", Agent: "codex", Branch: "main")),
            Recorded(new(Project: "/web/api")),
            Recorded(new(Project: "%/api")),
            Recorded(new(Project: "web_api")),
            Recorded(new(Branch: "main", Without: "imported-0")),
            Recorded(new(Branch: "mai")),
            Recorded(new(Branch: "main")) with
            {
                TitleContains = "imported-1",
                Outcome = RunOutcome.Ok,
            },
            Recorded(new(IncludeSubagents: true)) with
            {
                SubagentsOf = new HashSet<string> { "imported-0", "x' or ''='" },
            },
            Recorded(new(IncludeSubagents: true)) with
            {
                SubagentsOf = new HashSet<string>(),
            },
            new(Outcome: RunOutcome.Unfinished),
            new(TitleContains: "LAMP"),
            new(IndexId: "idx-1"),
            new(Outcome: RunOutcome.Ok),
            new(Outcome: RunOutcome.NeverRun),
            new(UpdatedAfter: new DateTimeOffset(2026, 4, 30, 0, 0, 0, TimeSpan.Zero)),
            new(UpdatedBefore: new DateTimeOffset(2026, 4, 30, 0, 0, 0, TimeSpan.Zero)),
            new(UpdatedBefore: DateTimeOffset.MaxValue),
            new(TitleContains: "lamp", Outcome: RunOutcome.Error),
            new(TitleContains: "üBER\u0000 łÓDŹ"),
            new(TitleContains: "uber"),
            new(TitleContains: "%_"),
            new(TitleContains: " %_"),
            new(TitleContains: "la"),
            new(TitleContains: "the lamp \"order\" AND x"),
            new(TitleContains: ""),
            new(IndexId: "idx"),
            new(IndexId: "idx-1", Outcome: RunOutcome.Ok, UpdatedBefore: Noon.AddYears(1)),
            new(UpdatedAfter: DateTimeOffset.MinValue, UpdatedBefore: Noon.AddYears(1)),
            new(UpdatedBefore: DateTimeOffset.MinValue),
        ];
        var all = await Archive.ListAsync(Owner, SessionFilter.All, null, 10, TestEnd);
        Assert.Equal(8, all.Count);

        foreach (var filter in filters)
        {
            var page = await SessionListPage.ReadAsync(Catalog, filter, Caller.Local, 10, null, TestEnd);
            var expected = all.Where(filter.Matches).Select(summary => summary.SessionId).ToList();
            Assert.Equal(expected, page.Sessions.Select(summary => summary.SessionId));
            Assert.Equal(expected.Count, page.Total);
            Assert.Equal(expected, await IdsAsync(Owner, limit: 1, filter));
        }

        static SessionFilter Recorded(RecordingFilter recorded) => new() { Recorded = recorded };
    }

    [Fact]
    public async Task A_list_says_of_each_session_what_the_session_says_of_itself()
    {
        SomeEvents[][] runs =
        [
            [Some.UserInput("Q"), Some.Text("A")],
            [Some.UserInput("Q"), Some.Text("A"), Some.Stop("broke")],
            [Some.Stop(), Some.UserInput("Q")],
            [Some.UserInput("Q")],
        ];
        foreach (var (index, run) in runs.Index())
        {
            await Archive.SaveAsync(Owner, Archived(Some.Session($"s{index}", null, run)), TestEnd);
            await Archive.SaveAsync(Owner, Archived(Some.Imported($"i{index}", """{"format":"codex"}""", run)), TestEnd);
        }

        var listed = await Archive.ListAsync(Owner, SessionFilter.All, null, 10, TestEnd);

        Assert.Equal(4, listed.Select(summary => summary.Outcome).Distinct().Count());
        foreach (var summary in listed)
        {
            var session = (await Archive.FindAsync(Owner, summary.SessionId, TestEnd))!.Session;
            Assert.Equal(session.Outcome, summary.Outcome);
            AssertSame(session.Summary, await Archive.FindSummaryAsync(Owner, summary.SessionId, TestEnd));
            Assert.Contains(
                summary.SessionId,
                (await Archive.ListAsync(Owner, new(Outcome: session.Outcome), null, 10, TestEnd)).Select(one => one.SessionId)
            );
        }
    }

    [Fact]
    public async Task A_title_that_repeats_a_stock_opening_is_replaced_in_the_session_and_in_lists()
    {
        const string Recorded = "<task> Consider the following issue: ...";
        var session = Some.Session(
            "s",
            Recorded,
            Some.UserInput("<task>\nConsider the following issue:\nThe parser hangs\nIt should not.")
        );
        await Archive.SaveAsync(Owner, Archived(session), TestEnd);

        Assert.Equal("The parser hangs", (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Summary.GeneratedTitle);
        var listed = await Archive.ListAsync(Owner, new(TitleContains: "parser hangs"), null, 10, TestEnd);
        Assert.Equal("The parser hangs", Assert.Single(listed).GeneratedTitle);
        Assert.Contains(Recorded, session.Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_says_how_much_happened_and_what_came_of_it()
    {
        var session = Some.Session(
            "s",
            null,
            Some.UserInput("Why?"),
            Some.FailedToolUse("build"),
            Some.ToolUse("build"),
            Some.Text("\n  It builds now.\nThe name was wrong."),
            Some.Stop()
        );
        await Archive.SaveAsync(Owner, Archived(session), TestEnd);

        var listed = Assert.Single(await Archive.ListAsync(Owner, SessionFilter.All, after: null, limit: 10, TestEnd));

        Assert.Equal(new SessionFacts(1, 2, 1, session.Json.Utf8.Length, "It builds now."), listed.Facts);
        Assert.Equal(session.Json.Utf8.ToArray(), (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Json.Utf8.ToArray());
    }

    [Fact]
    public async Task Outcomes_are_known_of_sessions_that_have_not_changed_since_they_were_saved()
    {
        await Archive.SaveAsync(Owner, Archived(Some.Session("same", null, Some.Stop("broke"))), TestEnd);
        await Archive.SaveAsync(Owner, Archived(Some.Session("changed", null, Some.Stop("broke"))), TestEnd);
        await SaveAsync("undated", updated: null);
        SessionSummary[] elsewhere =
        [
            new("same", "2026-04-22T12:34:41.342245", null, [], null),
            new("changed", "2026-04-22T12:34:41.342246", null, [], null),
            new("undated", "", null, [], null),
            new("absent", "2026-04-22T12:34:41.342245", null, [], null),
        ];

        var (id, found) = Assert.Single(await Archive.FindCurrentAsync(Owner, elsewhere, TestEnd));
        Assert.Equal(("same", RunOutcome.Error, "broke"), (id, found.Outcome, found.Facts!.Ending));
        Assert.Empty(await Archive.FindCurrentAsync("another", elsewhere, TestEnd));
    }
}
