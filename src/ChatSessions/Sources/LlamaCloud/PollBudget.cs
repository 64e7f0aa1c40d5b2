namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Holds the requests that are made only because somebody follows a session, or the list, to ten a minute, however much is followed:
/// half of what LlamaCloud's free tier grants a key. The other half is for who asks. Up to ten may be made at once.
/// </summary>
internal sealed class PollBudget(TimeProvider time)
{
    private const int AtOnce = 10;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(6);

    private readonly Lock gate = new();
    private readonly long start = time.GetTimestamp();

    /// <summary>Until when, from the start, all requests so far would have taken one after the other.</summary>
    private TimeSpan paidUntil;

    /// <summary>Waits until so many requests may be made; who waits longer than others comes before them.</summary>
    public Task WaitAsync(int requests, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = time.GetElapsedTime(start);
            paidUntil = (paidUntil > now ? paidUntil : now) + (requests * Each);
            var wait = paidUntil - now - (AtOnce * Each);
            return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, time, cancellationToken);
        }
    }
}
