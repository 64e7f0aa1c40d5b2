using ChatMcpServer.Mcp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

public sealed class MemoryTests
{
    [Fact]
    public async Task An_answer_for_which_memory_ran_out_is_tried_once_more()
    {
        var tries = 0;

        var answer = await ScarceMemory.AnswerAsync(
            () => ++tries == 1 ? throw new InsufficientMemoryException() : ValueTask.FromResult("answered"),
            cache: null,
            turns: null,
            CancellationToken.None
        );
        var refusal = ScarceMemory
            .AnswerAsync<string>(() => throw new InsufficientMemoryException(), cache: null, turns: null, CancellationToken.None)
            .AsTask();

        Assert.Equal(("answered", 2), (answer, tries));
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => refusal);
    }

    [Fact]
    public void Memory_goes_back_after_a_pause_and_only_if_much_was_taken()
    {
        var time = new FakeTimeProvider();
        using var memory = new IdleMemory(time);

        memory.Answered();
        time.Advance(TimeSpan.FromMinutes(1));
        var afterLittle = memory.Count;
        for (var taken = 0; taken < 64; taken++)
            GC.KeepAlive(new byte[1 << 20]);
        memory.Answered();
        var atOnce = memory.Count;
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((0, 1), (atOnce - afterLittle, memory.Count - atOnce));

        // The array pool lets go of an array only in a later collection.
        for (var minute = 0; minute < 10; minute++)
            time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, memory.Count - atOnce);
    }
}
