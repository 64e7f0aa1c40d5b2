using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Following;

/// <summary>
/// Notifies followers when a session, or the list of sessions, has changed. Sources are polled only while there are followers, each as
/// often as it allows. Followers of the same thing share the polls.
/// </summary>
public sealed class SessionUpdates(SessionCatalog catalog, TimeProvider time, ILogger<SessionUpdates> logger)
{
    /// <summary>How many followers a caller may have at a time.</summary>
    public const int MostFollowers = 100;

    /// <summary>How many followers there may be at a time in all.</summary>
    public const int MostFollowersInAll = 2_000;

    private readonly Dictionary<Followed, SessionWatch> watches = [];

    /// <summary>The followers of each caller who has any.</summary>
    private readonly Dictionary<string, int> followers = [];

    /// <summary>Follows a session. Deleting or restoring it is a change too.</summary>
    /// <exception cref="ChatSessionException">There is no such session, every source failed, or there are too many followers.</exception>
    public async Task<SessionFollower> FollowAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        SessionCatalog.CheckId(sessionId);
        var follower = await FollowAsync(new Followed(sessionId, caller), cancellationToken);
        if (follower.Watch.IsThere)
            return follower;
        follower.Dispose();
        throw follower.Watch.Failure ?? await catalog.NotFoundAsync(sessionId, caller, cancellationToken);
    }

    /// <summary>Follows the start of the session list, which has the newest sessions.</summary>
    /// <exception cref="ChatSessionException">There are too many followers.</exception>
    public Task<SessionFollower> FollowListAsync(Caller caller, CancellationToken cancellationToken) =>
        FollowAsync(new Followed(SessionId: null, caller), cancellationToken);

    private async Task<SessionFollower> FollowAsync(Followed what, CancellationToken cancellationToken)
    {
        var watch = Join(what);
        try
        {
            // Changes count from the moment the caller knows that it is following, so wait for the first state.
            await watch.Begun.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(watch);
            throw;
        }
        return new SessionFollower(watch, Leave);
    }

    private SessionWatch Join(Followed what)
    {
        lock (watches)
        {
            var ofCaller = followers.GetValueOrDefault(what.Caller.Name);
            if (ofCaller == MostFollowers)
                throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    $"Too many subscriptions ({MostFollowers}). Cancel one first; a subscription to chat://sessions covers the newest sessions."
                );
            if (followers.Values.Sum() == MostFollowersInAll)
                throw new ChatSessionException(
                    ChatSessionError.Unavailable,
                    "The server has too many subscriptions, of all callers together. Try again later, or ask again instead of waiting for updates."
                );
            if (!watches.TryGetValue(what, out var watch) || watch.Begun.IsFaulted)
                watches[what] = watch = new SessionWatch(what, catalog.SourcesOf(what.Caller), time, logger);
            watch.Followers++;
            followers[what.Caller.Name] = ofCaller + 1;
            return watch;
        }
    }

    private void Leave(SessionWatch watch)
    {
        lock (watches)
        {
            var caller = watch.Followed.Caller.Name;
            if (--followers[caller] == 0)
                followers.Remove(caller);
            if (--watch.Followers > 0)
                return;
            if (watches.GetValueOrDefault(watch.Followed) == watch)
                watches.Remove(watch.Followed);
        }
        watch.Dispose();
    }
}

/// <summary>A follower of a session or of the list, until disposed.</summary>
public sealed class SessionFollower : IDisposable
{
    private readonly Action<SessionWatch> leave;
    private Task next;
    private bool hasLeft;

    internal SessionFollower(SessionWatch watch, Action<SessionWatch> leave)
    {
        Watch = watch;
        this.leave = leave;
        next = watch.Change;
    }

    internal SessionWatch Watch { get; }

    /// <summary>Waits for a change since the last wait ended, or since following began. Not for concurrent calls.</summary>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        await next.WaitAsync(cancellationToken);
        next = Watch.Change;
    }

    /// <summary>Stops following; the last follower to leave stops the polls.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref hasLeft, true))
            leave(Watch);
    }
}

/// <summary>What is followed: a session or, if the id is null, the list.</summary>
internal sealed record Followed(string? SessionId, Caller Caller);
