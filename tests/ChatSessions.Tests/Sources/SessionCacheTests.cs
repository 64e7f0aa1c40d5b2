using ChatSessions.Model;
using ChatSessions.Sources;
using Xunit;

namespace ChatSessions.Tests.Sources;

public sealed class SessionCacheTests
{
    private readonly SessionCache cache = new();
    private readonly FakeSource source = new("fake", SessionText.Parsed("a"), SessionText.Parsed("b"));

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_asked_for_again_costs_one_summary_and_no_download()
    {
        var first = await Find("a");
        var second = await Find("a");
        Assert.Same(first, second);
        Assert.Equal(["session a", "summary a"], source.Asked);
        await Find("a");
        Assert.Equal(["session a", "summary a", "summary a"], source.Asked);
    }

    [Fact]
    public async Task An_updated_session_is_fetched_again()
    {
        await Find("a");
        source.Put(SessionText.Parsed("a", SessionText.Lately, "news"));
        Assert.Equal("news", (await Find("a"))!.Says());
        Assert.Equal("news", (await Find("a"))!.Says());
        Assert.Equal(["session a", "summary a", "session a", "summary a"], source.Asked);
    }

    [Fact]
    public async Task A_session_that_does_not_say_when_it_was_updated_is_always_fetched()
    {
        source.Put(SessionText.Parsed("a", null));
        await Find("a");
        await Find("a");
        Assert.Equal(["session a", "session a"], source.Asked);
    }

    [Fact]
    public async Task A_copy_is_not_kept_and_takes_no_place_of_what_is()
    {
        var (kept, read) = (await Find("a"), SessionText.Parsed("b"));
        source.Put(new Session(read.Summary, read.Events, read.Json) { Copy = new Copy(DateTimeOffset.UnixEpoch, "It is away") });
        await Find("b");
        await Find("b");
        Assert.Equal(["session a", "session b", "session b"], source.Asked);
        Assert.Same(kept, await Find("a"));
    }

    [Fact]
    public async Task A_session_that_is_gone_is_not_found_and_not_kept()
    {
        await Find("a");
        source.Remove("a");
        Assert.Null(await Find("a"));
        Assert.Null(await Find("a"));
        Assert.Equal(["session a", "summary a", "session a", "session a"], source.Asked);
    }

    [Fact]
    public async Task Projects_and_sources_do_not_share_what_is_kept()
    {
        await Find("a");
        await cache.FindAsync(source, "a", Caller.Local.In("other project"), TestEnd);
        await cache.FindAsync(new FakeSource("other"), "a", Caller.Local, TestEnd);
        Assert.Equal(["session a", "session a"], source.Asked);
    }

    [Fact]
    public async Task A_failed_summary_is_the_answer_and_what_is_kept_stays()
    {
        await Find("a");
        source.Failure = new ChatSessionException(ChatSessionError.Unavailable, "No answer.");
        await Assert.ThrowsAsync<ChatSessionException>(() => Find("a"));
        source.Failure = null;
        await Find("a");
        Assert.Equal(["session a", "summary a", "summary a"], source.Asked);
    }

    [Fact]
    public async Task First_requests_at_once_share_one_download()
    {
        source.Gate = new TaskCompletionSource();
        var requests = Enumerable.Range(0, 100).Select(_ => Find("a")).ToList();
        source.Gate.SetResult();
        var found = await Task.WhenAll(requests);
        Assert.All(found, session => Assert.Same(found[0], session));
        Assert.Equal(["session a"], source.Asked);
    }

    [Fact]
    public async Task Requests_at_once_for_a_kept_session_share_one_summary()
    {
        await Find("a");
        source.Gate = new TaskCompletionSource();
        var requests = Enumerable.Range(0, 100).Select(_ => Find("a")).ToList();
        source.Gate.SetResult();
        await Task.WhenAll(requests);
        Assert.Equal(["session a", "summary a"], source.Asked);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_take_the_answer_from_the_others()
    {
        source.Gate = new TaskCompletionSource();
        using var impatience = new CancellationTokenSource();
        var impatient = cache.FindAsync(source, "a", Caller.Local, impatience.Token);
        var patient = Find("a");
        await source.Waiting.Task;
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        source.Gate.SetResult();
        Assert.NotNull(await patient);
        Assert.Equal(["session a"], source.Asked);
    }

    [Fact]
    public async Task When_all_have_given_up_the_work_is_cancelled_and_the_next_request_begins_again()
    {
        source.Gate = new TaskCompletionSource();
        using var impatience = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 5).Select(_ => cache.FindAsync(source, "a", Caller.Local, impatience.Token)).ToList();
        await source.Waiting.Task;
        await impatience.CancelAsync();
        foreach (var request in requests)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await source.Cancelled.Task;
        source.Gate.SetResult();
        Assert.NotNull(await Find("a"));
    }

    [Fact]
    public async Task A_failure_is_told_to_all_who_share_it_and_not_kept()
    {
        source.Gate = new TaskCompletionSource();
        source.Failure = new ChatSessionException(ChatSessionError.Unavailable, "No answer.");
        var requests = Enumerable.Range(0, 5).Select(_ => Find("a")).ToList();
        source.Gate.SetResult();
        foreach (var request in requests)
            await Assert.ThrowsAsync<ChatSessionException>(() => request);
        source.Failure = null;
        Assert.NotNull(await Find("a"));
    }

    [Fact]
    public async Task What_was_asked_for_longest_ago_goes_when_the_limit_is_reached()
    {
        // Room for two and a half of these.
        var small = new SessionCache(46_000);
        foreach (var id in (string[])["a", "b", "c"])
            source.Put(SessionText.Parsed(id, says: new string('x', 12_000)));
        foreach (var id in (string[])["a", "b", "a", "c", "a", "b"])
            await small.FindAsync(source, id, Caller.Local, TestEnd);
        Assert.Equal(["session a", "session b", "summary a", "session c", "summary a", "session b"], source.Asked);
    }

    [Fact]
    public async Task A_large_session_takes_the_place_of_many_small_ones_and_one_over_the_whole_limit_takes_none()
    {
        var small = new SessionCache(100_000);
        string[] ids = ["a", "b", "c", "d", "e"];
        foreach (var id in ids)
            source.Put(SessionText.Parsed(id, says: new string('x', 12_000)));
        source.Put(SessionText.Parsed("large", says: new string('x', 50_000)));
        source.Put(SessionText.Parsed("too large", says: new string('x', 500_000)));
        foreach (var id in ids)
            await small.FindAsync(source, id, Caller.Local, TestEnd);
        source.Asked.Clear();
        foreach (var id in (string[])["large", "large", "too large", "too large", "large", "e"])
            await small.FindAsync(source, id, Caller.Local, TestEnd);
        Assert.Equal(
            ["session large", "summary large", "session too large", "session too large", "summary large", "summary e"],
            source.Asked
        );
    }

    [Fact]
    public async Task Many_callers_of_many_sessions_keep_the_books_straight()
    {
        var small = new SessionCache(2_000);
        for (var n = 0; n < 20; n++)
            source.Put(SessionText.Parsed($"s{n}"));
        var found = await Task.WhenAll(
            Enumerable.Range(0, 2_000).Select(n => small.FindAsync(source, $"s{n % 20}", Caller.Local, TestEnd))
        );
        Assert.All(found.Index(), pair => Assert.Equal($"s{pair.Index % 20}", pair.Item!.Summary.SessionId));
    }

    private Task<Session?> Find(string id) => cache.FindAsync(source, id, Caller.Local, TestEnd);
}
