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
