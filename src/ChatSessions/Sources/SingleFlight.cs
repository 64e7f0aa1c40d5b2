namespace ChatSessions.Sources;

/// <summary>
/// Lets callers who want the same thing at the same time share the work. A caller who gives up does not affect the others; when all
/// have given up, the work is cancelled.
/// </summary>
internal sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Flight> flights = [];

    public async Task<TResult> RunAsync(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        Flight? flight;
        lock (flights)
        {
            // Do not join finished work: its answer is older than this request.
            if (!flights.TryGetValue(key, out flight) || flight.Work.IsCompleted)
                flights[key] = flight = new Flight(work);
            flight.Callers++;
        }
        try
        {
            return await flight.Work.WaitAsync(cancellationToken);
        }
        finally
        {
            if (IsLastToLeave(key, flight))
                flight.Dispose();
        }
    }

    private bool IsLastToLeave(TKey key, Flight flight)
    {
        lock (flights)
        {
            if (--flight.Callers > 0)
                return false;
            if (flights.GetValueOrDefault(key) == flight)
                flights.Remove(key);
            return true;
        }
    }

    private sealed class Flight : IDisposable
    {
        private readonly CancellationTokenSource cancellation = new();

        public Flight(Func<CancellationToken, Task<TResult>> work)
        {
            var cancellationToken = cancellation.Token;
            Work = Task.Run(() => work(cancellationToken), cancellationToken);
        }

        public Task<TResult> Work { get; }

        public int Callers { get; set; }

        public void Dispose()
        {
            cancellation.Cancel();
            cancellation.Dispose();
        }
    }
}
