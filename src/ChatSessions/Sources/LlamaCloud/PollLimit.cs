using System.Threading.RateLimiting;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Holds the requests that are made only because somebody follows a session, or the list, to ten in any minute, however much is followed:
/// half of what LlamaCloud's free tier grants a key. The other half is for those who ask.
/// </summary>
internal sealed class PollLimit(TimeProvider time) : IDisposable
{
    private const int MostAMinute = 10;

    /// <summary>A permit comes back a minute after it was taken. The limiters that count time themselves know no <see cref="TimeProvider"/>.</summary>
    private readonly ConcurrencyLimiter limiter = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = MostAMinute,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Waits until so many requests may be made, at most ten; those who wait longest come first. Giving up costs nothing.</summary>
    public async Task WaitAsync(int requests, CancellationToken cancellationToken)
    {
        var permits = await limiter.AcquireAsync(Math.Min(requests, MostAMinute), cancellationToken);
        if (!permits.IsAcquired)
            throw new OperationCanceledException("The program ends.");
        _ = ReturnAsync(permits);
    }

    public void Dispose() => limiter.Dispose();

    private async Task ReturnAsync(RateLimitLease permits)
    {
        using (permits)
            await Task.Delay(TimeSpan.FromMinutes(1), time, CancellationToken.None);
    }
}
