using ChatSessions.Archive;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Importing;

/// <summary>What an import does with what was imported before, or is in another file as well.</summary>
public sealed class ImportedAgainTests : OnArchiveImport
{
    [Fact]
    public async Task A_folder_that_has_not_changed_is_passed_over_unread()
    {
        var first = Write("first.json", SessionText.Of("first", says: "hello"));
        Write("only-bookkeeping.jsonl", """{"type":"summary","summary":"S","leafUuid":"u"}""");
        var before = await ImportAsync();
        // Size and time are unchanged; a second read would find it broken.
        var stamp = File.GetLastWriteTimeUtc(first);
        File.WriteAllText(first, new string('x', (int)new FileInfo(first).Length));
        File.SetLastWriteTimeUtc(first, stamp);

        var again = await ImportAsync();

        Assert.Equal((1, 2, 0), (before.Added, before.Files, before.FilesAsBefore));
        Assert.Equal((0, 0, 2, 0L), (again.Sessions, again.Files, again.FilesAsBefore, again.Bytes));
        Assert.Empty(Broken);
    }

    [Fact]
    public async Task A_file_that_was_changed_is_read_again()
    {
        Write("a.jsonl", Claude);
        await ImportAsync();

        Write("a.jsonl", Claude + "\n" + Claude.Replace("00:00:00", "00:01:00", StringComparison.Ordinal));
        var again = await ImportAsync();

        Assert.Equal((1, 1), (again.Replaced, again.Sessions));
        Assert.Equal(2, (await FindAsync("claude"))!.Session.Events.Length);
    }

    [Fact]
    public async Task A_file_that_is_named_is_always_read_so_that_what_was_deleted_can_be_brought_back()
    {
        var path = Write("a.jsonl", Claude);
        await ImportAsync(path);
        var bytes = await ContentAsync();
        var unchanged = await ImportAsync(path);
        var bytesAfter = await ContentAsync();
        using (var archive = SessionArchive.Open(Database))
            await archive.DeleteAsync(ArchiveOwners.Local, "claude", Cancelled);

        var ofFolder = await ImportAsync();
        var ofFile = await ImportAsync(path, Files);

        Assert.Equal((1, 1), (unchanged.Unchanged, unchanged.Sessions));
        Assert.Equal(bytes, bytesAfter);
        Assert.Equal((0, 1), (ofFolder.Sessions, ofFolder.FilesAsBefore));
        Assert.Equal((1, 1, 0), (ofFile.Added, ofFile.Files, ofFile.FilesAsBefore));
    }

    [Fact]
    public async Task What_was_deleted_stays_so_when_others_of_its_file_change_until_it_is_updated_itself()
    {
        var path = Write("a.jsonl", SessionText.Of("a") + "\n" + SessionText.Of("b"));
        await ImportAsync();
        using (var archive = SessionArchive.Open(Database))
            await archive.DeleteAsync(ArchiveOwners.Local, "a", Cancelled);

        Write("a.jsonl", SessionText.Of("a") + "\n" + SessionText.Of("b", SessionText.Lately) + "\n" + SessionText.Of("c"));
        var others = await ImportAsync();
        Assert.Equal((1, 1, 1, 2), (others.Added, others.Replaced, others.Deleted, others.Sessions));
        Assert.Null(await FindAsync("a"));

        Write("a.jsonl", SessionText.Of("a", SessionText.Lately) + "\n" + SessionText.Of("b", SessionText.Lately));
        var itself = await ImportAsync();
        Assert.Equal((1, 0), (itself.Added, itself.Deleted));

        using (var archive = SessionArchive.Open(Database))
            await archive.DeleteAsync(ArchiveOwners.Local, "a", Cancelled);
        Assert.Equal(1, (await ImportAsync(path)).Added);
    }

