using System.Net;
using ChatSessions.Model;
using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

/// <summary>Where the key may go over plain http.</summary>
public sealed class PlainHttpTests
{
    private static LlamaCloudOptions Options(string baseUrl) => new() { ApiKey = "llx-1", BaseUrl = new Uri(baseUrl) };

    [Theory]
    [InlineData("http://8.8.8.8")]
    [InlineData("http://[2a00:1450:4001:80b::200e]:8080")]
    [InlineData("http://[::ffff:8.8.8.8]")]
    [InlineData("http://134744072")]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://api.cloud.llamaindex.ai")]
    [InlineData("http://API.cloud.eu.LlamaIndex.ai/")]
    public void A_public_host_is_refused_at_the_start(string baseUrl)
    {
        var refused = Assert.Throws<ChatSessionException>(Options(baseUrl).Validate);

        Assert.Equal(ChatSessionError.InvalidArgument, refused.Error);
        Assert.Contains("The API key is not sent over plain http", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Set LLAMA_CLOUD_BASE_URL to an https address.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://8.8.8.8")]
    [InlineData("https://api.cloud.llamaindex.ai")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://llama.localhost")]
    public void Where_nobody_else_can_read_the_key_there_is_no_warning(string baseUrl)
    {
        Options(baseUrl).Validate();
        Assert.Null(Options(baseUrl).Warning);
    }

    [Theory]
    [InlineData("http://10.0.0.5:8080", "10.0.0.5:8080")]
    [InlineData("http://[fd00::1]", "[fd00::1]")]
    [InlineData("http://llama.example.com", "llama.example.com")]
    public void In_a_private_network_it_is_allowed_with_a_warning(string baseUrl, string host)
    {
        Options(baseUrl).Validate();
        Assert.StartsWith($"The API key is sent to {host} over plain http", Options(baseUrl).Warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("10.0.0.1", "8.8.8.8")]
    [InlineData("169.254.169.254")]
    public async Task A_name_that_leads_to_a_public_address_is_not_connected_to(params string[] addresses)
    {
        await using var cloud = await WithNameAsync(addresses);

        var refused = await cloud.FailureAsync();

        Assert.Equal(ChatSessionError.Unavailable, refused.Error);
        Assert.StartsWith(
            "The API key is not sent over plain http to llama.test, which is not at a private address",
            refused.Message,
            StringComparison.Ordinal
        );
        Assert.Equal("llama.test is not at a private address, and the API key is not sent there over plain http", refused.Cause);
        Assert.Empty(cloud.Time.Waits);
        Assert.Empty(cloud.Server.Requests);
    }

    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_and_the_log_warns()
    {
        await using var cloud = await WithNameAsync("127.0.0.1");
        cloud.Server.Add(TestCloud.Session());

        Assert.NotNull(await cloud.FindAsync());
        Assert.Contains(cloud.Log.Lines, line => line.Contains("The API key is sent to llama.test", StringComparison.Ordinal));
    }

    private static Task<TestCloud> WithNameAsync(params string[] addresses) =>
        TestCloud.StartAsync(
            options => options with { BaseUrl = new UriBuilder(options.BaseUrl) { Host = "llama.test" }.Uri },
            services =>
                services.AddSingleton<HostResolver>((_, _) => ValueTask.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]))
        );
}
