using ChatSessions.Following;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class LlamaCloudUpdatesTests : IAsyncLifetime
{
    private const string Summary = "/api/v1/chat/ses-1/summary";
    private const string List = "/api/v1/chat";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private FakeLlamaCloud cloud = null!;
    private ServiceProvider services = null!;

    private SessionUpdates Updates => services.GetRequiredService<SessionUpdates>();

    public async ValueTask InitializeAsync()
    {
        bound.CancelAfter(TimeSpan.FromSeconds(60));
        cloud = await FakeLlamaCloud.StartAsync();
        var options = new ChatSessionsOptions
        {
            LlamaCloud = new LlamaCloudOptions
            {
                ApiKey = TestCloud.Key,
                BaseUrl = cloud.BaseUrl,
                Retries = 0,
            },
        };
        services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddChatSessions(options).BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await cloud.DisposeAsync();
        bound.Dispose();
    }

    [Fact]
    public async Task A_session_is_asked_for_by_its_summary_every_thirty_seconds_while_somebody_follows()
    {
        cloud.Add(SessionText.Of("ses-1"));
        using (var follower = await Updates.FollowAsync("ses-1", Caller.Local, bound.Token))
        {
            Assert.Equal(1, cloud.Count(Summary));
            time.Advance(Interval - TimeSpan.FromSeconds(1));
            Assert.Equal(1, cloud.Count(Summary));

            cloud.Add(SessionText.Of("ses-1", SessionText.Lately));
            time.Advance(TimeSpan.FromSeconds(1));
            await follower.NextAsync(bound.Token);
        }
        Assert.Equal(2, cloud.Count(Summary));

        time.Advance(10 * Interval);

        Assert.All(cloud.Requests, request => Assert.Equal(Summary, request.Path));
        Assert.Equal(2, cloud.Requests.Count);
    }

    [Fact]
    public async Task The_list_is_asked_for_likewise()
    {
        cloud.Add(SessionText.Of("ses-1"));
        using var follower = await Updates.FollowListAsync(Caller.Local, bound.Token);
        Assert.Equal(1, cloud.Count(List));

        cloud.Add(SessionText.Of("ses-2"));
        time.Advance(Interval);
        await follower.NextAsync(bound.Token);

        Assert.Equal(2, cloud.Count(List));
    }

    [Fact]
    public async Task Twenty_sessions_followed_at_once_are_answered_at_once()
    {
        var ids = Enumerable.Range(0, 20).Select(number => $"ses-{number}").ToList();
        ids.ForEach(id => cloud.Add(SessionText.Of(id)));

        // This clock stands still, so a request that had to wait for its turn would hang.
        var followers = await Task.WhenAll(ids.Select(id => Updates.FollowAsync(id, Caller.Local, bound.Token)));

        foreach (var follower in followers)
            follower.Dispose();
    }

    [Fact]
    public async Task That_it_cannot_be_reached_for_a_while_is_no_change()
    {
        cloud.Add(SessionText.Of("ses-1"));
        using var follower = await Updates.FollowAsync("ses-1", Caller.Local, bound.Token);
        var failed = new TaskCompletionSource();
        cloud.Next(context =>
        {
            failed.SetResult();
            return Faults.Status(503)(context);
        });
        var next = follower.NextAsync(bound.Token);

        time.Advance(Interval);
        await failed.Task.WaitAsync(bound.Token);
        Assert.False(next.IsCompleted);

        cloud.Add(SessionText.Of("ses-1", SessionText.Lately));
        time.Advance(Interval);
        await next;
    }
}