    [Fact]
    public async Task The_oldest_file_comes_first_so_that_the_newest_state_stays()
    {
        // Sorted by name, the newest would be first.
        Write("b.json", SessionText.Of("s", says: "oldest"));
        Write("c.json", SessionText.Of("s", says: "middle"));
        Write("a.json", SessionText.Of("s", says: "newest"));

        var done = await ImportAsync();

        Assert.Equal((1, 2, 3), (done.Added, done.KeptBoth, done.Sessions));
        Assert.Equal("newest", (await FindAsync("s"))!.Session.Says());
        Assert.Equal("oldest", (await FindAsync("s.earlier-1"))!.Session.Says());
        Assert.Equal("middle", (await FindAsync("s.earlier-2"))!.Session.Says());
    }

    [Fact]
    public async Task A_copy_of_long_ago_does_not_take_the_place_of_what_was_updated_later()
    {
        Write("a.json", SessionText.Of("s", SessionText.Lately, "new"));
        await ImportAsync();
        var copy = Write("copy.json", SessionText.Of("s", SessionText.LongAgo, "old"));

        var done = await ImportAsync(copy);

        Assert.Equal((1, 1), (done.KeptBoth, done.Sessions));
        Assert.Equal("new", (await FindAsync("s"))!.Session.Says());
        Assert.Equal("old", (await FindAsync("s.earlier-1"))!.Session.Says());
    }

    [Fact]
    public async Task A_session_that_got_a_name_is_read_again_though_its_rollout_is_as_it_was()
    {
        const string id = "01990000-0000-7000-8000-000000000001";
        Write($"sessions/2026/01/01/rollout-2026-01-01T00-00-00-{id}.jsonl", Codex.Replace("codex", id));
        Write("sessions/2026/01/01/rollout-2026-01-01T00-00-00-01990000-0000-7000-8000-000000000002.jsonl", Codex);
        await ImportAsync();
        // Not a session, and not counted as a file of another kind.
        Write("session_index.jsonl", $$"""{"id":"{{id}}","thread_name":"Lift the anchor","updated_at":"2026-03-01T00:00:00Z"}""");

        var again = await ImportAsync();
        var asBefore = await ImportAsync();

        Assert.Equal((1, 1, 0), (again.Replaced, again.Files, again.OfAnotherKind.Count));
        Assert.Equal("Lift the anchor", (await FindAsync(id))!.Session.Summary.GeneratedTitle);
        Assert.Equal((0, 2), (asBefore.Files, asBefore.FilesAsBefore));
    }

    [Fact]
    public async Task What_a_fork_repeats_is_left_out_if_its_parent_is_imported_too()
    {
        var question = """{"timestamp":"2026-01-01T00:00:05Z","type":"event_msg","payload":{"type":"user_message","message":"P"}}""";
        Write("parent.jsonl", Codex);
        var child = Write(
            "child.jsonl",
            $"""
            {Codex.Split('\n')[0].Replace("codex", "child")}
            {Codex.Replace("2026", "2025")}
            {question}
            """
        );

        await ImportAsync(child);
        var alone = (await FindAsync("child"))!.Session.Events.Length;
        await ImportAsync();
        await ImportAsync(child, PathOf("files/parent.jsonl"));
        var together = (await FindAsync("child"))!.Session;

        Assert.Equal(2, alone);
        Assert.Equal(
            ["context system: This session goes on from session codex. What it repeats of that one (1 records) is only there.", "user: P"],
            ImportTest.Shown(together)
        );
        Assert.Equal(["user: Q"], ImportTest.Shown((await FindAsync("codex"))!.Session));
    }

    [Fact]
    public async Task What_a_fork_repeats_is_left_out_if_only_the_archive_has_its_parent()
    {
        var question = """{"timestamp":"2026-01-01T00:00:05Z","type":"event_msg","payload":{"type":"user_message","message":"P"}}""";
        var parent = Write("parent.jsonl", Codex);
        await ImportAsync();
        File.Delete(parent);
        Write(
            "child.jsonl",
            $"""
            {Codex.Split('\n')[0].Replace("\"codex\"", "\"child\",\"forked_from_id\":\"codex\"")}
            {Codex}
            {question}
            """
        );

        await ImportAsync();

        Assert.Equal("user: P", ImportTest.Shown((await FindAsync("child"))!.Session)[^1]);
        Assert.DoesNotContain("user: Q", ImportTest.Shown((await FindAsync("child"))!.Session));
    }
}
