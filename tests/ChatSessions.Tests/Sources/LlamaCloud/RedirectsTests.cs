using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class RedirectsTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task The_same_host_is_followed(int status)
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { ApiKey = "llx-1" });
        cloud.Server.RequiredKey = "llx-1";
        cloud.Server.Add(TestCloud.Session());
        cloud.Server.Next(
            Faults.Redirect(status, "/elsewhere?a=b"),
            Faults.Redirect(status, new Uri(cloud.Server.BaseUrl, "/api/v1/chat/ses-1").AbsoluteUri)
        );
        Assert.NotNull(await cloud.FindAsync());
        Assert.Equal(
            ["/api/v1/chat/ses-1", "/elsewhere?a=b", "/api/v1/chat/ses-1"],
            cloud.Server.Requests.Select(request => request.Target)
        );
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    public async Task Another_host_is_never_asked_let_alone_with_the_key(int status)
    {
        await using var cloud = await TestCloud.StartAsync();
        await using var other = await FakeLlamaCloud.StartAsync();
        other.Add(TestCloud.Session());
        cloud.Server.Next(Faults.Redirect(status, new Uri(other.BaseUrl, "/api/v1/chat/ses-1").AbsoluteUri));

        var failure = await cloud.FailureAsync();

        Assert.Empty(other.Requests);
        Assert.Equal(ChatSessionError.Unavailable, failure.Error);
        Assert.Contains($"redirects to another address ({status}) for session 'ses-1'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("LLAMA_CLOUD_BASE_URL", failure.Message, StringComparison.Ordinal);
        Assert.Single(cloud.Server.Requests);
    }

    [Theory]
    [InlineData("//{other}/api/v1/chat/ses-1")]
    [InlineData("http://{here}@{other}/")]
    [InlineData("https://{here}/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    public async Task Nor_by_any_other_way_to_write_it(string location)
    {
        await using var cloud = await TestCloud.StartAsync();
        await using var other = await FakeLlamaCloud.StartAsync();
        cloud.Server.Next(
            Faults.Redirect(
                302,
                location
                    .Replace("{other}", other.BaseUrl.Authority, StringComparison.Ordinal)
                    .Replace("{here}", cloud.Server.BaseUrl.Authority, StringComparison.Ordinal)
            )
        );
        Assert.Contains("redirects to another address (302)", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
        Assert.Single(cloud.Server.Requests);
    }

    [Fact]
    public async Task A_circle_ends()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Always = Faults.Redirect(302, "/api/v1/chat/ses-1");
        Assert.Contains("redirects to another address (302)", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(6, cloud.Server.Requests.Count);
    }

    [Fact]
    public async Task A_redirect_to_nowhere_is_an_error()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(Faults.Status(302));
        Assert.Contains("redirects to another address (302)", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
    }
}
