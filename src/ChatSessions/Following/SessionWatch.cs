using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Following;

/// <summary>Asks the sources for the version of a session, or of the list, again and again until disposed.</summary>
internal sealed class SessionWatch : IDisposable
{
    /// <summary>How much of the list is followed, as its resource shows it; what changes comes to its beginning.</summary>
    private const int Newest = 50;

    private readonly IReadOnlyList<ISessionSource> sources;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock noting = new();

    /// <summary>What each source said last; null where it said nothing yet.</summary>
    private readonly Said?[] said;
    private TaskCompletionSource change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionWatch(Followed followed, IReadOnlyList<ISessionSource> sources, TimeProvider time, ILogger logger)
    {
        Followed = followed;
        this.sources = sources;
        this.logger = logger;
        said = new Said?[sources.Count];
        Begun = Task.Run(() => BeginAsync(time, stop.Token));
    }

    public Followed Followed { get; }

    /// <summary>How many follow; kept by <see cref="SessionUpdates"/>.</summary>
    public int Followers { get; set; }

    /// <summary>Done when it is known what a change would be a change from.</summary>
    public Task Begun { get; }

    /// <summary>Why a source could not be asked at the beginning; null when all that were asked answered.</summary>
    public ChatSessionException? Failure { get; private set; }

    /// <summary>Whether what is followed exists, as far as is known.</summary>
    public bool IsThere => Version is not null;

    /// <summary>Done at the next change.</summary>
    public Task Change => Volatile.Read(ref change).Task;

    /// <summary>The first source that has a session is the one that answers for it; a list is made of all, and of its beginning.</summary>
    private string? Version =>
        Followed.SessionId is null
            ? SessionVersion.OfList(said.SelectMany(one => one?.Newest ?? []), Newest)
            : said.FirstOrDefault(one => one?.Version is not null)?.Version;

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task BeginAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        for (var index = 0; index < sources.Count && !IsAnsweredBefore(index); index++)
        {
            try
            {
                said[index] = await AskAsync(sources[index], isPoll: false, cancellationToken);
            }
            catch (ChatSessionException exception) when (exception.IsSourceFailure)
            {
                Failure ??= exception;
            }
        }
        for (var index = 0; index < sources.Count; index++)
            _ = PollAsync(index, time, cancellationToken);
    }

    private async Task PollAsync(int index, TimeProvider time, CancellationToken cancellationToken)
    {
        var source = sources[index];
        var isFailing = false;
        using var timer = new PeriodicTimer(source.PollInterval, time);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                if (IsAnsweredBefore(index))
                    continue;
                Note(index, await AskAsync(source, isPoll: true, cancellationToken));
                isFailing = false;
            }
            catch (Exception exception)
            {
                // Nobody waits for an answer: what is not known now is asked again, and is no change.
                if (!isFailing && !cancellationToken.IsCancellationRequested)
                    logger.PollFailed(source.Name, exception.Message);
                isFailing = true;
            }
        }
    }

    private async Task<Said> AskAsync(ISessionSource source, bool isPoll, CancellationToken cancellationToken) =>
        Followed.SessionId is { } id
            ? new Said(await source.FindVersionAsync(id, isPoll, Followed.Caller, cancellationToken), [])
            : new Said(null, await source.FindNewestAsync(Newest, isPoll, Followed.Caller, cancellationToken));

    /// <summary>Whether what the source says of the session does not matter, since another that is asked before has it.</summary>
    private bool IsAnsweredBefore(int index)
    {
        lock (noting)
            return said.Take(index).Any(one => one?.Version is not null);
    }

    private void Note(int index, Said now)
    {
        TaskCompletionSource changed;
        lock (noting)
        {
            var before = Version;
            said[index] = now;
            if (Version == before)
                return;
            changed = change;
            change = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    /// <summary>What a source said of a session, or of the list.</summary>
    private sealed record Said(string? Version, IReadOnlyList<SessionSummary> Newest);
}
