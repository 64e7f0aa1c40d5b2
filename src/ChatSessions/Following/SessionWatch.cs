using System.Threading.Channels;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Following;

/// <summary>
/// Polls the sources for the version of a session or of the list, until disposed: at their intervals, and when they say that something may have
/// changed.
/// </summary>
internal sealed class SessionWatch : IDisposable
{
    /// <summary>How many sessions of the list are followed, as many as its resource shows; a changed session moves to the start.</summary>
    private const int Newest = 50;

    private readonly IReadOnlyList<ISessionSource> sources;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock noting = new();

    /// <summary>The last answer of each source; null if there is none yet.</summary>
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

    /// <summary>The number of followers; updated by <see cref="SessionUpdates"/>.</summary>
    public int Followers { get; set; }

    /// <summary>Completes when the first state is known, so that changes can be seen.</summary>
    public Task Begun { get; }

    /// <summary>Why a source failed at the beginning; null if all answered.</summary>
    public ChatSessionException? Failure { get; private set; }

    /// <summary>Whether what is followed exists, as far as known.</summary>
    public bool IsThere => Version is not null;

    /// <summary>Completes at the next change.</summary>
    public Task Change => Volatile.Read(ref change).Task;

    /// <summary>A session's version comes from the first source that has it; the list's from the newest sessions of all sources.</summary>
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
        // What comes before the next poll is one reason for it, and not several.
        var reasons = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var timer = time.CreateTimer(_ => reasons.Writer.TryWrite(true), null, source.PollInterval, source.PollInterval);
        using var hints = source.OnChange(() => reasons.Writer.TryWrite(true));
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await reasons.Reader.ReadAsync(cancellationToken);
                if (IsAnsweredBefore(index))
                    continue;
                Note(index, await AskAsync(source, isPoll: true, cancellationToken));
                isFailing = false;
            }
            catch (Exception exception)
            {
                // No caller is waiting: a failure is not a change, and the next poll asks again.
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

    /// <summary>Whether an earlier source has the session, so that this source's answer does not matter.</summary>
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

    private sealed record Said(string? Version, IReadOnlyList<SessionSummary> Newest);
}
