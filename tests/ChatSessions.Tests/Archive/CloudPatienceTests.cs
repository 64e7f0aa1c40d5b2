using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>How long the cloud is waited for where there is a copy, and how long it is left alone after a failure.</summary>
public sealed class CloudPatienceTests : OnCloudWithArchive
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static Caller Another { get; } = new("another", SessionScope.Default) { Key = new CloudKey("llx-another") };

    [Fact]
    [Proves("silence")]
    public async Task Silence_yields_the_copy_after_four_seconds_and_then_at_once()
    {
        await ArchiveAsync("a");
        var hanging = Hang();
        var asking = GetAsync("a");
        await hanging;

        Time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(asking.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("the cloud does not answer", (await asking.WaitAsync(Bound, TestEnd)).Copy!.Reason);
        Cloud.Asked.Clear();
        Assert.Equal("the cloud does not answer", (await GetAsync("a").WaitAsync(Bound, TestEnd)).Copy!.Reason);
        Assert.Empty(Cloud.Asked);
    }

    [Fact]
    public async Task What_comes_after_the_copy_was_served_is_saved_and_answers_the_next_question()
    {
        await ArchiveAsync("a");
        var hanging = Hang();
        Cloud.Put(SessionText.Parsed("a", SessionText.Lately, "second"));
        using var caller = new CancellationTokenSource();
        var asking = Catalog.GetAsync("a", Caller.Local, caller.Token);
        await hanging;
        Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("first", (await asking.WaitAsync(Bound, TestEnd)).Says());
        // The end of the request must not cancel the fetch that continues for the next one.
        await caller.CancelAsync();

        Cloud.Gate.SetResult();
        await UntilAsync(async () => (await Archive.FindAsync(Owner(Caller.Local), "a", TestEnd))!.Session.Says() == "second");

        Cloud.Asked.Clear();
        var next = await GetAsync("a");
        Assert.Equal(("second", null), (next.Says(), next.Copy));
        Assert.Equal(["summary a"], Cloud.Asked);
    }

    [Fact]
    public async Task Without_a_copy_a_slow_answer_is_waited_for()
    {
        var hanging = Hang();
        var asking = GetAsync("a");
        await hanging;
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(asking.IsCompleted);
        Cloud.Gate.SetResult();
        Assert.Null((await asking.WaitAsync(Bound, TestEnd)).Copy);
    }

    [Fact]
    public async Task A_question_that_its_caller_gave_up_counts_as_a_failure()
    {
        await ArchiveAsync("a");
        var hanging = Hang();
        using var impatience = new CancellationTokenSource();
        var asking = Catalog.GetAsync("a", Caller.Local, impatience.Token);
        await hanging;
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Cloud.Cancelled.Task.WaitAsync(Bound, TestEnd);

        await UntilAsync(async () => (await GetAsync("a").WaitAsync(Bound, TestEnd)).Copy is { } copy && copy.Reason.Contains("cancelled"));
    }

    [Fact]
    public async Task The_list_of_a_silent_source_is_that_of_the_archive_and_says_so()
    {
        await ArchiveAsync("a");
        var hanging = Hang();
        var listing = ListAsync();
        await hanging;
        Time.Advance(TimeSpan.FromSeconds(4));

        var page = await listing.WaitAsync(Bound, TestEnd);

        Assert.Equal("a", Assert.Single(page.Sessions).SessionId);
        Assert.StartsWith("the cloud has not answered within 4 s", Assert.Single(page.Problems));
        Assert.Single((await ListAsync().WaitAsync(Bound, TestEnd)).Sessions);
    }

    [Fact]
    public async Task A_source_that_failed_is_left_alone_for_a_while_where_there_is_a_copy()
    {
        await ArchiveAsync("a");
        Cloud.Failure = NoAnswer;
        await GetAsync("a");
        Cloud.Failure = null;
        Cloud.Put(SessionText.Parsed("a", SessionText.Lately, "second"));
        Cloud.Asked.Clear();

        Assert.Equal("first", (await GetAsync("a")).Says());
        Assert.Empty(Cloud.Asked);
        Time.Advance(TimeSpan.FromSeconds(15));
        var now = await GetAsync("a");
        Assert.Equal(("second", null), (now.Says(), now.Copy));
    }

    [Theory]
    [InlineData(-3, "from before this machine's clock was set back: ")]
    [InlineData(3, "3 hours old: ")]
    [Proves("clock")]
    public async Task A_clock_that_is_set_changes_no_wait_and_the_age_of_a_copy_says_so(int hours, string age)
    {
        await ArchiveAsync("a");
        Cloud.Failure = NoAnswer;
        await GetAsync("a");
        Cloud.Failure = null;

        Clock.SetBy = TimeSpan.FromHours(hours);

        var copy = await GetAsync("a");
        Assert.NotNull(copy.Copy);
        Assert.Contains($" UTC, {age}", await Catalog.Notes.OfAsync(copy, Caller.Local, TestEnd), StringComparison.Ordinal);
        Time.Advance(CloudPatience.Rest);
        Assert.Null((await GetAsync("a")).Copy);
    }

    [Fact]
    public async Task One_caller_s_failure_is_not_another_s()
    {
        await ArchiveAsync("a");
        Cloud.Failure = NoAnswer;
        await GetAsync("a");
        Cloud.Failure = null;

        var other = await Catalog.GetAsync("a", Another, TestEnd);

        Assert.Null(other.Copy);
        Assert.NotNull((await GetAsync("a")).Copy);
    }

    [Fact]
    public async Task What_the_archive_does_not_have_is_asked_for_all_the_same_and_an_answer_ends_the_rest()
    {
        await ArchiveAsync("a");
        Cloud.Failure = NoAnswer;
        await GetAsync("a");
        Cloud.Failure = null;
        Cloud.Put(SessionText.Parsed("b"));

        Assert.Equal("b", (await GetAsync("b")).Summary.SessionId);
        Assert.Null((await GetAsync("a")).Copy);
    }

    [Fact]
    public async Task A_failed_poll_makes_no_copies_of_what_users_ask_for()
    {
        await ArchiveAsync("a");
        Cloud.Failure = NoAnswer;
        await Assert.ThrowsAsync<ChatSessionException>(() => Source.FindVersionAsync("a", isPoll: true, Caller.Local, TestEnd));
        await Assert.ThrowsAsync<ChatSessionException>(() => Source.FindNewestAsync(10, isPoll: true, Caller.Local, TestEnd));
        Cloud.Failure = null;

        Assert.Null((await GetAsync("a")).Copy);
    }

    /// <summary>Makes the source hang from now on; completes when it gets a request.</summary>
    private Task Hang()
    {
        while (Cloud.Asks.Wait(0)) { }
        Cloud.Gate = new TaskCompletionSource();
        return Cloud.Asks.WaitAsync(Bound, TestEnd);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (!await isSo())
            await Task.Delay(10, bound.Token);
    }
}
