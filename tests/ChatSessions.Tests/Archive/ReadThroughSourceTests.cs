using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class ReadThroughSourceTests : IDisposable
{
    private static readonly LlamaCloudOptions Options = new() { ApiKey = "llx-test" };
    private static readonly ChatSessionException NoAnswer = new(ChatSessionError.Unavailable, "No answer.");

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeSource cloud = new("the cloud", SessionText.Parsed("a", says: "first"));
    private readonly string folder = Directory.CreateTempSubdirectory("chat-sessions-").FullName;
    private readonly ISessionArchive archive;
    private readonly ReadThroughSource source;
    private readonly SessionCatalog catalog;

    public ReadThroughSourceTests()
    {
        archive = SessionArchive.Open(Path.Combine(folder, "archive.db"));
        source = new ReadThroughSource(cloud, archive, Owner, time, NullLogger<ReadThroughSource>.Instance);
        catalog = new SessionCatalog([source, ArchiveSource.OfLlamaCloud(archive, Options)], new SessionCache(), time);
    }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        archive.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_is_read_is_saved_as_it_came_and_under_the_key_that_read_it()
    {
        var session = await GetAsync("a");
        await source.Saved;

        var saved = await archive.FindAsync(Owner(Caller.Local), "a", TestEnd);
        Assert.Equal(session.Json.ToString(), saved!.Session.Json.ToString());
        Assert.Equal((SessionOrigin.LlamaCloud, time.GetUtcNow()), (saved.Origin, saved.FetchedAt));
        Assert.Null(await archive.FindAsync(Owner(Caller.Local.In("other")), "a", TestEnd));
        Assert.Null(await archive.FindAsync(ArchiveOwners.Local, "a", TestEnd));
    }

    [Fact]
    public async Task A_source_that_does_not_answer_is_stood_in_for_by_a_copy_that_says_its_age()
    {
        await GetAsync("a");
        await source.Saved;
        cloud.Failure = NoAnswer;
        time.Advance(TimeSpan.FromHours(14));

        var copy = await GetAsync("a");
        Assert.Equal("first", copy.Says());
        Assert.Equal(time.GetUtcNow().AddHours(-14), copy.CopiedAt);
        Assert.Contains("copy of 2026-05-01 12:00 UTC, 14 hours old", catalog.NotesOf(copy));
        Assert.Equal("a", (await catalog.FindSummaryAsync("a", Caller.Local, TestEnd))!.SessionId);
        Assert.Same(NoAnswer, await Assert.ThrowsAsync<ChatSessionException>(() => GetAsync("b")));
    }

    [Fact]
    public async Task A_source_that_did_not_answer_is_left_alone_for_a_while_where_there_is_a_copy()
    {
        await GetAsync("a");
        await source.Saved;
        cloud.Failure = NoAnswer;
        await GetAsync("a");
        cloud.Failure = null;
        cloud.Put(SessionText.Parsed("a", SessionText.Lately, "second"));
        cloud.Put(SessionText.Parsed("b"));
        cloud.Asked.Clear();

        Assert.Equal("first", (await GetAsync("a")).Says());
        Assert.Empty(cloud.Asked);
        time.Advance(TimeSpan.FromSeconds(15));
        var now = await GetAsync("a");
        Assert.Equal(("second", null), (now.Says(), now.CopiedAt));
    }

    [Fact]
    public async Task What_the_archive_does_not_have_is_asked_for_all_the_same_and_an_answer_ends_the_rest()
    {
        await GetAsync("a");
        await source.Saved;
        cloud.Failure = NoAnswer;
        await GetAsync("a");
        cloud.Failure = null;
        cloud.Put(SessionText.Parsed("b"));

        Assert.Equal("b", (await GetAsync("b")).Summary.SessionId);
        Assert.Null((await GetAsync("a")).CopiedAt);
    }

    [Fact]
    public async Task A_session_that_the_source_has_no_more_stays_in_the_archive_and_in_the_list()
    {
        await GetAsync("a");
        await source.Saved;
        cloud.Remove("a");
        cloud.Put(SessionText.Parsed("b", SessionText.Lately));

        Assert.NotNull((await GetAsync("a")).CopiedAt);
        Assert.Equal(["b", "a"], (await ListAsync()).Sessions.Select(summary => summary.SessionId));
    }

    [Fact]
    public async Task The_list_of_a_source_that_does_not_answer_is_that_of_the_archive_and_says_so()
    {
        await GetAsync("a");
        await source.Saved;
        cloud.Failure = NoAnswer;

        var page = await ListAsync();
        Assert.Equal("a", Assert.Single(page.Sessions).SessionId);
        Assert.Equal(["No answer."], page.Problems);
    }

    [Fact]
    public async Task An_archive_that_cannot_be_written_keeps_nobody_from_reading_and_is_told_once()
    {
        var log = new List<string>();
        var path = Path.Combine(folder, "no-archive.db");
        File.WriteAllText(path, new string('x', 5_000));
        using var broken = SessionArchive.Open(path);
        await using var through = new ReadThroughSource(cloud, broken, Owner, time, new ListLogger(log));
        cloud.Put(SessionText.Parsed("b"));

        Assert.NotNull(await through.FindAsync("a", Caller.Local, TestEnd));
        Assert.NotNull(await through.FindAsync("b", Caller.Local, TestEnd));
        await through.Saved;
        Assert.StartsWith("Session 'a' was not saved: ", Assert.Single(log));
    }

    [Fact]
    public async Task An_end_waits_for_what_is_being_saved()
    {
        await GetAsync("a");
        await source.DisposeAsync();
        Assert.NotNull(await archive.FindAsync(Owner(Caller.Local), "a", TestEnd));
    }

    private static string Owner(Caller caller) => ArchiveOwners.LlamaCloud(Options, caller);

    private Task<Session> GetAsync(string id) => catalog.GetAsync(id, Caller.Local, TestEnd);

    private Task<SessionListPage> ListAsync() => SessionListPage.ReadAsync(catalog, SessionFilter.All, Caller.Local, 10, null, TestEnd);

    private sealed class ListLogger(List<string> lines) : ILogger<ReadThroughSource>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Add(formatter(state, exception));
    }
}
