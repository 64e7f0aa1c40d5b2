using System.Net;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class AttachmentStoreTests
{
    private const string Secret = "presigned";
    private static readonly ImageAttachment Image = new("dfl-1", "screenshots/page_7.jpg");
    private static readonly byte[] Jpeg = [0xff, 0xd8, 0, 1, 2, 3];

    private static async Task<TestCloud> WithImageAsync(Func<LlamaCloudOptions, LlamaCloudOptions>? configure = null)
    {
        var cloud = await TestCloud.StartAsync(configure);
        cloud.Server.AddAttachment(Image.SourceId, Image.AttachmentName, "image/jpeg", Jpeg);
        return cloud;
    }

    /// <summary>A source whose API seems to be on the Internet, and returns this address for every attachment.</summary>
    private static Task<TestCloud> OfPublicApiAsync(string address) => OfApiAsync("https://8.8.8.8", address);

    private static Task<TestCloud> OfApiAsync(string baseUrl, string address, params string[] resolved) =>
        TestCloud.StartAsync(
            options => options with { BaseUrl = new Uri(baseUrl) },
            services =>
            {
                if (resolved.Length > 0)
                    services.AddSingleton<HostResolver>(
                        (host, _) =>
                            ValueTask.FromResult<IPAddress[]>(
                                IPAddress.TryParse(host, out var literal) ? [literal] : [.. resolved.Select(IPAddress.Parse)]
                            )
                    );
                services.AnswerFrom(() =>
                    new HttpResponseMessage
                    {
                        Content = new StringContent(
                            $$"""{"url":"{{JsonEncodedText.Encode(address)}}"}""",
                            Encoding.UTF8,
                            "application/json"
                        ),
                    }
                );
            }
        );

    private static Task<Attachment?> FindAsync(TestCloud cloud) => cloud.Source.FindAttachmentAsync(Image, Caller.Local, cloud.Token);

    private static async Task<ChatSessionException> FailureAsync(TestCloud cloud)
    {
        var failure = await Assert.ThrowsAsync<ChatSessionException>(() => FindAsync(cloud));
        Assert.Contains(Image.AttachmentName, failure.Message, StringComparison.Ordinal);
        AssertNoSecret(cloud, failure);
        return failure;
    }

    private static void AssertNoSecret(TestCloud cloud, Exception failure) =>
        Assert.All(
            [failure.ToString(), .. cloud.Log.Lines],
            text => Assert.DoesNotContain(Secret, text, StringComparison.OrdinalIgnoreCase)
        );

    [Fact]
    public async Task A_screenshot_is_fetched_without_the_key()
    {
        await using var cloud = await WithImageAsync();
        var attachment = await FindAsync(cloud);
        Assert.Equal("image/jpeg", attachment!.MediaType);
        Assert.Equal(Jpeg, attachment.Content.ToArray());
        var requests = cloud.Server.Requests.ToArray();
        Assert.Equal("/api/v1/beta/attachments/screenshots%2Fpage_7.jpg?source_id=dfl-1", requests[0].Target);
        Assert.Equal($"/files/0?X-Amz-Signature={Secret}", requests[1].Target);
        Assert.False(requests[1].Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task An_unknown_one_is_null_whether_the_API_or_the_store_says_so()
    {
        await using var cloud = await WithImageAsync();
        Assert.Null(await cloud.Source.FindAttachmentAsync(Image with { SourceId = "dfl-2" }, Caller.Local, cloud.Token));
        cloud.Server.AttachmentUrl = new Uri(cloud.Server.BaseUrl, "/nothing").AbsoluteUri;
        Assert.Null(await FindAsync(cloud));
    }

    [Fact]
    public async Task A_source_that_can_be_none_is_refused_before_any_request()
    {
        await using var cloud = await WithImageAsync();
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() =>
            cloud.Source.FindAttachmentAsync(Image with { SourceId = "" }, Caller.Local, cloud.Token)
        );
        Assert.Equal(ChatSessionError.InvalidArgument, refusal.Error);
        Assert.Contains("source_id", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(cloud.Server.Requests);
    }

    [Fact]
    public async Task Without_a_type_it_is_just_bytes()
    {
        await using var cloud = await WithImageAsync();
        cloud.Server.Next(
            Faults.Json(200, $$"""{"url":"{{cloud.Server.BaseUrl}}{{Secret}}","expires_at":"x","form_fields":{},"new":1}"""),
            Faults.Body(200, null, "x")
        );
        Assert.Equal("application/octet-stream", (await FindAsync(cloud))!.MediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_over_the_limit_is_refused(bool announced)
    {
        await using var cloud = await WithImageAsync(options => options with { MaxAttachmentBytes = Jpeg.Length - 1 });
        cloud.Server.AnnouncesLength = announced;
        var failure = await FailureAsync(cloud);
        Assert.Equal(ChatSessionError.TooLarge, failure.Error);
        Assert.Contains("limit of 5 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_is_tried_again_and_its_failure_told_without_the_address()
    {
        await using var cloud = await WithImageAsync();
        var address = Faults.Json(200, $$"""{"url":"{{cloud.Server.BaseUrl}}{{Secret}}"}""");
        cloud.Server.Next(address, Faults.Status(503), Faults.CutInBody(1_000), Faults.Body(200, "image/png", "x"));
        Assert.Equal("image/png", (await FindAsync(cloud))!.MediaType);

        cloud.Server.Next(address, Faults.Status(403));
        Assert.Contains("answered 403", (await FailureAsync(cloud)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_keeps_failing_is_told_without_the_address()
    {
        foreach (var fault in new[] { Faults.Status(500), Faults.Cut, Faults.CutInBody(1_000) })
        {
            await using var cloud = await WithImageAsync();
            cloud.Server.Next(Faults.Json(200, $$"""{"url":"{{cloud.Server.BaseUrl}}{{Secret}}"}"""), fault, fault, fault);
            Assert.Equal(ChatSessionError.Unavailable, (await FailureAsync(cloud)).Error);
        }
    }

    [Fact]
    public async Task A_store_that_takes_too_long_is_given_up()
    {
        await using var cloud = await WithImageAsync(options => options with { Retries = 0 });
        cloud.Server.Next(Faults.Json(200, $$"""{"url":"{{cloud.Server.BaseUrl}}{{Secret}}"}"""), Faults.Drip(cloud.Time.PassTimeouts));
        Assert.Contains("within 45 s", (await FailureAsync(cloud)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"uri":"https://example.com/presigned"}""")]
    [InlineData("""{"url":null}""")]
    [InlineData("""["https://example.com/presigned"]""")]
    [InlineData("""{"url":""}""")]
    [InlineData("""{"url":"/presigned"}""")]
    [InlineData("""{"url":"file:///presigned"}""")]
    [InlineData("""{"url":"ftp://example.com/presigned"}""")]
    [InlineData("""{"url":"data:text/plain,presigned"}""")]
    public async Task An_answer_without_an_address_of_the_web_is_an_error(string answer)
    {
        await using var cloud = await WithImageAsync();
        cloud.Server.Next(Faults.Json(200, answer));
        Assert.Equal(ChatSessionError.Unavailable, (await FailureAsync(cloud)).Error);
        Assert.Single(cloud.Server.Requests);
    }

    [Fact]
    public async Task A_redirect_of_the_store_is_followed_on_the_web_only()
    {
        await using var cloud = await WithImageAsync();
        await using var other = await FakeLlamaCloud.StartAsync();
        other.AddAttachment("", "", "image/png", Jpeg);
        var address = Faults.Json(200, $$"""{"url":"{{cloud.Server.BaseUrl}}{{Secret}}"}""");
        cloud.Server.Next(address, Faults.Redirect(307, new Uri(other.BaseUrl, "/files/0").AbsoluteUri));
        Assert.Equal("image/png", (await FindAsync(cloud))!.MediaType);
        Assert.False(Assert.Single(other.Requests).Headers.ContainsKey("Authorization"));

        cloud.Server.Next(address, Faults.Redirect(307, $"file:///{Secret}"));
        Assert.Contains("answered 307", (await FailureAsync(cloud)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:{port}/presigned")]
    [InlineData("https://[::1]:{port}/presigned")]
    [InlineData("https://[::ffff:127.0.0.1]:{port}/presigned")]
    [InlineData("https://localhost:{port}/presigned")]
    [InlineData("https://2130706433:{port}/presigned")]
    [InlineData("https://0x7f.1:{port}/presigned")]
    [InlineData("https://0.0.0.0:{port}/presigned")]
    [InlineData("https://[::]:{port}/presigned")]
    [InlineData("https://10.0.0.1/presigned")]
    [InlineData("https://169.254.169.254/presigned")]
    [InlineData("https://100.64.0.1/presigned")]
    [InlineData("https://[fd00::1]/presigned")]
    [InlineData("https://224.0.0.1/presigned")]
    public async Task A_private_host_is_not_asked_when_the_API_is_on_the_Internet(string address)
    {
        await using var target = await FakeLlamaCloud.StartAsync();
        await using var cloud = await OfPublicApiAsync(address.Replace("{port}", $"{target.BaseUrl.Port}", StringComparison.Ordinal));
        var failure = await Assert.ThrowsAsync<ChatSessionException>(() => FindAsync(cloud));
        Assert.Equal(ChatSessionError.Unavailable, failure.Error);
        Assert.Contains("is in a private network", failure.Message, StringComparison.Ordinal);
        AssertNoSecret(cloud, failure);
        Assert.Empty(cloud.Time.Waits);
    }

    [Theory]
    [InlineData("http://10.0.0.5", "http://169.254.169.254/presigned")]
    [InlineData("http://10.0.0.5", "https://[::ffff:169.254.169.254]/presigned")]
    [InlineData("http://10.0.0.5", "https://[fe80::1]/presigned")]
    [InlineData("http://10.0.0.5", "http://127.0.0.1:{port}/presigned")]
    [InlineData("http://10.0.0.5", "http://[::1]:{port}/presigned")]
    [InlineData("http://10.0.0.5", "http://localhost:{port}/presigned")]
    [InlineData("http://10.0.0.5", "http://0.0.0.0:{port}/presigned")]
    [InlineData("http://10.0.0.5", "http://[::]:{port}/presigned")]
    [InlineData("http://10.0.0.5", "http://10.1.0.5/presigned")]
    [InlineData("http://10.0.0.5", "http://192.168.0.5/presigned")]
    [InlineData("http://127.0.0.1", "http://169.254.169.254/presigned")]
    [InlineData("http://127.0.0.1", "http://10.0.0.5/presigned")]
    [InlineData("http://127.0.0.1", "https://224.0.0.1/presigned")]
    [InlineData("https://169.254.1.1", "https://169.254.1.1/presigned")]
    public async Task An_API_in_a_private_network_opens_no_other_network(string baseUrl, string address)
    {
        await using var target = await FakeLlamaCloud.StartAsync();
        await using var cloud = await OfApiAsync(baseUrl, address.Replace("{port}", $"{target.BaseUrl.Port}", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<ChatSessionException>(() => FindAsync(cloud));

        Assert.Contains("is in a private network", failure.Message, StringComparison.Ordinal);
        AssertNoSecret(cloud, failure);
        Assert.Empty(cloud.Time.Waits);
        Assert.Empty(target.Requests);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.6", "127.0.0.1")]
    [InlineData("10.0.0.6", "::ffff:169.254.169.254")]
    public async Task A_name_is_checked_by_all_addresses_that_it_leads_to(params string[] resolved)
    {
        await using var cloud = await OfApiAsync("http://10.0.0.5", "http://files.test/presigned", resolved);

        var failure = await Assert.ThrowsAsync<ChatSessionException>(() => FindAsync(cloud));

        Assert.Contains("is in a private network", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_of_the_store_leads_to_no_other_network()
    {
        await using var cloud = await WithImageAsync();
        var address = Faults.Json(200, $$"""{"url":"{{cloud.Server.BaseUrl}}{{Secret}}"}""");
        foreach (var target in (string[])["http://169.254.169.254/", "http://10.0.0.5/", "https://[fe80::1]/"])
        {
            cloud.Server.Next(address, Faults.Redirect(307, target + Secret));
            var failure = await Assert.ThrowsAsync<ChatSessionException>(() => FindAsync(cloud));
            Assert.Contains("is in a private network", failure.Message, StringComparison.Ordinal);
            AssertNoSecret(cloud, failure);
        }
    }

    [Fact]
    public async Task A_private_API_does_not_lead_to_the_Internet_without_TLS()
    {
        await using var cloud = await OfApiAsync("http://10.0.0.5", "http://8.8.8.8/presigned");

        var failure = await Assert.ThrowsAsync<ChatSessionException>(() => FindAsync(cloud));

        Assert.Contains("is not https", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_is_any_host_without_TLS()
    {
        await using var cloud = await OfPublicApiAsync("http://8.8.8.8/presigned");
        Assert.Contains("did not return an https address", (await FailureAsync(cloud)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_not_told()
    {
        await using var cloud = await OfPublicApiAsync("https://presigned.invalid/a");
        Assert.Contains("its name does not resolve", (await FailureAsync(cloud)).Message, StringComparison.Ordinal);
    }
}
