using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class FollowLockTests : TempFolder
{
    [Fact]
    public async Task One_follows_and_the_next_takes_over()
    {
        var archive = PathOf("new/archive.db");
        var first = FollowLock.TryTake(archive);

        Assert.NotNull(first);
        Assert.Null(FollowLock.TryTake(archive));
        var waiting = FollowLock.TakeAsync(archive, TimeProvider.System, Cancelled);
        Assert.False(waiting.IsCompleted);
        first.Dispose();
        using var second = await waiting;
        Assert.Null(FollowLock.TryTake(archive));
        Assert.NotNull(FollowLock.TryTake(PathOf("other.db")));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a folder that nobody may write to.");

        var failure = Assert.Throws<ChatSessionException>(() => FollowLock.TryTake("/proc/archive.db"));

        Assert.StartsWith(
            "Cannot write /proc/archive.db.follow, so new sessions are not imported.",
            failure.Message,
            StringComparison.Ordinal
        );
    }
}
