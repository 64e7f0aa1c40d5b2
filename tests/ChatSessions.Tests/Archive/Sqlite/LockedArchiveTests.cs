using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>Another process holds a lock of the archive for longer than is waited for it.</summary>
public sealed class LockedArchiveTests : OnArchiveFile
{
    [Fact]
    [Proves("locked")]
    public async Task A_save_that_waits_in_vain_is_a_sentence_saves_nothing_and_works_when_the_lock_is_gone()
    {
        await SaveAsync("a");
        await using (var other = Connect())
        {
            await using var writing = other.BeginTransaction(deferred: false);
            Assert.Contains(
                "has been writing to the archive",
                (await FailureAsync(() => SaveAsync("b"))).Message,
                StringComparison.Ordinal
            );
            Assert.NotNull(await Archive.FindAsync(Owner, "a", TestEnd));
        }

        Assert.Null(await Archive.FindAsync(Owner, "b", TestEnd));
        await SaveAsync("b");
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    [Proves("locked")]
    public async Task A_read_that_is_locked_out_is_a_sentence_and_works_when_the_lock_is_gone()
    {
        await SaveAsync("a");
        // Whoever has the file open keeps others from having it alone.
        Archive.Dispose();
        using var again = new SqliteArchive(File);
        await using (var other = Connect())
        {
            await ExecuteAsync(other, "pragma locking_mode = exclusive; begin immediate; insert into tool (name) values ('x'); commit");
            Assert.Equal(ChatSessionError.Unavailable, (await FailureAsync(() => again.FindAsync(Owner, "a", TestEnd))).Error);
        }

        Assert.NotNull(await again.FindAsync(Owner, "a", TestEnd));
    }

    private static Task<ChatSessionException> FailureAsync(Func<Task> work) => Assert.ThrowsAsync<ChatSessionException>(work);
}
