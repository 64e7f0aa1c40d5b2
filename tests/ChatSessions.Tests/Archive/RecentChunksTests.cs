using ChatSessions.Archive;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class RecentChunksTests
{
    [Fact]
    public void Those_used_longest_ago_are_let_go_when_there_is_no_room()
    {
        var chunks = new RecentChunks(maxBytes: 100);
        chunks.Add(1, new byte[40]);
        chunks.Add(2, new byte[40]);
        Assert.NotNull(chunks.Find(1));

        chunks.Add(3, new byte[60]);

        Assert.NotNull(chunks.Find(1));
        Assert.Null(chunks.Find(2));
        Assert.Equal(100, chunks.Bytes);
    }

    [Fact]
    public void One_that_is_larger_than_all_the_room_is_not_kept_and_takes_the_place_of_no_other()
    {
        var chunks = new RecentChunks(maxBytes: 100);
        chunks.Add(1, new byte[100]);

        chunks.Add(2, new byte[101]);

        Assert.NotNull(chunks.Find(1));
        Assert.Null(chunks.Find(2));
    }
}
