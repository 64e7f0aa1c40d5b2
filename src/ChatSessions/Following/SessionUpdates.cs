using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Following;

/// <summary>
/// Notifies those who follow a session, or the list of all, when it has changed. The sources are polled only while somebody follows, each as
/// often as it allows, and all who follow the same thing share the polls.
/// </summary>
public sealed class SessionUpdates(SessionCatalog catalog, TimeProvider time, ILogger<SessionUpdates> logger)
{
    /// <summary>How many may follow at a time, whatever they follow.</summary>
    public const int MostFollowers = 100;

    private readonly Dictionary<Followed, SessionWatch> watches = [];
    private int followers;

    /// <summary>Follows a session. That it is deleted, or is there again, is a change too.</summary>
    /// <exception cref="ChatSessionException">There is no such session, no source can be asked for it, or too many follow already.</exception>
    public async Task<SessionFollower> FollowAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        SessionCatalog.CheckId(sessionId);
        var follower = await FollowAsync(new Followed(sessionId, caller), cancellationToken);
        if (follower.Watch.IsThere)
            return follower;
        follower.Dispose();
        throw follower.Watch.Failure ?? await catalog.NotFoundAsync(sessionId, caller, cancellationToken);
    }

    /// <summary>Follows the list of sessions: its beginning, which shows the newest.</summary>
    /// <exception cref="ChatSessionException">Too many follow already.</exception>
    public Task<SessionFollower> FollowListAsync(Caller caller, CancellationToken cancellationToken) =>
        FollowAsync(new Followed(SessionId: null, caller), cancellationToken);

    private async Task<SessionFollower> FollowAsync(Followed what, CancellationToken cancellationToken)
    {
        var watch = Join(what);
        try
        {
            // A change is a difference from the moment at which the caller learns that it follows.
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
            if (followers == MostFollowers)
                throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    $"Too many subscriptions ({MostFollowers}). Cancel one first; a subscription to chat://sessions covers the newest sessions."
                );
            if (!watches.TryGetValue(what, out var watch) || watch.Begun.IsFaulted)
                watches[what] = watch = new SessionWatch(what, catalog.Sources, time, logger);
            watch.Followers++;
            followers++;
            return watch;
        }
    }

    private void Leave(SessionWatch watch)
    {
        lock (watches)
        {
            followers--;
            if (--watch.Followers > 0)
                return;
            if (watches.GetValueOrDefault(watch.Followed) == watch)
                watches.Remove(watch.Followed);
        }
        watch.Dispose();
    }
}

/// <summary>One who follows a session or the list, until disposed.</summary>
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

    /// <summary>Waits until what is followed has changed since the last wait was over, or since it is followed. To be called by one at a time.</summary>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        await next.WaitAsync(cancellationToken);
        next = Watch.Change;
    }

    /// <summary>Ends the following; the last to leave ends the asking.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref hasLeft, true))
            leave(Watch);
    }
}

/// <summary>What can be followed: a session, or where it names none the list of them.</summary>
internal sealed record Followed(string? SessionId, Caller Caller);
