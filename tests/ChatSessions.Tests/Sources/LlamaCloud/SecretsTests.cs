using ChatSessions.Model;
using ChatSessions.Sources;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class SecretsTests
{
    [Fact]
    public async Task The_key_appears_in_no_error_log_or_name()
    {
        var texts = new List<string>();
        Fault[] faults =
        [
            EchoOfTheKey(200),
            EchoOfTheKey(401),
            EchoOfTheKey(422),
            EchoOfTheKey(429),
            EchoOfTheKey(500),
            Faults.Redirect(302, $"https://example.com/{TestCloud.Key}"),
            Faults.Cut,
            Faults.CutInBody(1_000),
            Faults.Html(200),
        ];
        foreach (var fault in faults)
        {
            await using var cloud = await TestCloud.StartAsync();
            cloud.Server.Always = fault;
            var image = new ImageAttachment("dfl-1", "page.png");
            texts.Add((await cloud.FailureAsync()).ToString());
            texts.Add((await Assert.ThrowsAsync<ChatSessionException>(cloud.ListAsync)).ToString());
            texts.Add(
                (
                    await Assert.ThrowsAsync<ChatSessionException>(() => cloud.Source.FindAttachmentAsync(image, Caller.Local, cloud.Token))
                ).ToString()
            );
            texts.AddRange(cloud.Log.Lines);
            texts.AddRange([cloud.Source.Name, $"{cloud.Source}", $"{cloud.Options}"]);
        }
        Assert.NotEmpty(texts);
        Assert.All(texts, text => Assert.DoesNotContain(TestCloud.Key, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Success_is_not_logged_at_all()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Add(TestCloud.Session());
        cloud.Server.AddAttachment("dfl-1", "page.png", "image/png", [1]);
        await cloud.FindAsync();
        await cloud.ListAsync();
        await cloud.Source.FindAttachmentAsync(new ImageAttachment("dfl-1", "page.png"), Caller.Local, cloud.Token);
        Assert.Empty(cloud.Log.Lines);
    }

    [Fact]
    public async Task A_failed_try_is_logged_with_its_reason_and_wait()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Add(TestCloud.Session());
        cloud.Server.Next(Faults.Status(503, "Retry-After: 2"));
        await cloud.FindAsync();
        var line = Assert.Single(cloud.Log.Lines);
        Assert.Contains($"Try 1 failed; next try in 00:00:02: {cloud.Source.Name} failed (503)", line, StringComparison.Ordinal);
    }

    /// <summary>A server that repeats the key in its answer, as debugging proxies do.</summary>
    private static Fault EchoOfTheKey(int status) =>
        Faults.Json(
            status,
            $$"""{"detail":[{"loc":["header","Bearer {{TestCloud.Key}}"],"msg":"{{TestCloud.Key}}"}],"session_id":"{{TestCloud.Key}}"}"""
        );
}
