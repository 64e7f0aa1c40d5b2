using System.Collections.Concurrent;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

/// <summary>A <see cref="LlamaCloudSource"/> that is registered as in a server, and uses a <see cref="FakeLlamaCloud"/>.</summary>
internal sealed class TestCloud : IAsyncDisposable
{
    public const string Key = "llx-key-of-the-tests";
    private readonly ServiceProvider services;
    private readonly CancellationTokenSource bound;

    private TestCloud(FakeLlamaCloud server, LlamaCloudOptions options, Action<IServiceCollection>? register)
    {
        Server = server;
        Options = options;
        bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(60));
        var collection = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddLlamaCloud(options);
        register?.Invoke(collection);
        services = collection.BuildServiceProvider();
        Source = services.GetRequiredService<LlamaCloudSource>();
    }

    public FakeLlamaCloud Server { get; }

    public LlamaCloudOptions Options { get; }

    public ImpatientTime Time { get; } = new();

    public CapturedLog Log { get; } = new();

    public LlamaCloudSource Source { get; }

    /// <summary>Ends a test that would otherwise hang.</summary>
    public CancellationToken Token => bound.Token;

    public static async Task<TestCloud> StartAsync(
        Func<LlamaCloudOptions, LlamaCloudOptions>? configure = null,
        Action<IServiceCollection>? register = null
    )
    {
        var server = await FakeLlamaCloud.StartAsync();
        var options = new LlamaCloudOptions { ApiKey = Key, BaseUrl = server.BaseUrl };
        return new TestCloud(server, configure?.Invoke(options) ?? options, register);
    }

    public Task<Session?> FindAsync(string sessionId = "ses-1") => Source.FindAsync(sessionId, Caller.Local, Token);

    /// <summary>The ids in the list.</summary>
    public async Task<IReadOnlyList<string>> ListAsync()
    {
        var page = await Source.ListAsync(Caller.Local, SessionFilter.All, after: null, Token).SingleAsync(Token);
        return [.. page.Select(session => session.SessionId)];
    }

    /// <summary>The failure when session <c>ses-1</c> is requested.</summary>
    public Task<ChatSessionException> FailureAsync() => Assert.ThrowsAsync<ChatSessionException>(() => FindAsync());

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Server.DisposeAsync();
        bound.Dispose();
    }

    /// <summary>A session with one question.</summary>
    public static string Session(string id = "ses-1", string question = "Why?") =>
        $$"""{"session_id":"{{id}}","last_updated_at":"2026-04-22T12:34:41.342245","generated_title":"T","events":[{"type":"user_input","content":"{{question}}"}]}""";
}

/// <summary>
/// A clock whose delays end at once and are recorded. Time-outs end only on request. Each moves the clock by its length.
/// </summary>
internal sealed class ImpatientTime : TimeProvider
{
    public static DateTimeOffset Now { get; } = new(2026, 4, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly ConcurrentQueue<TimeSpan> waits = new();
    private readonly ConcurrentQueue<Alarm> timeouts = new();
    private long elapsed;

    /// <summary>The length of each delay.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => waits;

    /// <summary>Called when a delay begins, which then does not end.</summary>
    public Action? OnWait { get; set; }

    /// <summary>How far the clock has moved.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref elapsed));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void PassTimeouts()
    {
        while (timeouts.TryDequeue(out var timeout))
            timeout.Pass();
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var never = Timeout.InfiniteTimeSpan;
        // A time-out cancels the token of a try; a delay waits for the next try.
        var alarm = new Alarm(this, base.CreateTimer(callback, state, never, never), isTimeout: state is CancellationTokenSource);
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(ImpatientTime time, ITimer timer, bool isTimeout) : ITimer
    {
        private TimeSpan due;
        private volatile bool isOver;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            due = time.Elapsed + dueTime;
            if (isTimeout)
            {
                time.timeouts.Enqueue(this);
                return true;
            }
            time.waits.Enqueue(dueTime);
            (time.OnWait ?? Pass)();
            return true;
        }

        public void Pass()
        {
            if (isOver)
                return;
            Interlocked.Exchange(ref time.elapsed, Math.Max(time.Elapsed.Ticks, due.Ticks));
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            isOver = true;
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            isOver = true;
            return timer.DisposeAsync();
        }
    }
}
