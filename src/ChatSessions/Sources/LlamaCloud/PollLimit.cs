using System.Threading.RateLimiting;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Limits polls to ten requests in any minute, no matter how many sessions are followed. That is
/// half of what LlamaCloud's free tier allows a key; the other half is for callers who wait for an answer.
/// </summary>
internal sealed class PollLimit(TimeProvider time) : IDisposable
{
    internal const int MostAMinute = 10;

    /// <summary>A permit is returned a minute after it was taken. The time-based limiters do not support <see cref="TimeProvider"/>.</summary>
    private readonly ConcurrencyLimiter limiter = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = MostAMinute,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Waits for permission to make the requests, at most ten; first come, first served. A cancelled wait uses no permits.</summary>
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
