using System.Threading.Channels;
using Npgsql;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Hears from the server when any process saves something, while somebody follows. A notice holds nothing, not even whose sessions were saved: who
/// follows asks the archive what has changed. Where no notices arrive, as behind PgBouncer in transaction mode, polls find the changes later.
/// </summary>
internal sealed class SaveNotices(PostgresPlace place) : IDisposable
{
    /// <summary>Sends a notice with the commit. Several of one transaction are one.</summary>
    public const string Send = "notify chat_mcp";

    private const string Listen = "listen chat_mcp";

    /// <summary>A server that is gone without a word is noticed after so many seconds.</summary>
    private const int KeepAliveSeconds = 30;

    /// <summary>While others save one session after the other, followers ask no more often.</summary>
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(200);

    /// <summary>A lost connection is opened again after this; after each failure it takes twice as long.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock guard = new();
    private readonly List<Action> followers = [];

    /// <summary>Ends the connection; null while nobody follows.</summary>
    private CancellationTokenSource? listening;
    private bool isHeard;

    /// <summary>Calls a follower when something was saved, or may have been, until what it returns is disposed.</summary>
    public IDisposable Follow(Action saved)
    {
        lock (guard)
        {
            followers.Add(saved);
            if (listening is null)
            {
                var begun = listening = new();
                var stop = begun.Token;
                // Nobody waits for it: neither a follower, nor a stop.
                _ = Task.Run(() => ListenAsync(begun, stop), CancellationToken.None);
            }
            // Something may have been saved between the follower's first question and now.
            if (isHeard)
                saved();
        }
        return new Follower(() => Leave(saved));
    }

    /// <summary>Closes the connection, without waiting for it.</summary>
    public void Dispose() => End(all: true);

    private void Leave(Action saved)
    {
        lock (guard)
            followers.Remove(saved);
        End(all: false);
    }

    private void End(bool all)
    {
        CancellationTokenSource? ended;
        lock (guard)
        {
            if (all)
                followers.Clear();
            if (followers.Count > 0)
                return;
            (ended, listening, isHeard) = (listening, null, false);
        }
        ended?.Cancel();
        ended?.Dispose();
    }

    /// <summary>Listens until it is stopped, on a connection that is never given to others: it stays known to the server as one that listens.</summary>
    private async Task ListenAsync(CancellationTokenSource begun, CancellationToken stop)
    {
        var heard = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var calling = CallAsync(heard.Reader, stop);
        var wait = FirstWait;
        await using var source = place.Source(own =>
        {
            own.Pooling = false;
            own.KeepAlive = KeepAliveSeconds;
        });
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(stop);
                connection.Notification += (_, _) => heard.Writer.TryWrite(true);
                await using (var listen = new NpgsqlCommand(Listen, connection))
                    await listen.ExecuteNonQueryAsync(stop);
                Note(begun, isNowHeard: true);
                wait = FirstWait;
                // Something may have been saved before.
                heard.Writer.TryWrite(true);
                while (true)
                    await connection.WaitAsync(stop);
            }
            catch (Exception)
            {
                // It was stopped, or it failed; then the followers' polls find what has changed.
            }
            Note(begun, isNowHeard: false);
            await Task.Delay(wait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
        await calling;
    }

    private async Task CallAsync(ChannelReader<bool> heard, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await heard.ReadAsync(stop);
                Action[] called;
                lock (guard)
                    called = [.. followers];
                foreach (var follower in called)
                    follower();
                await Task.Delay(BetweenCalls, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // It was stopped.
        }
    }

    private void Note(CancellationTokenSource begun, bool isNowHeard)
    {
        lock (guard)
            if (listening == begun)
                isHeard = isNowHeard;
    }

    private sealed class Follower(Action leave) : IDisposable
    {
        private Action? leaving = leave;

        public void Dispose() => Interlocked.Exchange(ref leaving, null)?.Invoke();
    }
}
