using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Tests.Sources;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class SaveQueueTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-sessions-").FullName;
    private readonly SqliteArchive archive;
    private readonly CapturedLog log = new();
    private readonly LoggerFactory loggers;

    public SaveQueueTests()
    {
        archive = new SqliteArchive(Path.Combine(folder, "archive.db"));
        loggers = new LoggerFactory([log]);
    }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        loggers.Dispose();
        archive.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_unexpected_exception_in_one_save_is_logged_and_the_next_is_saved()
    {
        await using var queue = Over(FaultyArchive.Over(archive, new InvalidOperationException("A fault."), 1, nameof(archive.SaveAsync)));
        queue.Add("me", Copy("a"));
        queue.Add("me", Copy("b"));
        await queue.SavedAsync();

        Assert.Null(await archive.FindAsync("me", "a", TestEnd));
        Assert.NotNull(await archive.FindAsync("me", "b", TestEnd));
        Assert.Contains("'a' was not saved", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_cannot_be_written_is_reported_once()
    {
        var full = new ChatSessionException(ChatSessionError.Unavailable, "The disk is full.");
        await using var queue = Over(FaultyArchive.Over(archive, full, 2, nameof(archive.SaveAsync)));
        foreach (var id in (string[])["a", "b", "c"])
            queue.Add("me", Copy(id));
        await queue.SavedAsync();

        Assert.Contains("'a' was not saved: The disk is full.", Assert.Single(log.Lines), StringComparison.Ordinal);
        Assert.NotNull(await archive.FindAsync("me", "c", TestEnd));
    }

    [Fact]
    public async Task An_end_saves_what_waits()
    {
        var queue = Over(archive);
        for (var count = 0; count < 20; count++)
            queue.Add("me", Copy($"s{count}"));
        await queue.DisposeAsync();

        Assert.Equal(20, (await archive.ListAsync("me", ChatSessions.Sources.SessionFilter.All, null, 100, TestEnd)).Count);
        await queue.SavedAsync();
    }

    private SaveQueue Over(ISessionArchive copies) => new(copies, TimeProvider.System, loggers.CreateLogger<SaveQueue>());

    private static ArchivedSession Copy(string id) => new(SessionText.Parsed(id), SessionOrigin.LlamaCloud, DateTimeOffset.UnixEpoch);
}
