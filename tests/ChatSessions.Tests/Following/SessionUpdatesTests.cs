using ChatSessions.Following;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Following;

public sealed class SessionUpdatesTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly FakeTimeProvider time = new();
    private readonly FakeSource first = new("first", SessionText.Parsed("a"));
    private readonly FakeSource second = new("second", SessionText.Parsed("a"), SessionText.Parsed("b"));
    private readonly CapturedLog log = new();
    private readonly LoggerFactory loggers;
    private readonly SessionUpdates updates;

    public SessionUpdatesTests()
    {
        bound.CancelAfter(Patience);
        loggers = new LoggerFactory([log]);
        updates = new SessionUpdates(
            new SessionCatalog([first, second], new SessionCache(), time),
            time,
            loggers.CreateLogger<SessionUpdates>()
        );
    }

    /// <summary>Ends a test that would otherwise hang.</summary>
    private CancellationToken Bounded => bound.Token;

    public void Dispose()
    {
        loggers.Dispose();
        bound.Dispose();
    }

    [Fact]
    public async Task A_change_is_told_within_the_interval()
    {
        using var follower = await FollowAsync("a");
        first.Put(SessionText.Parsed("a", SessionText.Lately));
        var next = follower.NextAsync(Bounded);

        time.Advance(Interval);

        await next;
    }

    [Fact]
    public async Task A_source_that_says_that_something_may_have_changed_is_asked_at_once()
    {
        var follower = await FollowAsync("a");
        first.Put(SessionText.Parsed("a", SessionText.Lately));

        first.Hint!();
        await follower.NextAsync(Bounded);
        follower.Dispose();

        while (first.Hint is not null)
            await Task.Delay(10, Bounded);
    }

    [Fact]
    public async Task The_first_question_is_the_follower_s_and_those_after_it_are_polls()
    {
        using var follower = await FollowAsync("a");
        using var ofList = await updates.FollowListAsync(Caller.Local, Bounded);
        Assert.Equal([false, false], first.Polls);
        await PollAsync(first, times: 1);
        Assert.True(first.Polls.Last());
    }

    [Fact]
    public async Task What_does_not_change_is_not_reported()
    {
        using var follower = await FollowAsync("a");
        var next = follower.NextAsync(Bounded);

        await PollAsync(first, times: 5);

        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Nothing_is_asked_when_nobody_follows()
    {
        var follower = await FollowAsync("a");
        follower.Dispose();
        follower.Dispose();
        var asked = first.Asked.Count;

        time.Advance(10 * Interval);

        Assert.Equal(asked, first.Asked.Count);
        Assert.Empty(second.Asked);
    }

    [Fact]
    public async Task Followers_of_the_same_session_share_its_polls_until_the_last_has_left()
    {
        var one = await FollowAsync("a");
        using var other = await FollowAsync("a");
        Assert.Single(first.Asked);
        var (toOne, toOther) = (one.NextAsync(Bounded), other.NextAsync(Bounded));
        first.Put(SessionText.Parsed("a", SessionText.Lately));

        time.Advance(Interval);

        await Task.WhenAll(toOne, toOther);
        Assert.Equal(2, first.Asked.Count);
        one.Dispose();
        toOther = other.NextAsync(Bounded);
        first.Remove("a");
        time.Advance(Interval);
        await toOther;
    }

    [Fact]
    public async Task Those_who_come_at_the_same_time_wait_for_one_question()
    {
        first.Gate = new TaskCompletionSource();
        var following = Enumerable.Range(0, 5).Select(_ => FollowAsync("a")).ToList();
        await first.Waiting.Task.WaitAsync(Bounded);
        Assert.DoesNotContain(following, one => one.IsCompleted);

        first.Gate.SetResult();

        foreach (var follower in await Task.WhenAll(following))
            follower.Dispose();
        Assert.Single(first.Asked);
    }

    [Fact]
    public async Task Changes_that_nobody_waited_for_are_reported_as_one()
    {
        using var follower = await FollowAsync("b");
        using var witness = await FollowAsync("b");
        foreach (var updated in (string[])["2026-05-01", "2026-05-02", "2026-05-03"])
        {
            var seen = witness.NextAsync(Bounded);
            second.Put(SessionText.Parsed("b", updated));
            time.Advance(Interval);
            await seen;
        }

        await follower.NextAsync(Bounded);

        Assert.False(follower.NextAsync(Bounded).IsCompleted);
    }

    [Fact]
    public async Task That_a_session_is_deleted_or_is_there_again_is_a_change()
    {
        using var follower = await FollowAsync("b");
        foreach (var change in (Action[])[() => second.Remove("b"), () => second.Put(SessionText.Parsed("b"))])
        {
            var next = follower.NextAsync(Bounded);
            change();
            time.Advance(Interval);
            await next;
        }
    }

    [Fact]
    public async Task A_source_is_not_asked_for_what_another_before_it_has()
    {
        using var follower = await FollowAsync("a");
        await PollAsync(first, times: 3);
        Assert.Empty(second.Asked);

        // When the first source no longer has it, the next one answers.
        var next = follower.NextAsync(Bounded);
        first.Remove("a");
        time.Advance(Interval);
        await next;
        time.Advance(Interval);
        Assert.True(await second.Asks.WaitAsync(Patience, Bounded));
    }

    [Fact]
    public async Task A_session_that_no_source_has_is_refused_and_not_asked_for_again()
    {
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => FollowAsync("none"));
        var asked = first.Asked.Count;
        time.Advance(10 * Interval);

        Assert.Equal(ChatSessionError.NotFound, refusal.Error);
        Assert.StartsWith("No session 'none' in first or second.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(asked, first.Asked.Count);
    }

    [Fact]
    public async Task A_source_that_cannot_be_asked_at_the_beginning_is_the_reason_unless_another_has_the_session()
    {
        first.Failure = new ChatSessionException(ChatSessionError.Unavailable, "first does not answer.");

        using var follower = await FollowAsync("b");
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => FollowAsync("none"));

        Assert.Equal("first does not answer.", refusal.Message);
    }

    [Fact]
    public async Task A_failure_is_no_change_does_not_end_the_following_and_is_logged_once_in_a_row()
    {
        using var follower = await FollowAsync("a");
        var next = follower.NextAsync(Bounded);
        first.Failure = new ChatSessionException(ChatSessionError.Unavailable, "first does not answer.");
        await PollAsync(first, times: 4);
        Assert.False(next.IsCompleted);

        first.Failure = null;
        await PollAsync(first, times: 2);
        Assert.False(next.IsCompleted);
        Assert.Single(log.Lines);
        Assert.Contains("first does not answer.", log.Lines.Single(), StringComparison.Ordinal);

        first.Failure = new ChatSessionException(ChatSessionError.Unavailable, "first does not answer again.");
        await PollAsync(first, times: 2);
        Assert.Equal(2, log.Lines.Count);

        first.Failure = null;
        first.Put(SessionText.Parsed("a", SessionText.Lately));
        time.Advance(Interval);
        await next;
    }

    [Fact]
    public async Task The_list_is_followed_as_all_sources_make_it()
    {
        using var follower = await updates.FollowListAsync(Caller.Local, Bounded);
        foreach (
            var change in (Action[])
                [
                    () => second.Put(SessionText.Parsed("c")),
                    () => first.Put(SessionText.Parsed("a", SessionText.Lately)),
                    () => second.Remove("c"),
                ]
        )
        {
            var next = follower.NextAsync(Bounded);
            change();
            time.Advance(Interval);
            await next;
        }

        // A session that another one with the same id hides is not listed.
        var none = follower.NextAsync(Bounded);
        second.Put(SessionText.Parsed("a", SessionText.Lately));
        await PollAsync(second, times: 2);
        Assert.False(none.IsCompleted);
    }

    [Fact]
    public async Task The_list_can_be_followed_while_a_source_cannot_be_asked_and_tells_when_it_can()
    {
        first.Failure = new ChatSessionException(ChatSessionError.Unavailable, "first does not answer.");
        using var follower = await updates.FollowListAsync(Caller.Local, Bounded);
        var next = follower.NextAsync(Bounded);

        first.Failure = null;
        first.Put(SessionText.Parsed("new"));
        time.Advance(Interval);

        await next;
    }

    [Fact]
    public async Task More_than_a_hundred_followers_are_refused_until_one_leaves()
    {
        var followers = new List<SessionFollower>();
        for (var count = 0; count < SessionUpdates.MostFollowers; count++)
            followers.Add(await FollowAsync("a"));

        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => FollowAsync("b"));
        followers[0].Dispose();
        followers[0] = await FollowAsync("b");

        Assert.StartsWith("Too many subscriptions (100).", refusal.Message, StringComparison.Ordinal);
        followers.ForEach(follower => follower.Dispose());
    }

    [Fact]
    public async Task Who_gives_up_before_it_has_begun_leaves_nothing_behind()
    {
        first.Gate = new TaskCompletionSource();
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Bounded);
        var following = updates.FollowAsync("a", Caller.Local, impatient.Token);
        await first.Waiting.Task.WaitAsync(Bounded);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        await first.Cancelled.Task.WaitAsync(Bounded);
    }

    private Task<SessionFollower> FollowAsync(string id) => updates.FollowAsync(id, Caller.Local, Bounded);

    /// <summary>Lets a source be asked this many times more. All effects but the last one's are then visible.</summary>
    private async Task PollAsync(FakeSource source, int times)
    {
        while (await source.Asks.WaitAsync(TimeSpan.Zero)) { }
        for (; times > 0; times--)
        {
            time.Advance(Interval);
            Assert.True(await source.Asks.WaitAsync(Patience, Bounded));
        }
    }
}
