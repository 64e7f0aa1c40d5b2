using System.Net;
using System.Net.Sockets;
using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatSessions.Tests;

public sealed class ChatSessionsServiceCollectionExtensionsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chat-sessions-");

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Without_any_source_the_samples_are_served() => Assert.Equal(["built-in samples"], SourcesOf(new ChatSessionsOptions()));

    [Fact]
    public void Paths_take_the_place_of_the_samples() =>
        Assert.Equal(["files (a, b.jsonl)"], SourcesOf(new ChatSessionsOptions { SessionPaths = ["a", "b.jsonl"] }));

    [Fact]
    public void Files_are_asked_before_LlamaCloud() =>
        Assert.Equal(
            ["files (a)", "LlamaCloud (api.cloud.llamaindex.ai)"],
            SourcesOf(
                new ChatSessionsOptions
                {
                    SessionPaths = ["a"],
                    LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-test" },
                }
            )
        );

    [Fact]
    public void What_was_imported_is_asked_before_LlamaCloud()
    {
        var options = new ChatSessionsOptions
        {
            SessionPaths = ["a"],
            LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-test" },
            ArchivePath = "no-such-archive.db",
        };
        Assert.Equal(["files (a)", "the archive", "LlamaCloud (api.cloud.llamaindex.ai)"], SourcesOf(options));
        Assert.False(File.Exists(options.ArchivePath));
    }

    [Fact]
    public async Task The_samples_are_served_until_something_is_imported_and_no_longer()
    {
        var options = new ChatSessionsOptions { ArchivePath = Path.Combine(folder.FullName, "archive.db") };
        await using var services = new ServiceCollection().AddChatSessions(options).BuildServiceProvider();
        var catalog = services.GetRequiredService<SessionCatalog>();
        Assert.Equal(["the archive", "built-in samples"], catalog.Sources.Select(source => source.Name));
        Assert.True(await catalog.IsSamplesOnlyAsync(Caller.Local, TestEnd));

        // As another process would.
        using (var other = new SqliteArchive(options.ArchivePath))
            await other.SaveAsync(
                ArchiveOwners.Local,
                new ArchivedSession(SessionText.Parsed("mine"), SessionOrigin.File, DateTimeOffset.UnixEpoch),
                TestEnd
            );

        Assert.False(await catalog.IsSamplesOnlyAsync(Caller.Local, TestEnd));
    }

    [Fact]
    public async Task The_end_of_the_services_saves_what_was_read_and_closes_the_archive()
    {
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(SessionText.Of("ses-1"));
        var options = new ChatSessionsOptions
        {
            LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-test", BaseUrl = cloud.BaseUrl },
            ArchivePath = Path.Combine(folder.FullName, "archive.db"),
        };
        await using (var services = new ServiceCollection().AddChatSessions(options).BuildServiceProvider())
            await services.GetRequiredService<SessionCatalog>().GetAsync("ses-1", Caller.Local, TestEnd);

        using var archive = new SqliteArchive(options.ArchivePath);
        var owner = ArchiveOwners.LlamaCloud(options.LlamaCloud, Caller.Local);
        Assert.NotNull(await archive.FindAsync(owner, "ses-1", TestEnd));
    }

    [Fact]
    public async Task A_LlamaCloud_that_accepts_and_never_answers_yields_the_copy_in_a_moment_and_then_at_once()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new ChatSessionsOptions
        {
            LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-test", BaseUrl = new Uri($"http://{listener.LocalEndpoint}") },
            ArchivePath = Path.Combine(folder.FullName, "archive.db"),
        };
        await using var services = new ServiceCollection().AddChatSessions(options).BuildServiceProvider();
        var owner = ArchiveOwners.LlamaCloud(options.LlamaCloud, Caller.Local);
        await services
            .GetRequiredService<ISessionArchive>()
            .SaveAsync(
                owner,
                new ArchivedSession(SessionText.Parsed("ses-1"), SessionOrigin.LlamaCloud, DateTimeOffset.UnixEpoch),
                TestEnd
            );
        var catalog = services.GetRequiredService<SessionCatalog>();

        // Without the copy it would be 45 s.
        var first = await catalog.GetAsync("ses-1", Caller.Local, TestEnd).WaitAsync(TimeSpan.FromSeconds(30), TestEnd);
        Assert.EndsWith("does not answer", first.Copy!.Reason);
        Assert.True(listener.Pending());
        using var asked = await listener.AcceptSocketAsync(TestEnd);

        var second = await catalog.GetAsync("ses-1", Caller.Local, TestEnd).WaitAsync(TimeSpan.FromSeconds(30), TestEnd);
        Assert.EndsWith("does not answer", second.Copy!.Reason);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData(0, 0, "a", "MaxSessionBytes")]
    [InlineData(int.MaxValue, 0, "a", "MaxSessionBytes")]
    [InlineData(1, -1, "a", "CacheBytes")]
    [InlineData(1, 0, " ", "--sessions PATH")]
    public void An_option_out_of_its_range_is_refused(long maxSessionBytes, long cacheBytes, string path, string named)
    {
        var options = new ChatSessionsOptions
        {
            MaxSessionBytes = maxSessionBytes,
            CacheBytes = cacheBytes,
            SessionPaths = [path],
        };
        var refusal = Assert.Throws<ChatSessionException>(() => new ServiceCollection().AddChatSessions(options));
        Assert.Equal(ChatSessionError.InvalidArgument, refusal.Error);
        Assert.Contains(named, refusal.Message);
    }

    private static List<string> SourcesOf(ChatSessionsOptions options)
    {
        using var services = new ServiceCollection().AddChatSessions(options).BuildServiceProvider(validateScopes: true);
        return [.. services.GetRequiredService<SessionCatalog>().Sources.Select(source => source.Name)];
    }
}
