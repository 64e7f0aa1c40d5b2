using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class ArchiveSyncTests : IDisposable
{
    private const string Owner = "llamacloud:key";

    private readonly PassingTime time = new();
    private readonly FakeSource cloud = new("the cloud");
    private readonly string folder = Directory.CreateTempSubdirectory("chat-sessions-").FullName;
    private readonly ISessionArchive archive;
    private readonly List<ChatSessionException> broken = [];
    private readonly List<ChatSessionException> waited = [];
    private int silences;

    public ArchiveSyncTests()
    {
        archive = SessionArchive.Open(Path.Combine(folder, "archive.db"));
        cloud.Put(SessionText.Parsed("old", "2026-01-01T00:00:00"));
        cloud.Put(SessionText.Parsed("new", "2026-03-01T00:00:00"));
        cloud.Put(SessionText.Parsed("middle", "2026-02-01T00:00:00"));
    }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        archive.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Brings_everything_the_oldest_first_and_then_only_what_changed()
    {
        Assert.Equal(new SyncProgress(Listed: 3, Changed: 3, Added: 3), await RunAsync());
        Assert.Equal(["list", "session old", "session middle", "session new"], cloud.Asked);

        cloud.Asked.Clear();
        Assert.Equal(new SyncProgress(Listed: 3, Changed: 0), await RunAsync());
        Assert.Equal(["list"], cloud.Asked);

        cloud.Put(SessionText.Parsed("middle", "2026-04-01T00:00:00", "news"));
        cloud.Put(SessionText.Parsed("newest", "2026-05-01T00:00:00"));
        Assert.Equal(new SyncProgress(Listed: 4, Changed: 2, Added: 1, Replaced: 1), await RunAsync());
        Assert.Equal("news", (await archive.FindAsync(Owner, "middle", TestEnd))!.Session.Says());
    }

    [Fact]
    public async Task What_does_not_say_when_it_was_updated_is_looked_at_each_time()
    {
        cloud.Put(SessionText.Parsed("undated", null));
        await RunAsync();
        Assert.Equal(new SyncProgress(Listed: 4, Changed: 1, Unchanged: 1), await RunAsync());
    }

    [Fact]
    public async Task A_sync_that_was_broken_off_goes_on_where_it_was()
    {
        await foreach (var progress in Sync().RunAsync(Caller.Local, broken.Add, waited.Add, OnSilence, TestEnd))
            if (progress.Done == 2)
                break;
        cloud.Asked.Clear();

        Assert.Equal(new SyncProgress(Listed: 3, Changed: 1, Added: 1), await RunAsync());
        Assert.Equal(["list", "session new"], cloud.Asked);
    }

    [Fact]
    public async Task What_was_deleted_from_the_archive_comes_back_when_it_is_updated()
    {
        await RunAsync();
        await archive.DeleteAsync(Owner, "old", TestEnd);

        Assert.Equal(new SyncProgress(Listed: 3, Changed: 0), await RunAsync());
        cloud.Put(SessionText.Parsed("old", "2026-04-01T00:00:00", "news"));
        Assert.Equal(new SyncProgress(Listed: 3, Changed: 1, Added: 1), await RunAsync());
    }

    [Fact]
    public async Task What_is_deleted_at_the_source_stays_in_the_archive()
    {
        await RunAsync();
        cloud.Remove("old");
        Assert.Equal(new SyncProgress(Listed: 2, Changed: 0), await RunAsync());
        Assert.NotNull(await archive.FindAsync(Owner, "old", TestEnd));
    }

    [Fact]
    public async Task A_source_that_refuses_is_asked_once_more_a_minute_later()
    {
        cloud.Failure = new ChatSessionException(ChatSessionError.Unavailable, "Asked too often.");
        time.OnWait = () => cloud.Failure = null;
        Assert.Equal(3, (await RunAsync()).Added);
        Assert.Equal(["list", "list"], cloud.Asked.Take(2));
        Assert.Equal([TimeSpan.FromMinutes(1)], time.Waits);
    }

    [Fact]
    public async Task A_source_that_goes_on_refusing_ends_the_sync_with_its_reason()
    {
        cloud.Failure = new ChatSessionException(ChatSessionError.Unavailable, "Asked too often.");
        Assert.Same(cloud.Failure, await Assert.ThrowsAsync<ChatSessionException>(RunAsync));
        Assert.Equal([TimeSpan.FromMinutes(1)], time.Waits);
        Assert.Equal([cloud.Failure], waited);
    }

    [Fact]
    public async Task A_session_that_cannot_be_read_is_told_and_the_others_are_brought()
    {
        cloud.Broken["middle"] = new ChatSessionException(ChatSessionError.TooLarge, "Too large.");
        Assert.Equal(new SyncProgress(Listed: 3, Changed: 3, Added: 2, Broken: 1), await RunAsync());
        Assert.Equal("Too large.", Assert.Single(broken).Message);
    }

    [Fact]
    public async Task A_session_that_always_fails_is_tried_again_at_the_end_and_counted()
    {
        cloud.Broken["middle"] = new ChatSessionException(ChatSessionError.Unavailable, "Failed (500).");
        Assert.Equal(new SyncProgress(Listed: 3, Changed: 3, Added: 2, Broken: 1), await RunAsync());
        Assert.Equal(["list", "session old", "session middle", "session new", "session middle"], cloud.Asked);
        Assert.Equal("Failed (500).", Assert.Single(broken).Message);
        Assert.Empty(time.Waits);
    }

    [Fact]
    public async Task A_session_that_failed_for_a_moment_is_brought_in_the_end()
    {
        cloud.Broken["new"] = new ChatSessionException(ChatSessionError.Unavailable, "Asked too often.");
        time.OnWait = cloud.Broken.Clear;
        Assert.Equal(new SyncProgress(Listed: 3, Changed: 3, Added: 3), await RunAsync());
        Assert.Equal([TimeSpan.FromMinutes(1)], time.Waits);
    }

    [Fact]
    public async Task However_many_sessions_fail_the_others_are_brought()
    {
        foreach (var number in Enumerable.Range(10, 10))
        {
            cloud.Put(SessionText.Parsed($"s{number}", $"2026-01-{number}T00:00:00"));
            cloud.Broken[$"s{number}"] = new ChatSessionException(ChatSessionError.Unavailable, "Failed (500).");
        }
        Assert.Equal(new SyncProgress(Listed: 13, Changed: 13, Added: 3, Broken: 10), await RunAsync());
    }

    [Fact]
    public async Task A_source_that_stops_answering_ends_the_sync()
    {
        foreach (var number in Enumerable.Range(10, 10))
            cloud.Put(SessionText.Parsed($"s{number}", $"2026-01-{number}T00:00:00"));
        var failure = new ChatSessionException(ChatSessionError.Unavailable, "No answer.");

        async Task StopAsync()
        {
            await foreach (var progress in Sync().RunAsync(Caller.Local, broken.Add, waited.Add, OnSilence, TestEnd))
                cloud.Failure = progress.Done == 2 ? failure : null;
        }

        Assert.Same(failure, await Assert.ThrowsAsync<ChatSessionException>(StopAsync));
        Assert.Equal(3 + 3, cloud.Asked.Count(asked => asked.StartsWith("session") || asked == "list") - 2);
    }

    [Fact]
    public async Task A_source_that_is_silent_for_ten_seconds_is_told_and_waited_for()
    {
        cloud.Gate = new();

        Assert.Equal(3, (await RunAsync()).Added);

        Assert.Equal(1, silences);
        Assert.Equal([ArchiveSync.LongSilence], time.Waits);
        Assert.Empty(waited);
    }

    private void OnSilence()
    {
        silences++;
        cloud.Gate.TrySetResult();
    }

    private ArchiveSync Sync() => new(cloud, archive, Owner, time);

    private async Task<SyncProgress> RunAsync() =>
        await Sync().RunAsync(Caller.Local, broken.Add, waited.Add, OnSilence, TestEnd).LastAsync(TestEnd);

    /// <summary>A clock whose delays complete at once.</summary>
    private sealed class PassingTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public Action OnWait { get; set; } = () => { };

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            OnWait();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
