using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>Lists of the sessions that the cloud has and of those that the archive has.</summary>
public sealed class CloudListsTests : OnCloudWithArchive
{
    [Fact]
    public async Task The_list_has_what_either_has_once_in_order_and_from_any_place()
    {
        for (var day = 1; day <= 9; day++)
        {
            Cloud.Put(SessionText.Parsed($"s{day}", $"2026-02-0{day}T00:00:00"));
            await ArchiveAsync($"s{day}");
            if (day % 3 == 0)
                Cloud.Remove($"s{day}");
        }
        // The archive's copy is older than the session, and has another place in its list.
        Cloud.Put(SessionText.Parsed("s1", SessionText.Lately));

        string[] expected = ["s1", "s9", "s8", "s7", "s6", "s5", "s4", "s3", "s2", "a"];
        var all = await Catalog.ListAsync(Caller.Local, SessionFilter.All, after: null, _ => { }, TestEnd).ToListAsync(TestEnd);
        Assert.Equal(expected, all.Select(summary => summary.SessionId));
        for (var count = 0; count < all.Count; count++)
        {
            var rest = Catalog.ListAsync(Caller.Local, SessionFilter.All, SessionPlace.From(all[count]), _ => { }, TestEnd);
            Assert.Equal(expected.Skip(count + 1), await rest.Select(summary => summary.SessionId).ToListAsync(TestEnd));
        }
    }

    [Fact]
    public async Task A_session_that_the_source_does_not_have_any_more_stays_in_the_archive_and_in_the_list()
    {
        await ArchiveAsync("a");
        Cloud.Remove("a");
        Cloud.Put(SessionText.Parsed("b", SessionText.Lately));

        Assert.Equal("the cloud no longer has this session", (await GetAsync("a")).Copy!.Reason);
        Assert.Equal(["b", "a"], (await ListAsync()).Sessions.Select(summary => summary.SessionId));
    }

    [Fact]
    public async Task A_list_has_the_outcome_of_a_copy_that_is_current_and_filters_by_it()
    {
        Cloud.Put(Some.Session("broke", null, Some.Stop("broke")));
        Cloud.Put(Some.Session("changed", null, Some.Stop("broke")));
        await ArchiveAsync("broke");
        await ArchiveAsync("changed");
        // The cloud's list knows only the job metadata, according to which both ended well.
        Cloud.OmitsEvents = true;
        Cloud.Put(
            SessionJson.Read(
                Some.Json("""{"session_id":"changed","last_updated_at":"2026-05-01","job_metadata":{},"events":[]}""").Utf8,
                "x"
            )
        );

        Assert.Equal([RunOutcome.Ok, RunOutcome.Error, RunOutcome.NeverRun], (await ListAsync()).Sessions.Select(one => one.Outcome));
        Assert.Equal(["broke"], await IdsAsync(RunOutcome.Error));
        Assert.Equal(["changed"], await IdsAsync(RunOutcome.Ok));

        async Task<IEnumerable<string>> IdsAsync(RunOutcome outcome) =>
            (await SessionListPage.ReadAsync(Catalog, new(Outcome: outcome), Caller.Local, 20, null, TestEnd)).Sessions.Select(one =>
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
        Assert.Empty(Cloud.Asked);

        await ListAsync(new() { Recorded = new(Agent: "LlamaCloud") });
        Assert.NotEmpty(Cloud.Asked);

        async Task ListAsync(SessionFilter filter) =>
            await Source.ListAsync(Caller.Local, filter, after: null, TestEnd).ToListAsync(TestEnd);
    }

    [Fact]
    public async Task While_the_archive_does_not_answer_the_sources_listed_and_newest_sessions_are_given_alone()
    {
        var down = new ChatSessionException(ChatSessionError.Unavailable, "The archive is down.");
        var (through, _) = Over(FaultyArchive.Over(Archive, down, 2, nameof(Archive.FindKnownAsync), nameof(Archive.ListAsync)));
        await using var _1 = through;

        Assert.Equal(["a"], await through.FindListedAsync(["a", "b"], Caller.Local, TestEnd));
        Assert.Equal(["a"], (await through.FindNewestAsync(5, isPoll: true, Caller.Local, TestEnd)).Select(session => session.SessionId));
    }
}
