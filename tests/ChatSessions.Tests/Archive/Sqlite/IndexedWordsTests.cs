using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>The index of words: which words it has of a session, and which it has noted.</summary>
public sealed class IndexedWordsTests : OnArchiveFile
{
    [Fact]
    public async Task A_damaged_row_that_claims_more_events_does_not_take_the_words_of_the_next_session()
    {
        await Archive.SaveAsync(Owner, Archived(Some.Session("mine", null, Some.Text("lamp one"))), TestEnd);
        await Archive.SaveAsync("another", Archived(Some.Session("theirs", null, Some.Text("lamp two"))), TestEnd);
        await ExecuteAsync(
            "update session set events = 1000 where id = 'mine'; insert into unread_words select no from session where id = 'mine'"
        );

        var mine = await SearchAsync(Owner);
        var theirs = await SearchAsync("another");

        Assert.Equal(["mine", "theirs"], mine.Concat(theirs));

        async Task<string[]> SearchAsync(string owner) =>
            [
                .. (
                    await Archive.SearchAsync(new OutgoingDoor(), [owner], SearchQuery.Parse("lamp"), SearchFilter.All, 5, null, TestEnd)
                ).Hits.Select(hit => hit.Session.SessionId),
            ];
    }

    [Fact]
    public async Task Words_that_another_process_removed_are_noted_again_when_they_return()
    {
        using var other = new SqliteArchive(File);
        await SaveAsync("s", says: "testament");
        await Archive.DeleteAsync(Owner, "s", TestEnd);
        await other.Maintenance.CompactAsync(TestEnd);
        Assert.Equal(0, await NotedAsync("testament"));

        await SaveAsync("s", says: "testament");
        Assert.Equal(1, await NotedAsync("testament"));
    }

    [Fact]
    public async Task Words_of_a_failed_save_do_not_count_as_noted()
    {
        await SaveAsync("s");
        await ExecuteAsync("create trigger no_more before insert on entry when new.id > 2 begin select raise(abort, 'full'); end");
        await Assert.ThrowsAsync<ChatSessionException>(() => Archive.SaveAsync(Owner, Archived(Two("testament")), TestEnd));
        await ExecuteAsync("drop trigger no_more");

        await Archive.SaveAsync(Owner, Archived(Two("testament")), TestEnd);
        Assert.Equal(1, await NotedAsync("testament"));

        static Session Two(string says) => Some.Session("two", null, Some.UserInput(says), Some.Text("an answer"));
    }

    [Fact]
    public async Task What_is_saved_together_is_one_part_of_the_index()
    {
        await Archive.SaveAllAsync(
            Owner,
            [.. Enumerable.Range(0, 20).Select(number => Archived(SessionText.Parsed($"s{number}")))],
            TestEnd
        );

        Assert.Equal(1, await NumberAsync("select count(distinct segid) from words_idx"));
    }

    private Task<long> NotedAsync(string word) => NumberAsync($"select count(*) from word where text = '{word}'");
}
