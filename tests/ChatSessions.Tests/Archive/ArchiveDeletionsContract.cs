using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What is deleted from any archive, and what it remembers of that.</summary>
public abstract partial class ArchiveContract
{
    [Fact]
    public async Task A_deleted_session_is_gone_and_can_be_saved_again()
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
}
