using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Archive;

/// <summary>
/// A source behind a network whose sessions are saved in the archive as they are read, after they are answered. Where it cannot be reached,
/// what the archive has of it need not wait for that to be found out again: for some seconds it is not asked.
/// </summary>
/// <param name="owner">Who owns what is read in a project.</param>
public sealed class ReadThroughSource(
    ISessionSource source,
    ISessionArchive archive,
    Func<Caller, string> owner,
    TimeProvider time,
    ILogger<ReadThroughSource> logger
) : ISessionSource, IAsyncDisposable, IDisposable
{
    /// <summary>More bytes than that do not wait to be saved; the session will be when it is read again.</summary>
    private const long MostWaiting = 256L << 20;

    /// <summary>How long a source that did not answer is left alone where the archive can answer.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    /// <summary>A server that is asked to stop has two seconds in all.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private Task saving = Task.CompletedTask;
    private long waiting;
    private string? lastProblem;
    private volatile Failure? lastFailure;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Problems => source.Problems;

    /// <summary>Done when all that was read so far is saved, or cannot be.</summary>
    public Task Saved => saving;

    /// <inheritdoc/>
    public Task<SessionSummary?> FindSummaryAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        AskAsync(() => source.FindSummaryAsync(sessionId, caller, cancellationToken), sessionId, caller, cancellationToken);

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        var session = await AskAsync(() => source.FindAsync(sessionId, caller, cancellationToken), sessionId, caller, cancellationToken);
        if (session is not null)
            SaveLater(session, caller);
        return session;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var pages = source.ListAsync(caller, filter, after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await AskAsync(async () => await pages.MoveNextAsync(), null, caller, cancellationToken))
            yield return pages.Current;
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    ) => AskAsync(() => source.FindListedAsync(sessionIds, caller, cancellationToken), null, caller, cancellationToken);

    /// <inheritdoc/>
    public Task<Attachment?> FindAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken) =>
        source.FindAttachmentAsync(image, caller, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsCurrentAsync(Session session, Caller caller, CancellationToken cancellationToken) =>
        AskAsync(() => source.IsCurrentAsync(session, caller, cancellationToken), session.Summary.SessionId, caller, cancellationToken);

    /// <inheritdoc/>
    public TimeSpan PollInterval => source.PollInterval;

    /// <inheritdoc/>
    public Task<string?> FindVersionAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        AskAsync(() => source.FindVersionAsync(sessionId, caller, cancellationToken), sessionId, caller, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SessionSummary>> FindNewestAsync(int count, Caller caller, CancellationToken cancellationToken) =>
        AskAsync(() => source.FindNewestAsync(count, caller, cancellationToken), null, caller, cancellationToken);

    /// <summary>Waits a moment for what is still to be saved.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(saving, Task.Delay(StopGrace, time));
        await stop.CancelAsync();
    }

    /// <summary>Gives up what is still to be saved.</summary>
    public void Dispose() => stop.Cancel();

    /// <summary>Asks the source, unless it lately did not answer and the archive has what is wanted.</summary>
    /// <param name="sessionId">The session that is asked for; null for the list.</param>
    private async Task<T> AskAsync<T>(Func<Task<T>> ask, string? sessionId, Caller caller, CancellationToken cancellationToken)
    {
        if (lastFailure is { } last && time.GetElapsedTime(last.At) < Rest && await IsArchivedAsync(sessionId, caller, cancellationToken))
            throw last.Reason;
        try
        {
            var answer = await ask();
            lastFailure = null;
            return answer;
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.Unavailable)
        {
            lastFailure = new Failure(time.GetTimestamp(), exception);
            throw;
        }
    }

    private async Task<bool> IsArchivedAsync(string? sessionId, Caller caller, CancellationToken cancellationToken) =>
        sessionId is null || await archive.FindSummaryAsync(owner(caller), sessionId, cancellationToken) is not null;

    private void SaveLater(Session session, Caller caller)
    {
        var copy = new ArchivedSession(session, SessionOrigin.LlamaCloud, time.GetUtcNow());
        lock (gate)
        {
            if (waiting > 0 && waiting + session.Json.Utf8.Length > MostWaiting)
                return;
            waiting += session.Json.Utf8.Length;
            saving = SaveAsync(saving, owner(caller), copy);
        }
    }

    /// <summary>A session that cannot be saved is answered all the same.</summary>
    private async Task SaveAsync(Task before, string of, ArchivedSession copy)
    {
        await before;
        try
        {
            await archive.SaveAsync(of, copy, stop.Token);
            lastProblem = null;
        }
        catch (ChatSessionException exception)
        {
            if (exception.Message != lastProblem)
                logger.NotArchived(copy.Session.Summary.SessionId, exception.Message);
            lastProblem = exception.Message;
        }
        catch (OperationCanceledException)
        {
            // The process ends. What was begun is undone, and read again another time.
        }
        finally
        {
            Interlocked.Add(ref waiting, -copy.Session.Json.Utf8.Length);
        }
    }

    private sealed record Failure(long At, ChatSessionException Reason);
}
