using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ChatSessions.Model;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Archive;

/// <summary>Saves sessions in the background, one after the other. If one cannot be saved, that is logged and the next is saved.</summary>
internal sealed class SaveQueue : IAsyncDisposable, IDisposable
{
    /// <summary>Sessions beyond this limit are not saved now, but when they are read again.</summary>
    internal const long MostWaiting = 256L << 20;

    /// <summary>A server has two seconds to stop in all.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly Channel<Item> waiting = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource stop = new();

    /// <summary>Sessions that were not saved, with the owners that they were added for, as long as somebody has them in memory.</summary>
    private readonly ConditionalWeakTable<Session, string> unsaved = [];
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

    /// <summary>Whether a session was added that could not be saved: it is to be added again when it is read again.</summary>
    public bool IsUnsaved(string owner, Session session) => unsaved.TryGetValue(session, out var of) && of == owner;

    public void Add(string owner, ArchivedSession session)
    {
        unsaved.Remove(session.Session);
        var bytes = session.Session.Json.Utf8.Length;
        // A single session may have any size: what can be read can be saved.
        if (Interlocked.Add(ref waitingBytes, bytes) is var all && all > MostWaiting && all > bytes)
        {
            Interlocked.Add(ref waitingBytes, -bytes);
            unsaved.AddOrUpdate(session.Session, owner);
            logger.NotArchived(
                session.Session.Summary.SessionId,
                $"more than {(MostWaiting >> 20).Grouped()} MB wait to be saved. It will be saved when it is read again."
            );
        }
        else
        {
            waiting.Writer.TryWrite(new Item(owner, session, Done: null));
        }
    }

    /// <summary>Waits until every session added so far is saved, or has failed to save.</summary>
    public Task SavedAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return waiting.Writer.TryWrite(new Item("", null, done)) ? done.Task : saving;
    }

    /// <summary>Waits briefly for pending saves.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await Task.WhenAny(saving, Task.Delay(StopGrace, time));
        await stop.CancelAsync();
        // The archive is closed next, so give the current save time to roll back. It may ignore the cancellation.
        await Task.WhenAny(saving, Task.Delay(StopGrace / 2, time));
    }

    /// <summary>Abandons pending saves.</summary>
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
                // The process ends. The save is rolled back; the session will be saved when it is read again.
            }
            catch (ChatSessionException exception)
            {
                unsaved.AddOrUpdate(session.Session, item.Owner);
                LogOnce(session, exception);
            }
            catch (Exception exception)
            {
                // A bug in saving one session must not stop saving the others.
                unsaved.AddOrUpdate(session.Session, item.Owner);
                logger.SaveFailed(session.Session.Summary.SessionId, exception);
            }
            finally
            {
                Interlocked.Add(ref waitingBytes, -session.Session.Json.Utf8.Length);
            }
        }
    }

    /// <summary>Skips a repeated problem: a full disk is not worth a log line per session.</summary>
    private void LogOnce(ArchivedSession session, ChatSessionException problem)
    {
        if (problem.Message != lastProblem)
            logger.NotArchived(session.Session.Summary.SessionId, problem.Message);
        lastProblem = problem.Message;
    }

    /// <summary>A session to save, or a signal to set when the sessions before it are saved.</summary>
    private sealed record Item(string Owner, ArchivedSession? Session, TaskCompletionSource? Done);
}
