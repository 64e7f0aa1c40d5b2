using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatSessions.Tests;

public sealed class ChatSessionsServiceCollectionExtensionsTests
{
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
    public void What_was_imported_is_asked_before_LlamaCloud_and_what_was_read_from_it_after()
    {
        var options = new ChatSessionsOptions
        {
            SessionPaths = ["a"],
            LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-test" },
            ArchivePath = "no-such-archive.db",
        };
        Assert.Equal(["files (a)", "the archive", "LlamaCloud (api.cloud.llamaindex.ai)", "the archive"], SourcesOf(options));
        Assert.False(File.Exists(options.ArchivePath));
    }

    [Fact]
    public void The_samples_are_served_until_there_is_an_archive()
    {
        var options = new ChatSessionsOptions { ArchivePath = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()) };
        Assert.Equal(["the archive", "built-in samples"], SourcesOf(options));
        Assert.True(IsSamplesOnly(options));
        File.WriteAllText(options.ArchivePath, "");
        Assert.False(IsSamplesOnly(options));
        File.Delete(options.ArchivePath);
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

    private static bool IsSamplesOnly(ChatSessionsOptions options)
    {
        using var services = new ServiceCollection().AddChatSessions(options).BuildServiceProvider();
        return services.GetRequiredService<SessionCatalog>().IsSamplesOnly;
    }

    private static List<string> SourcesOf(ChatSessionsOptions options)
    {
        using var services = new ServiceCollection().AddChatSessions(options).BuildServiceProvider(validateScopes: true);
        return [.. services.GetRequiredService<SessionCatalog>().Sources.Select(source => source.Name)];
    }
}
