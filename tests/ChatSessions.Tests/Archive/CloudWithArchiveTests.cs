using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class CloudWithArchiveTests : IAsyncDisposable
{
    private static readonly LlamaCloudOptions Options = new() { ApiKey = "llx-test" };
    private static readonly ChatSessionException NoAnswer = new(ChatSessionError.Unavailable, "No answer.");
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeSource cloud = new("the cloud", SessionText.Parsed("a", says: "first"));
    private readonly string folder = Directory.CreateTempSubdirectory("chat-sessions-").FullName;
    private readonly SqliteArchive archive;
    private readonly CloudWithArchive source;
    private readonly SessionCatalog catalog;

    public CloudWithArchiveTests()
    {
        archive = new SqliteArchive(Path.Combine(folder, "archive.db"));
        (source, catalog) = Over(archive);
    }

    private JumpingTime Clock => field ??= new(time);

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        cloud.Gate.TrySetResult();
        await source.DisposeAsync();
        archive.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_is_read_is_saved_as_it_came_and_under_the_key_that_read_it()
    {
        var session = await GetAsync("a");
        await source.SavedAsync();

        var saved = await archive.FindAsync(Owner(Caller.Local), "a", TestEnd);
        Assert.Equal(session.Json.ToString(), saved!.Session.Json.ToString());
        Assert.Equal((SessionOrigin.LlamaCloud, time.GetUtcNow()), (saved.Origin, saved.FetchedAt));
        Assert.Null(await archive.FindAsync(Owner(Caller.Local.In("other")), "a", TestEnd));
        Assert.Null(await archive.FindAsync(ArchiveOwners.Local, "a", TestEnd));
    }

    [Fact]
    public async Task A_failure_yields_the_copy_which_says_its_age_and_the_reason()
    {
        await ArchiveAsync("a");
        cloud.Failure = NoAnswer;
        time.Advance(TimeSpan.FromHours(14));

        var copy = await GetAsync("a");

        Assert.Equal("first", copy.Says());
        Assert.Equal(new Copy(time.GetUtcNow().AddHours(-14), "the cloud does not answer"), copy.Copy);
        var notes = await catalog.NotesOfAsync(copy, Caller.Local, TestEnd);
        Assert.Contains("copy of 2026-05-01 12:00 UTC, 14 hours old: the cloud does not answer.", notes);
        Assert.Same(NoAnswer, await Assert.ThrowsAsync<ChatSessionException>(() => GetAsync("b")));
    }

    [Fact]
    public async Task A_list_has_the_outcome_of_a_copy_that_is_current_and_filters_by_it()
    {
        cloud.Put(Some.Session("broke", null, Some.Stop("broke")));
        cloud.Put(Some.Session("changed", null, Some.Stop("broke")));
        await ArchiveAsync("broke");
        await ArchiveAsync("changed");
        // The cloud's list knows only the job metadata, according to which both ended well.
        cloud.OmitsEvents = true;
        cloud.Put(
            SessionJson.Read(
                Some.Json("""{"session_id":"changed","last_updated_at":"2026-05-01","job_metadata":{},"events":[]}""").Utf8,
                "x"
            )
        );

        Assert.Equal([RunOutcome.Ok, RunOutcome.Error, RunOutcome.NeverRun], (await ListAsync()).Sessions.Select(one => one.Outcome));
        Assert.Equal(["broke"], await IdsAsync(RunOutcome.Error));
        Assert.Equal(["changed"], await IdsAsync(RunOutcome.Ok));

        async Task<IEnumerable<string>> IdsAsync(RunOutcome outcome) =>
            (await SessionListPage.ReadAsync(catalog, new(Outcome: outcome), Caller.Local, 20, null, TestEnd)).Sessions.Select(one =>
                one.SessionId
            );
    }

    [Fact]
    public async Task Nothing_is_asked_for_what_only_imported_sessions_have()
    {
        await ListAsync(new() { Recorded = new(Project: "web") });
        await ListAsync(new() { Recorded = new(Branch: "main") });
        await ListAsync(new() { Recorded = new(Agent: "codex") });
        await ListAsync(new() { SubagentsOf = new HashSet<string> { "a" } });
        Assert.Empty(cloud.Asked);

        await ListAsync(new() { Recorded = new(Agent: "LlamaCloud") });
        Assert.NotEmpty(cloud.Asked);

        async Task ListAsync(SessionFilter filter) =>
            await source.ListAsync(Caller.Local, filter, after: null, TestEnd).ToListAsync(TestEnd);
    }

    [Fact]
    public async Task A_refused_key_yields_the_copy_and_is_its_reason()
    {
        await ArchiveAsync("a");
        cloud.Failure = new ChatSessionException(ChatSessionError.Unauthorized, "…") { Cause = "The cloud refused the API key (401)" };

        Assert.Equal("The cloud refused the API key (401)", (await GetAsync("a")).Copy!.Reason);
        var page = await ListAsync();
        Assert.Equal(["a"], page.Sessions.Select(summary => summary.SessionId));
        Assert.Equal(["…"], page.Problems);
        // A refusal is a clear answer, so the next request is sent again, and may succeed.
        cloud.Failure = null;
        Assert.Null((await GetAsync("a")).Copy);
    }

    [Fact]
    [Proves("silence")]
    public async Task Silence_yields_the_copy_after_four_seconds_and_then_at_once()
    {
        await ArchiveAsync("a");
        var hanging = Hang();
        var asking = GetAsync("a");
        await hanging;

        time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("the cloud does not answer", (await asking.WaitAsync(Bound, TestEnd)).Copy!.Reason);
        cloud.Asked.Clear();
        Assert.Equal("the cloud does not answer", (await GetAsync("a").WaitAsync(Bound, TestEnd)).Copy!.Reason);
        Assert.Empty(cloud.Asked);
    }

    [Fact]
    public async Task What_comes_after_the_copy_was_served_is_saved_and_answers_the_next_question()
    {
        await ArchiveAsync("a");
        var hanging = Hang();
        cloud.Put(SessionText.Parsed("a", SessionText.Lately, "second"));
        using var caller = new CancellationTokenSource();
        var asking = catalog.GetAsync("a", Caller.Local, caller.Token);
        await hanging;
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("first", (await asking.WaitAsync(Bound, TestEnd)).Says());
        // The end of the request must not cancel the fetch that continues for the next one.
        await caller.CancelAsync();

        cloud.Gate.SetResult();
        await UntilAsync(async () => (await archive.FindAsync(Owner(Caller.Local), "a", TestEnd))!.Session.Says() == "second");

        cloud.Asked.Clear();
        var next = await GetAsync("a");
        Assert.Equal(("second", null), (next.Says(), next.Copy));
        Assert.Equal(["summary a"], cloud.Asked);
    }

    [Fact]
    public async Task Without_a_copy_a_slow_answer_is_waited_for()
    {
        var hanging = Hang();
        var asking = GetAsync("a");
        await hanging;
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(asking.IsCompleted);
        cloud.Gate.SetResult();
        Assert.Null((await asking.WaitAsync(Bound, TestEnd)).Copy);
    }

    [Fact]
    public async Task A_question_that_its_caller_gave_up_counts_as_a_failure()
    {
        await ArchiveAsync("a");
        var hanging = Hang();
        using var impatience = new CancellationTokenSource();
        var asking = catalog.GetAsync("a", Caller.Local, impatience.Token);
        await hanging;
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await cloud.Cancelled.Task.WaitAsync(Bound, TestEnd);

        await UntilAsync(async () => (await GetAsync("a").WaitAsync(Bound, TestEnd)).Copy is { } copy && copy.Reason.Contains("cancelled"));
    }

    [Fact]
    public async Task The_list_of_a_silent_source_is_that_of_the_archive_and_says_so()
    {
        await ArchiveAsync("a");
        var hanging = Hang();
        var listing = ListAsync();
        await hanging;
        time.Advance(TimeSpan.FromSeconds(4));

        var page = await listing.WaitAsync(Bound, TestEnd);

        Assert.Equal("a", Assert.Single(page.Sessions).SessionId);
        Assert.StartsWith("the cloud has not answered within 4 s", Assert.Single(page.Problems));
        Assert.Single((await ListAsync().WaitAsync(Bound, TestEnd)).Sessions);
    }

    [Theory]
    [InlineData(-3, "from before this machine's clock was set back: ")]
    [InlineData(3, "3 hours old: ")]
    [Proves("clock")]
    public async Task A_clock_that_is_set_changes_no_wait_and_the_age_of_a_copy_says_so(int hours, string age)
    {
        await ArchiveAsync("a");
        cloud.Failure = NoAnswer;
        await GetAsync("a");
        cloud.Failure = null;

        Clock.SetBy = TimeSpan.FromHours(hours);

        var copy = await GetAsync("a");
        Assert.NotNull(copy.Copy);
        Assert.Contains($" UTC, {age}", await catalog.NotesOfAsync(copy, Caller.Local, TestEnd), StringComparison.Ordinal);
        time.Advance(CloudPatience.Rest);
        Assert.Null((await GetAsync("a")).Copy);
    }

    [Fact]
    public async Task A_source_that_failed_is_left_alone_for_a_while_where_there_is_a_copy()
    {
        await ArchiveAsync("a");
        cloud.Failure = NoAnswer;
        await GetAsync("a");
        cloud.Failure = null;
        cloud.Put(SessionText.Parsed("a", SessionText.Lately, "second"));
        cloud.Asked.Clear();

        Assert.Equal("first", (await GetAsync("a")).Says());
        Assert.Empty(cloud.Asked);
        time.Advance(TimeSpan.FromSeconds(15));
        var now = await GetAsync("a");
        Assert.Equal(("second", null), (now.Says(), now.Copy));
    }

    [Fact]
    public async Task One_caller_s_failure_is_not_another_s()
    {
        await ArchiveAsync("a");
        cloud.Failure = NoAnswer;
        await GetAsync("a");
        cloud.Failure = null;

        var other = await catalog.GetAsync("a", Another, TestEnd);

        Assert.Null(other.Copy);
        Assert.NotNull((await GetAsync("a")).Copy);
    }

    [Fact]
    public async Task What_the_archive_does_not_have_is_asked_for_all_the_same_and_an_answer_ends_the_rest()
    {
        await ArchiveAsync("a");
        cloud.Failure = NoAnswer;
        await GetAsync("a");
        cloud.Failure = null;
        cloud.Put(SessionText.Parsed("b"));

        Assert.Equal("b", (await GetAsync("b")).Summary.SessionId);
        Assert.Null((await GetAsync("a")).Copy);
    }

    [Fact]
    public async Task A_failed_poll_makes_no_copies_of_what_users_ask_for()
    {
        await ArchiveAsync("a");
        cloud.Failure = NoAnswer;
        await Assert.ThrowsAsync<ChatSessionException>(() => source.FindVersionAsync("a", isPoll: true, Caller.Local, TestEnd));
        await Assert.ThrowsAsync<ChatSessionException>(() => source.FindNewestAsync(10, isPoll: true, Caller.Local, TestEnd));
        cloud.Failure = null;

        Assert.Null((await GetAsync("a")).Copy);
    }

    [Fact]
    public async Task Who_begins_to_follow_while_the_source_fails_follows_the_copy_whose_version_is_the_same()
    {
        await ArchiveAsync("a");
        var version = await source.FindVersionAsync("a", isPoll: false, Caller.Local, TestEnd);
        cloud.Failure = NoAnswer;

        Assert.Equal(version, await source.FindVersionAsync("a", isPoll: false, Caller.Local, TestEnd));
        Assert.Equal("a", Assert.Single(await source.FindNewestAsync(10, isPoll: false, Caller.Local, TestEnd)).SessionId);
        await Assert.ThrowsAsync<ChatSessionException>(() => source.FindVersionAsync("b", isPoll: false, Caller.Local, TestEnd));
    }

    [Fact]
    public async Task A_session_that_the_source_does_not_have_any_more_stays_in_the_archive_and_in_the_list()
    {
        await ArchiveAsync("a");
        cloud.Remove("a");
        cloud.Put(SessionText.Parsed("b", SessionText.Lately));

        Assert.Equal("the cloud no longer has this session", (await GetAsync("a")).Copy!.Reason);
        Assert.Equal(["b", "a"], (await ListAsync()).Sessions.Select(summary => summary.SessionId));
    }

    [Fact]
    public async Task The_list_has_what_either_has_once_in_order_and_from_any_place()
    {
        for (var day = 1; day <= 9; day++)
        {
            cloud.Put(SessionText.Parsed($"s{day}", $"2026-02-0{day}T00:00:00"));
            await ArchiveAsync($"s{day}");
            if (day % 3 == 0)
                cloud.Remove($"s{day}");
        }
        // The archive's copy is older than the session, and has another place in its list.
        cloud.Put(SessionText.Parsed("s1", SessionText.Lately));

        string[] expected = ["s1", "s9", "s8", "s7", "s6", "s5", "s4", "s3", "s2", "a"];
        var all = await catalog.ListAsync(Caller.Local, SessionFilter.All, after: null, _ => { }, TestEnd).ToListAsync(TestEnd);
        Assert.Equal(expected, all.Select(summary => summary.SessionId));
        for (var count = 0; count < all.Count; count++)
        {
            var rest = catalog.ListAsync(Caller.Local, SessionFilter.All, SessionPlace.From(all[count]), _ => { }, TestEnd);
            Assert.Equal(expected.Skip(count + 1), await rest.Select(summary => summary.SessionId).ToListAsync(TestEnd));
        }
    }

    [Fact]
    [Proves("damaged")]
    public async Task An_archive_that_cannot_be_read_keeps_nobody_from_the_source()
    {
        var path = Path.Combine(folder, "no-archive.db");
        File.WriteAllText(path, new string('x', 5_000));
        using var broken = new SqliteArchive(path);
        var (through, joined) = Over(broken);
        await using var _ = through;

        Assert.Equal("first", (await joined.GetAsync("a", Caller.Local, TestEnd)).Says());
        var page = await SessionListPage.ReadAsync(joined, SessionFilter.All, Caller.Local, 20, null, TestEnd);
        Assert.Equal("a", Assert.Single(page.Sessions).SessionId);
        Assert.Contains("no-archive.db", Assert.Single(page.Problems));
        cloud.Failure = NoAnswer;
        Assert.Same(NoAnswer, await Assert.ThrowsAsync<ChatSessionException>(() => joined.GetAsync("a", Caller.Local, TestEnd)));
    }

    [Fact]
    public async Task While_the_archive_does_not_answer_the_sources_listed_and_newest_sessions_are_given_alone()
    {
        var down = new ChatSessionException(ChatSessionError.Unavailable, "The archive is down.");
        var (through, _) = Over(FaultyArchive.Over(archive, down, 2, nameof(archive.FindKnownAsync), nameof(archive.ListAsync)));
        await using var _1 = through;

        Assert.Equal(["a"], await through.FindListedAsync(["a", "b"], Caller.Local, TestEnd));
        Assert.Equal(["a"], (await through.FindNewestAsync(5, isPoll: true, Caller.Local, TestEnd)).Select(session => session.SessionId));
    }

    [Fact]
    public async Task A_session_that_was_not_saved_is_saved_when_it_is_read_again_from_memory()
    {
        var full = new ChatSessionException(ChatSessionError.Unavailable, "The disk is full.");
        var (through, joined) = Over(FaultyArchive.Over(archive, full, 1, nameof(archive.SaveAsync)));
        await using var _ = through;
        var first = await joined.GetAsync("a", Caller.Local, TestEnd);
        await through.SavedAsync();
        Assert.Null(await archive.FindAsync(Owner(Caller.Local), "a", TestEnd));

        Assert.Same(first, await joined.GetAsync("a", Caller.Local, TestEnd));
        await through.SavedAsync();

        Assert.NotNull(await archive.FindAsync(Owner(Caller.Local), "a", TestEnd));
    }

    [Fact]
    public async Task An_end_waits_for_what_is_being_saved()
    {
        await GetAsync("a");
        await source.DisposeAsync();
        Assert.NotNull(await archive.FindAsync(Owner(Caller.Local), "a", TestEnd));
    }

    private static Caller Another { get; } = new("another", SessionScope.Default) { Key = new CloudKey("llx-another") };

    private static string Owner(Caller caller) => ArchiveOwners.LlamaCloud(Options, caller);

    private (CloudWithArchive, SessionCatalog) Over(ISessionArchive copies)
    {
        var memory = new SessionCache();
        var through = new CloudWithArchive(cloud, copies, Owner, memory, Clock, NullLogger<CloudWithArchive>.Instance);
        return (through, new SessionCatalog([through], memory, Clock));
    }

    private async Task ArchiveAsync(string id)
    {
        await GetAsync(id);
        await source.SavedAsync();
    }

    /// <summary>Makes the source hang from now on; completes when it gets a request.</summary>
    private Task Hang()
    {
        while (cloud.Asks.Wait(0)) { }
        cloud.Gate = new TaskCompletionSource();
        return cloud.Asks.WaitAsync(Bound, TestEnd);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (!await isSo())
            await Task.Delay(10, bound.Token);
    }

    private Task<Session> GetAsync(string id) => catalog.GetAsync(id, Caller.Local, TestEnd);

    private Task<SessionListPage> ListAsync() => SessionListPage.ReadAsync(catalog, SessionFilter.All, Caller.Local, 20, null, TestEnd);
}
