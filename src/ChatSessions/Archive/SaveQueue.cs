using System.Threading.Channels;
using ChatSessions.Model;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Archive;

/// <summary>Saves sessions one after the other while others are answered. A session that cannot be saved is logged, and the next is saved.</summary>
internal sealed class SaveQueue : IAsyncDisposable, IDisposable
{
    /// <summary>What exceeds this is not saved; it will be when it is read again.</summary>
    private const long MostWaiting = 256L << 20;

    /// <summary>A server that is asked to stop has two seconds in all.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly Channel<Item> waiting = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource stop = new();
    private readonly ISessionArchive archive;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Task saving;
    private long waitingBytes;
    private string? lastProblem;

    public SaveQueue(ISessionArchive archive, TimeProvider time, ILogger logger)
    {
        this.archive = archive;
        this.time = time;
        this.logger = logger;
        saving = Task.Run(SaveAllAsync);
    }

    public void Add(string owner, ArchivedSession session)
    {
        var bytes = session.Session.Json.Utf8.Length;
        // One alone may have any size: what can be read can be saved.
        if (Interlocked.Add(ref waitingBytes, bytes) is var all && all > MostWaiting && all > bytes)
        {
            Interlocked.Add(ref waitingBytes, -bytes);
            logger.NotArchived(
                session.Session.Summary.SessionId,
                "too much is waiting to be saved. It will be saved when it is read again."
            );
        }
        else
        {
            waiting.Writer.TryWrite(new Item(owner, session, Done: null));
        }
    }

    /// <summary>Waits until all that was added is saved, or could not be.</summary>
    public Task SavedAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return waiting.Writer.TryWrite(new Item("", null, done)) ? done.Task : saving;
    }

    /// <summary>Waits a moment for what is still to be saved.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await Task.WhenAny(saving, Task.Delay(StopGrace, time));
        await stop.CancelAsync();
        // The archive is closed next. What is being saved is undone first, unless it does not heed.
        await Task.WhenAny(saving, Task.Delay(StopGrace / 2, time));
    }

    /// <summary>Gives up what is still to be saved.</summary>
    public void Dispose()
    {
        waiting.Writer.TryComplete();
        stop.Cancel();
    }

    private async Task SaveAllAsync()
    {
        await foreach (var item in waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            item.Done?.SetResult();
            if (item.Session is not { } session)
                continue;
            try
            {
                await archive.SaveAsync(item.Owner, session, stop.Token);
                lastProblem = null;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The process ends. What was begun is undone, and saved when it is read again.
            }
            catch (ChatSessionException exception)
            {
                LogOnce(session, exception);
            }
            catch (Exception exception)
            {
                // A fault in saving one session must not end the saving of all others.
                logger.SaveFailed(session.Session.Summary.SessionId, exception);
            }
            finally
            {
                Interlocked.Add(ref waitingBytes, -session.Session.Json.Utf8.Length);
            }
        }
    }

    /// <summary>A full disk is not worth a line for each session.</summary>
    private void LogOnce(ArchivedSession session, ChatSessionException problem)
    {
        if (problem.Message != lastProblem)
            logger.NotArchived(session.Session.Summary.SessionId, problem.Message);
        lastProblem = problem.Message;
    }

    /// <summary>A session to save, or one who waits until those before are saved.</summary>
    private sealed record Item(string Owner, ArchivedSession? Session, TaskCompletionSource? Done);
}
