using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What is read of the cloud is saved in the archive, whose copies are served when the cloud fails.</summary>
public sealed class CloudWithArchiveTests : OnCloudWithArchive
{
    [Fact]
    public async Task What_is_read_is_saved_as_it_came_and_under_the_key_that_read_it()
    {
        var session = await GetAsync("a");
        await Source.SavedAsync();

        var saved = await Archive.FindAsync(Owner(Caller.Local), "a", TestEnd);
        Assert.Equal(session.Json.ToString(), saved!.Session.Json.ToString());
        Assert.Equal((SessionOrigin.LlamaCloud, Time.GetUtcNow()), (saved.Origin, saved.FetchedAt));
        Assert.Null(await Archive.FindAsync(Owner(Caller.Local.In("other")), "a", TestEnd));
        Assert.Null(await Archive.FindAsync(ArchiveOwners.Local, "a", TestEnd));
    }

    [Fact]
    public async Task A_failure_yields_the_copy_which_says_its_age_and_the_reason()
    {
        await ArchiveAsync("a");
        Cloud.Failure = NoAnswer;
        Time.Advance(TimeSpan.FromHours(14));

        var copy = await GetAsync("a");

        Assert.Equal("first", copy.Says());
        Assert.Equal(new Copy(Time.GetUtcNow().AddHours(-14), "the cloud does not answer"), copy.Copy);
        var notes = await Catalog.Notes.OfAsync(copy, Caller.Local, TestEnd);
        Assert.Contains("copy of 2026-05-01 12:00 UTC, 14 hours old: the cloud does not answer.", notes);
        Assert.Same(NoAnswer, await Assert.ThrowsAsync<ChatSessionException>(() => GetAsync("b")));
    }

    [Fact]
    public async Task A_refused_key_yields_the_copy_and_is_its_reason()
    {
        await ArchiveAsync("a");
        Cloud.Failure = new ChatSessionException(ChatSessionError.Unauthorized, "…") { Cause = "The cloud refused the API key (401)" };

        Assert.Equal("The cloud refused the API key (401)", (await GetAsync("a")).Copy!.Reason);
        var page = await ListAsync();
        Assert.Equal(["a"], page.Sessions.Select(summary => summary.SessionId));
        Assert.Equal(["…"], page.Problems);
        // A refusal is a clear answer, so the next request is sent again, and may succeed.
        Cloud.Failure = null;
        Assert.Null((await GetAsync("a")).Copy);
    }

    [Fact]
    public async Task Who_begins_to_follow_while_the_source_fails_follows_the_copy_whose_version_is_the_same()
    {
        await ArchiveAsync("a");
        var version = await Source.FindVersionAsync("a", isPoll: false, Caller.Local, TestEnd);
        Cloud.Failure = NoAnswer;

        Assert.Equal(version, await Source.FindVersionAsync("a", isPoll: false, Caller.Local, TestEnd));
        Assert.Equal("a", Assert.Single(await Source.FindNewestAsync(10, isPoll: false, Caller.Local, TestEnd)).SessionId);
        await Assert.ThrowsAsync<ChatSessionException>(() => Source.FindVersionAsync("b", isPoll: false, Caller.Local, TestEnd));
    }

    [Fact]
    [Proves("damaged")]
    public async Task An_archive_that_cannot_be_read_keeps_nobody_from_the_source()
    {
        var path = Path.Combine(Folder, "no-archive.db");
        File.WriteAllText(path, new string('x', 5_000));
        using var broken = new SqliteArchive(path);
        var (through, joined) = Over(broken);
        await using var _ = through;

        Assert.Equal("first", (await joined.GetAsync("a", Caller.Local, TestEnd)).Says());
        var page = await SessionListPage.ReadAsync(joined, SessionFilter.All, Caller.Local, 20, null, TestEnd);
        Assert.Equal("a", Assert.Single(page.Sessions).SessionId);
        Assert.Contains("no-archive.db", Assert.Single(page.Problems));
        Cloud.Failure = NoAnswer;
        Assert.Same(NoAnswer, await Assert.ThrowsAsync<ChatSessionException>(() => joined.GetAsync("a", Caller.Local, TestEnd)));
    }

    [Fact]
    public async Task A_session_that_was_not_saved_is_saved_when_it_is_read_again_from_memory()
    {
        var full = new ChatSessionException(ChatSessionError.Unavailable, "The disk is full.");
        var (through, joined) = Over(FaultyArchive.Over(Archive, full, 1, nameof(Archive.SaveAsync)));
        await using var _ = through;
        var first = await joined.GetAsync("a", Caller.Local, TestEnd);
        await through.SavedAsync();
        Assert.Null(await Archive.FindAsync(Owner(Caller.Local), "a", TestEnd));

        Assert.Same(first, await joined.GetAsync("a", Caller.Local, TestEnd));
        await through.SavedAsync();

        Assert.NotNull(await Archive.FindAsync(Owner(Caller.Local), "a", TestEnd));
    }

    [Fact]
    public async Task An_end_waits_for_what_is_being_saved()
    {
        await GetAsync("a");
        await Source.DisposeAsync();
        Assert.NotNull(await Archive.FindAsync(Owner(Caller.Local), "a", TestEnd));
    }
}
