using System.Runtime.InteropServices;
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
    public void Memory_goes_back_after_a_pause_and_little_of_it_after_a_longer_one()
    {
        var time = new FakeTimeProvider();
        using var memory = new IdleMemory(time);

        memory.Answered();
        time.Advance(TimeSpan.FromSeconds(4));
        // None, unless other tests take much at the same time.
        var soon = memory.Count;
        Wait();
        var later = memory.Count;
        for (var taken = 0; taken < 64; taken++)
            GC.KeepAlive(new byte[1 << 20]);
        memory.Answered();
        var atOnce = memory.Count;
        time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal((2, 0, 1), (later - soon, atOnce - later, memory.Count - atOnce));

        // The array pool lets go of an array only in a later collection.
        Wait();
        Assert.Equal(3, memory.Count - atOnce);

        void Wait()
        {
            for (var minute = 0; minute < 10; minute++)
                time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void What_native_code_has_freed_goes_back_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only glibc keeps it.");
        const int Bytes = 64 << 10;
        const int Count = 4_096;
        // Some that are still in use among them keep glibc from giving back the others by itself.
        var blocks = Enumerable.Range(0, Count).Select(_ => Taken()).ToList();
        foreach (var (_, block) in blocks.Index().Where(one => one.Index % 64 > 0))
            Marshal.FreeHGlobal(block);
        var freed = Resident();

        ScarceMemory.Collect();
        var after = Resident();

        foreach (var (_, block) in blocks.Index().Where(one => one.Index % 64 == 0))
            Marshal.FreeHGlobal(block);
        Assert.InRange(freed - after, (long)Bytes * Count / 2, long.MaxValue);

        static nint Taken()
        {
            var block = Marshal.AllocHGlobal(Bytes);
            for (var page = 0; page < Bytes; page += 4_096)
                Marshal.WriteByte(block, page, 1);
            return block;
        }

        static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], null) * Environment.SystemPageSize;
    }
}
