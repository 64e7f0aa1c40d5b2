using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class PollBudgetTests
{
    private readonly FakeTimeProvider time = new();
    private readonly PollBudget budget;

    public PollBudgetTests() => budget = new PollBudget(time);

    [Fact]
    public async Task Ten_requests_may_be_made_at_once_and_then_one_every_six_seconds()
    {
        for (var request = 0; request < 10; request++)
            Assert.True(Wait().IsCompleted);
        var (eleventh, twelfth) = (Wait(), Wait());

        time.Advance(TimeSpan.FromSeconds(5.9));
        Assert.False(eleventh.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await eleventh;
        Assert.False(twelfth.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(6));
        await twelfth;

        // Ten a minute, whatever the minute.
        time.Advance(TimeSpan.FromMinutes(1));
        for (var request = 0; request < 10; request++)
            Assert.True(Wait().IsCompleted);
        Assert.False(Wait().IsCompleted);
    }

    [Fact]
    public void A_long_list_counts_as_the_requests_that_it_takes()
    {
        Assert.True(Wait(requests: 8).IsCompleted);
        Assert.False(Wait(requests: 8).IsCompleted);
    }

    private Task Wait(int requests = 1) => budget.WaitAsync(requests, TestContext.Current.CancellationToken);
}
