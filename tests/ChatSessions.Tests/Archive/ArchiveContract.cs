using System.Text;
using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What every archive must do, independent of its storage.</summary>
public abstract partial class ArchiveContract : IAsyncLifetime
{
    protected const string Owner = ArchiveOwners.Local;

    protected static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    protected ISessionArchive Archive { get; private set; } = null!;

    /// <summary>Opens the archive of this test. A second call opens it again, as another process would.</summary>
    protected abstract Task<ISessionArchive> OpenAsync();

    public async ValueTask InitializeAsync() => Archive = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Archive.Dispose();
        return default;
    }

    [Fact]
    public async Task A_session_is_given_back_byte_for_byte_with_where_and_when_it_was_read()
    {
        const string Json =
            """{ "new_field" : [1e400, "\ud800"], "events":[ {"type":"text","content":"é\n"} , null ],  "session_id":"s", "events_after":{"events":[]} }""";
        var session = Read(Json);

        var outcome = await Archive.SaveAsync(Owner, new(session, new SessionOrigin("claude-code"), Noon), TestEnd);
        var found = await Archive.FindAsync(Owner, "s", TestEnd);

        Assert.Equal(SaveOutcome.Added, outcome);
        Assert.Equal(Json, found!.Session.Json.ToString());
        Assert.Equal((new SessionOrigin("claude-code"), Noon), (found.Origin, found.FetchedAt));
    }

    [Fact]
    public async Task Every_sample_and_a_session_of_megabytes_come_back_whole()
    {
        var large = Some.Session(
            "large",
            null,
            [.. Enumerable.Range(0, 400).Select(n => Some.Text($"{n} {new string((char)('a' + (n % 26)), 7_000)}"))]
        );
        var sessions = new List<Session> { large, Some.Session("empty", null) };
        await foreach (var page in new SampleSource().ListAsync(Caller.Local, SessionFilter.All, after: null, TestEnd))
        foreach (var sample in page)
            sessions.Add((await new SampleSource().FindAsync(sample.SessionId, Caller.Local, TestEnd))!);

        await Archive.SaveAllAsync(Owner, [.. sessions.Select(Archived)], TestEnd);

        foreach (var session in sessions)
        {
            var found = await Archive.FindAsync(Owner, session.Summary.SessionId, TestEnd);
            Assert.True(session.Json.Utf8.Span.SequenceEqual(found!.Session.Json.Utf8.Span), session.Summary.SessionId);
            AssertSame(session.Summary, await Archive.FindSummaryAsync(Owner, session.Summary.SessionId, TestEnd));
        }
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task The_same_session_again_is_unchanged_and_a_changed_one_is_replaced()
    {
        await SaveAsync("s", says: "first");

        Assert.Equal(SaveOutcome.Unchanged, await SaveAsync("s", says: "first"));
        Assert.Equal(SaveOutcome.Replaced, await SaveAsync("s", says: "other"));
        Assert.Equal("other", (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Says());
        Assert.Equal(1, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task An_archive_that_is_not_there_yet_reads_as_an_empty_one_and_is_made_when_something_is_saved()
    {
        Assert.False(await Archive.Maintenance.ExistsAsync(TestEnd));
        Assert.Null(await Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Null(await Archive.FindSummaryAsync(Owner, "s", TestEnd));
        Assert.Empty(await IdsAsync(Owner));
        Assert.Equal(0, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Empty(await Archive.SharesAsync(TestEnd));
        Assert.Empty(
            (await Archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse("hello"), SearchFilter.All, 5, null, TestEnd)).Hits
        );
        Assert.Empty(await Archive.Maintenance.ExportAsync(Owner, Assert.Null, TestEnd).ToListAsync(TestEnd));
        Assert.False(await Archive.DeleteAsync(Owner, "s", TestEnd));
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
        await Archive.Maintenance.CompactAsync(TestEnd);
        Assert.False(await Archive.Maintenance.ExistsAsync(TestEnd));

        await SaveAsync("s");

        Assert.True(await Archive.Maintenance.ExistsAsync(TestEnd));
        Assert.NotNull(await Archive.FindAsync(Owner, "s", TestEnd));
    }

    [Fact]
    public async Task An_unchanged_session_is_remembered_to_be_as_new_as_it_was_found_last()
    {
        await SaveAsync("s", fetchedAt: Noon);

        Assert.Equal(SaveOutcome.Unchanged, await SaveAsync("s", fetchedAt: Noon.AddHours(1)));
        Assert.Equal(SaveOutcome.Unchanged, await SaveAsync("s", fetchedAt: Noon.AddHours(-1)));

        Assert.Equal(Noon.AddHours(1), (await Archive.FindAsync(Owner, "s", TestEnd))!.FetchedAt);
    }

    [Fact]
    public async Task What_was_read_earlier_but_comes_later_replaces_nothing()
    {
        await SaveAsync("s", says: "new", fetchedAt: Noon);

        Assert.Equal(SaveOutcome.Older, await SaveAsync("s", says: "old", fetchedAt: Noon.AddTicks(-1)));

        var found = await Archive.FindAsync(Owner, "s", TestEnd);
        Assert.Equal(("new", Noon), (found!.Session.Says(), found.FetchedAt));
    }

    [Fact]
    public async Task Who_reads_while_a_long_session_is_replaced_sees_one_state_or_the_other()
    {
        await SaveManyAsync("one");
        using var reading = await OpenAsync();
        var replacing = SaveManyAsync("two");

        string seen;
        do
        {
            var session = (await reading.FindAsync(Owner, "long", TestEnd))!.Session;
            seen = session.Says();
            Assert.All(session.Events, said => Assert.Equal(seen, ((UserInputEvent)said).Content));
            Assert.Equal(3_000, session.Events.Length);
        } while (seen != "two");

        Assert.Equal(SaveOutcome.Replaced, await replacing);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));

        Task<SaveOutcome> SaveManyAsync(string says) =>
            Archive.SaveAsync(Owner, Archived(Some.Session("long", null, [.. Enumerable.Repeat(Some.UserInput(says), 3_000)])), TestEnd);
    }

    [Fact]
    public async Task What_another_has_saved_shows_in_the_checksum_though_the_session_may_say_that_it_was_not_updated()
    {
        await SaveAsync("s", says: "first");
        var before = await Archive.FindChecksumAsync(Owner, "s", TestEnd);
        Assert.Equal(before, await Archive.FindChecksumAsync(Owner, "s", TestEnd));
        using var other = await OpenAsync();

        await other.SaveAsync(Owner, Archived(SessionText.Parsed("s", says: "other")), TestEnd);

        Assert.NotEqual(before, await Archive.FindChecksumAsync(Owner, "s", TestEnd));
        Assert.Null(await Archive.FindChecksumAsync(Owner, "none", TestEnd));
    }

    [Fact]
    public async Task One_batch_may_hold_a_session_twice_and_the_last_stays()
    {
        var outcomes = await Archive.SaveAllAsync(
            Owner,
            [Archived(SessionText.Parsed("s", says: "one")), Archived(SessionText.Parsed("s", says: "two"))],
            TestEnd
        );

        Assert.Equal([SaveOutcome.Added, SaveOutcome.Replaced], outcomes);
        Assert.Equal("two", (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Says());
    }

    [Fact]
    public async Task What_was_saved_is_there_when_the_archive_is_opened_again()
    {
        await SaveAsync("s");

        using var again = await OpenAsync();

        Assert.NotNull(await again.FindAsync(Owner, "s", TestEnd));
        Assert.Equal(SaveOutcome.Unchanged, await again.SaveAsync(Owner, Archived(SessionText.Parsed("s")), TestEnd));
    }

    [Fact]
    public async Task A_deleted_session_is_gone_and_can_be_saved_anew()
    {
        await SaveAsync("kept");
        await SaveAsync("s");

        Assert.True(await Archive.DeleteAsync(Owner, "s", TestEnd));
        Assert.False(await Archive.DeleteAsync(Owner, "s", TestEnd));
        Assert.Null(await Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Equal(["kept"], await IdsAsync(Owner));
        Assert.Equal(SaveOutcome.Added, await SaveAsync("s"));
        await Archive.Maintenance.CompactAsync(TestEnd);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task No_answer_to_one_owner_reveals_anothers_sessions()
    {
        await SaveAsync("shared", says: "mine");
        await SaveAsync("mine");
        await SaveAsync("shared", says: "theirs", owner: "other");

        Assert.Equal("mine", (await Archive.FindAsync(Owner, "shared", TestEnd))!.Session.Says());
        Assert.Equal("theirs", (await Archive.FindAsync("other", "shared", TestEnd))!.Session.Says());
        Assert.Null(await Archive.FindAsync("other", "mine", TestEnd));
        Assert.Null(await Archive.FindSummaryAsync("other", "mine", TestEnd));
        Assert.False(await Archive.DeleteAsync("other", "mine", TestEnd));
        Assert.Equal(["shared"], await IdsAsync("other"));
        Assert.Empty(await IdsAsync("nobody"));
        Assert.Equal(1, (await Archive.CountAsync("other", TestEnd)).Sessions);
        Assert.Equal(0, (await Archive.CountAsync("nobody", TestEnd)).Sessions);
        Assert.True(await Archive.DeleteAsync("other", "shared", TestEnd));
        Assert.Equal(2, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
    }

    [Fact]
    public async Task What_was_deleted_is_known_until_it_is_updated_or_saved_again()
    {
        await SaveAsync("s", updated: SessionText.LongAgo);
        await SaveAsync("undated", updated: null);
        await SaveAsync("kept", updated: SessionText.LongAgo);
        await SaveAsync("s", updated: SessionText.LongAgo, owner: "other");
        SessionSummary[] asked =
        [
            .. ((string[])["s", "kept", "absent"]).Select(id => SessionText.Parsed(id, SessionText.LongAgo).Summary),
            SessionText.Parsed("undated", null).Summary,
        ];
        Assert.Empty(await Archive.FindDeletedAsync(Owner, asked, TestEnd));

        await Archive.DeleteAsync(Owner, "s", TestEnd);
        await Archive.DeleteAsync(Owner, "undated", TestEnd);

        Assert.Equal(["s"], await Archive.FindDeletedAsync(Owner, asked, TestEnd));
        Assert.Empty(await Archive.FindDeletedAsync(Owner, [SessionText.Parsed("s", SessionText.Lately).Summary], TestEnd));
        Assert.Empty(await Archive.FindDeletedAsync("other", asked, TestEnd));
        Assert.Empty(await Archive.FindDeletedAsync("nobody", asked, TestEnd));
        var deleted = Assert.Single(await Archive.Maintenance.ListDeletedAsync(Owner, TestEnd));
        Assert.Equal((DeletedSession.KeyOf("s"), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), (deleted.Key, deleted.Updated));
        Assert.DoesNotContain("s", deleted.Key);

        await Archive.Maintenance.AddDeletedAsync("new", [deleted], TestEnd);
        await Archive.Maintenance.AddDeletedAsync("new", [deleted with { Updated = deleted.Updated.AddDays(-1) }], TestEnd);
        Assert.Equal(["s"], await Archive.FindDeletedAsync("new", asked, TestEnd));

        await SaveAsync("s", updated: SessionText.LongAgo);
        Assert.Empty(await Archive.FindDeletedAsync(Owner, asked, TestEnd));
        await Archive.DeleteOlderAsync(Owner, Noon.AddDays(-30), TestEnd);
        Assert.Equal(["kept", "s"], (await Archive.FindDeletedAsync(Owner, asked, TestEnd)).Order());
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task What_is_older_is_found_and_deleted_by_the_date_of_lists_or_else_of_the_last_reading()
    {
        await SaveAsync("old", updated: SessionText.LongAgo, fetchedAt: Noon);
        await SaveAsync("new", updated: SessionText.Lately, fetchedAt: Noon.AddYears(-9));
        await SaveAsync("undated", updated: null, fetchedAt: Noon.AddYears(-1));
        await SaveAsync("undated, read now", updated: "yesterday", fetchedAt: Noon);
        await SaveAsync("theirs", updated: SessionText.LongAgo, owner: "other");
        var before = new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero);

        Assert.Equal(["undated", "old"], await Archive.FindOlderAsync(Owner, before, int.MaxValue, TestEnd));
        Assert.Equal(["undated"], await Archive.FindOlderAsync(Owner, before, 1, TestEnd));
        Assert.Equal(["undated"], await Archive.FindOlderAsync(Owner, before.AddSeconds(-1), 9, TestEnd));
        Assert.Equal(2, await Archive.DeleteOlderAsync(Owner, before, TestEnd));
        Assert.Equal(0, await Archive.DeleteOlderAsync(Owner, before, TestEnd));
        Assert.Equal(0, await Archive.DeleteOlderAsync("nobody", before, TestEnd));

        Assert.Equal(["new", "undated, read now"], await IdsAsync(Owner));
        Assert.Equal(["theirs"], await IdsAsync("other"));
        Assert.Equal(["local", "other"], (await Archive.Maintenance.ListOwnersAsync(TestEnd)).Order());
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task More_old_sessions_than_are_deleted_at_once_are_all_deleted()
    {
        for (var number = 0; number < 45; number++)
            await SaveAsync($"s{number}", updated: SessionText.LongAgo);
        await SaveAsync("new", updated: SessionText.Lately);

        Assert.Equal(45, await Archive.DeleteOlderAsync(Owner, Noon.AddDays(-30), TestEnd));

        Assert.Equal(["new"], await IdsAsync(Owner));
    }

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

    [Fact]
    public async Task An_archive_counts_what_it_holds()
    {
        await SaveAsync("one");
        await SaveAsync("two");

        var counted = await Archive.CountAsync(Owner, TestEnd);

        Assert.Equal((2, 2), (counted.Sessions, counted.Events));
        Assert.Equal(SessionText.Of("one").Length + SessionText.Of("two").Length, counted.JsonBytes);
        Assert.True(await Archive.Maintenance.MeasureAsync(TestEnd) > 0);
    }

    [Fact]
    public async Task An_archive_counts_what_it_holds_of_each_owner_and_origin()
    {
        await SaveAsync("old", updated: SessionText.LongAgo);
        await SaveAsync("new", updated: SessionText.Lately);
        await SaveAsync("undated", updated: null);
        await Archive.SaveAsync(Owner, new(SessionText.Parsed("codex", null), new SessionOrigin("codex"), Noon), TestEnd);
        await SaveAsync("theirs", owner: "other");

        var shares = await Archive.SharesAsync(TestEnd);

        Assert.Equal(
            [(Owner, SessionOrigin.File, 3), (Owner, new SessionOrigin("codex"), 1), ("other", SessionOrigin.File, 1)],
            shares
                .Select(share => (share.Owner, share.Origin, share.Sessions))
                .OrderBy(share => share.Owner)
                .ThenByDescending(share => share.Sessions)
        );
        var files = shares.Single(share => share.Owner == Owner && share.Origin == SessionOrigin.File);
        Assert.Equal(3, files.Events);
        Assert.Equal(SessionText.Of("old").Length + SessionText.Of("new").Length + SessionText.Of("undated", null).Length, files.JsonBytes);
        Assert.Equal(SessionText.Parsed("old").Summary.LastUpdated, files.Oldest);
        Assert.Equal(SessionText.Parsed("new", SessionText.Lately).Summary.LastUpdated, files.Newest);
        Assert.Null(shares.Single(share => share.Origin == new SessionOrigin("codex")).Newest);
    }

    [Fact]
    public async Task All_sessions_of_an_owner_are_exported_as_they_came()
    {
        await SaveAsync("a", updated: SessionText.LongAgo);
        await SaveAsync("b", updated: SessionText.Lately);
        await SaveAsync("c", owner: "other");

        var exported = await Archive.Maintenance.ExportAsync(Owner, Assert.Null, TestEnd).ToListAsync(TestEnd);

        Assert.Equal([SessionText.Of("b", SessionText.Lately), SessionText.Of("a")], exported.Select(one => one.Session.Json.ToString()));
    }

    [Fact]
    public async Task An_archive_serves_as_a_source()
    {
        await SaveAsync("s");
        await SaveAsync("theirs", owner: "other");
        var catalog = Catalog;

        var first = await catalog.GetAsync("s", Caller.Local, TestEnd);
        Assert.Equal("hello", first.Says());
        Assert.Same(first, await catalog.GetAsync("s", Caller.Local, TestEnd));
        Assert.Single(await catalog.ListAsync(Caller.Local, SessionFilter.All, null, _ => { }, TestEnd).ToListAsync(TestEnd));
        var error = await Assert.ThrowsAsync<ChatSessionException>(() => catalog.GetAsync("theirs", Caller.Local, TestEnd));
        Assert.Contains("in the archive", error.Message);
        await SaveAsync("s", says: "bye"); // Its last_updated_at stays as it is.
        Assert.Equal("bye", (await catalog.GetAsync("s", Caller.Local, TestEnd)).Says());
    }

    [Fact]
    public async Task Several_may_write_and_read_at_once()
    {
        using var other = await OpenAsync();
        var work = Enumerable
            .Range(0, 40)
            .Select(async n =>
            {
                var archive = n % 2 == 0 ? Archive : other;
                await archive.SaveAsync(Owner, Archived(SessionText.Parsed($"s{n / 2}", says: $"{n}")), TestEnd);
                Assert.NotNull(await archive.FindAsync(Owner, $"s{n / 2}", TestEnd));
                await archive.ListAsync(Owner, SessionFilter.All, null, 5, TestEnd);
            });

        await Task.WhenAll(work);

        Assert.Equal(20, (await IdsAsync(Owner)).Count);
        Assert.Empty(await other.Maintenance.VerifyAsync(TestEnd));
    }

    protected static ArchivedSession Archived(Session session) => new(session, SessionOrigin.File, Noon);

    protected static Session Read(string json) => SessionJson.Read(Encoding.UTF8.GetBytes(json), "a test's session");

    protected Task<SaveOutcome> SaveAsync(
        string id,
        string? updated = SessionText.LongAgo,
        string says = "hello",
        string owner = Owner,
        DateTimeOffset? fetchedAt = null
    ) => Archive.SaveAsync(owner, new(SessionText.Parsed(id, updated, says), SessionOrigin.File, fetchedAt ?? Noon), TestEnd);

    private SessionCatalog Catalog => new([new ArchiveSource(Archive)], new SessionCache(), TimeProvider.System);

    private async Task<List<string>> IdsAsync(string owner, int limit = 100, SessionFilter? filter = null)
    {
        var ids = new List<string>();
        SessionPlace? after = null;
        while (await Archive.ListAsync(owner, filter ?? SessionFilter.All, after, limit, TestEnd) is { Count: > 0 } page)
        {
            ids.AddRange(page.Select(summary => summary.SessionId));
            after = SessionPlace.From(page[^1]);
        }
        return ids;
    }

    private static void AssertSame(SessionSummary expected, SessionSummary? found)
    {
        // Facts are of the events; another test checks them.
        Assert.Equal(expected with { IndexIds = [], Facts = null }, found! with { IndexIds = [], Facts = null });
        Assert.Equal(expected.IndexIds, found.IndexIds);
    }
}
