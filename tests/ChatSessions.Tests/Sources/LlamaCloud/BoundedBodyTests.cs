using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class BoundedBodyTests
{
    public static TheoryData<string?, bool, int> Bodies
    {
        get
        {
            var bodies = new TheoryData<string?, bool, int>();
            foreach (var encoding in new[] { null, "gzip", "br" })
            foreach (var length in new[] { 200, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3_000_000 })
            {
                bodies.Add(encoding, true, length);
                bodies.Add(encoding, false, length);
            }
            return bodies;
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_comes_whole_up_to_the_limit_and_not_beyond(string? encoding, bool announced, int length)
    {
        await using var roomy = await TestCloud.StartAsync(options => options with { MaxBodyBytes = length });
        var json = OfLength(length);
        roomy.Server.Add(json);
        roomy.Server.ContentEncoding = encoding;
        roomy.Server.AnnouncesLength = announced;
        Assert.Equal(json, (await roomy.FindAsync())!.Json.ToString());

        await using var tight = await TestCloud.StartAsync(options =>
            options with
            {
                MaxBodyBytes = length - 1,
                BaseUrl = roomy.Server.BaseUrl,
            }
        );
        Assert.Equal(ChatSessionError.TooLarge, (await tight.FailureAsync()).Error);
        Assert.Equal(2, roomy.Server.Requests.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("br")]
    [Proves("too large")]
    public async Task A_body_without_end_is_refused_while_it_streams(string? encoding)
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { MaxBodyBytes = 4 << 20 });
        cloud.Server.Next(Faults.Bomb(encoding));
        var failure = await cloud.FailureAsync();
        Assert.Equal(
            $"The answer from {cloud.Source.Name} for session 'ses-1' is over the limit of 4 MB. Raise it with --max-session-mb or CHAT_MCP_MAX_SESSION_MB.",
            failure.Message
        );
        Assert.Single(cloud.Server.Requests);
    }

    [Fact]
    [Proves("too large")]
    public async Task A_body_that_announces_too_much_is_not_read()
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { MaxBodyBytes = 1_000 });
        cloud.Server.Next(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 1_001;
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        Assert.Contains("limit of 1,000 bytes", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
    }

    private static string OfLength(int length)
    {
        var json = TestCloud.Session(question: "?");
        return TestCloud.Session(question: new string('?', 1 + length - json.Length));
    }
}
