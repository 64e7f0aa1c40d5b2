using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class PollLimitTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new();
    private readonly PollLimit limit;

    public PollLimitTests() => limit = new PollLimit(time);

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public void Dispose() => limit.Dispose();

    [Fact]
    public async Task Ten_requests_may_be_made_in_any_minute()
    {
        for (var request = 0; request < 10; request++)
            Assert.True(WaitAsync().IsCompletedSuccessfully);
        var eleventh = WaitAsync();

        time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.False(eleventh.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await eleventh.WaitAsync(Bound, TestEnd);
    }

    [Fact]
    public async Task A_long_list_takes_as_many_as_it_has_pages_and_no_more_than_there_are()
    {
        Assert.True(WaitAsync(requests: 8).IsCompleted);
        var long1 = WaitAsync(requests: 8);
        Assert.False(long1.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));
        await long1.WaitAsync(Bound, TestEnd);

        var long2 = WaitAsync(requests: 1_000);
        time.Advance(TimeSpan.FromMinutes(1));
        await long2.WaitAsync(Bound, TestEnd);
    }

    [Fact]
    public async Task A_wait_that_is_given_up_costs_nothing()
    {
        for (var request = 0; request < 10; request++)
            await WaitAsync();
        using var impatience = new CancellationTokenSource();
        var waits = Enumerable.Range(0, 100).Select(_ => limit.WaitAsync(1, impatience.Token)).ToList();
        await impatience.CancelAsync();
        foreach (var wait in waits)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);

        var next = WaitAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        await next.WaitAsync(Bound, TestEnd);
    }

    private Task WaitAsync(int requests = 1) => limit.WaitAsync(requests, TestEnd);
}
