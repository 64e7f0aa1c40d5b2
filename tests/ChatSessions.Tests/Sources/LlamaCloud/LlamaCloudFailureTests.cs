using ChatSessions.Model;
using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class LlamaCloudFailureTests
{
    public static TheoryData<string, ChatSessionError, string> Failures =>
        new()
        {
            { "401", ChatSessionError.Unauthorized, "refused the API key (401) for session 'ses-1'. Check LLAMA_CLOUD_API_KEY. If" },
            { "403", ChatSessionError.Unauthorized, "refused the API key (403)" },
            { "400", ChatSessionError.Unavailable, "answered 400 for session 'ses-1'. Check that LLAMA_CLOUD_BASE_URL" },
            { "429", ChatSessionError.Unavailable, "reached its rate limit (429) for session 'ses-1'. Wait a minute" },
            { "500", ChatSessionError.Unavailable, "failed (500) for session 'ses-1'. Try again later" },
            { "html 503", ChatSessionError.Unavailable, "failed (503) for session 'ses-1'" },
            { "html 403", ChatSessionError.Unauthorized, "(403)" },
            { "html 200", ChatSessionError.Unavailable, "did not answer with JSON for session 'ses-1'" },
            { "text 200", ChatSessionError.Unavailable, "did not answer with JSON for session 'ses-1'" },
            { "truncated", ChatSessionError.Unavailable, "sent incomplete or invalid JSON for session 'ses-1'" },
            { "empty", ChatSessionError.Unavailable, "sent incomplete or invalid JSON for session 'ses-1'" },
            { "array", ChatSessionError.InvalidSession, " for session 'ses-1' is not a chat session: it is not a JSON object" },
            { "summary", ChatSessionError.InvalidSession, " for session 'ses-1' is not a chat session: it has no 'events' array" },
            { "cut", ChatSessionError.Unavailable, "for session 'ses-1': the connection broke, or" },
            { "cut in body", ChatSessionError.Unavailable, "broke while it sent session 'ses-1'" },
        };

    private static Fault FaultOf(string name) =>
        name switch
        {
            "text 200" => Faults.Body(200, "text/plain", TestCloud.Session()),
            "truncated" => Faults.Json(200, """{"session_id": "upstream-detail", "events": [{"typ"""),
            "empty" => Faults.Json(200, ""),
            "array" => Faults.Json(200, """["upstream-detail"]"""),
            "summary" => Faults.Json(200, """{"session_id": "ses-1"}"""),
            "cut" => Faults.Cut,
            "cut in body" => Faults.CutInBody(1_000),
            ['h', 't', 'm', 'l', ' ', .. var status] => Faults.Html(int.Parse(status, provider: null)),
            var status => Faults.Status(int.Parse(status, provider: null)),
        };

    [Theory]
    [MemberData(nameof(Failures))]
    [Proves("content type", "JSON type")]
    public async Task A_failure_reads_as_a_sentence_that_names_who_was_asked_for_what(string fault, ChatSessionError error, string sentence)
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Always = FaultOf(fault);
        var failure = await cloud.FailureAsync();
        Assert.Equal(error, failure.Error);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.Contains(cloud.Source.Name, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream-detail", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(cloud.Log.Lines, line => line.Contains("upstream-detail", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    [InlineData("application/vnd.llama+json")]
    [InlineData(null)]
    public async Task Every_name_of_JSON_is_taken_and_a_missing_one_too(string? contentType)
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(Faults.Body(200, contentType, TestCloud.Session()));
        Assert.NotNull(await cloud.FindAsync());
    }

    [Theory]
    [InlineData(
        """{"detail":[{"loc":["query","project_id"],"msg":"upstream-detail","type":"uuid_parsing"}]}""",
        "rejected project_id (422)"
    )]
    [InlineData("""{"detail":[{"loc":["path","upstream detail"],"msg":"upstream-detail"}]}""", "rejected a value of the request (422)")]
    [InlineData("""{"detail":[{"loc":["query","a\nb"]}]}""", "rejected a value of the request (422)")]
    [InlineData("""{"detail":[{"loc":["body",0]}]}""", "rejected a value of the request (422)")]
    [InlineData("""{"detail":[{"loc":[]}]}""", "rejected a value of the request (422)")]
    [InlineData("""{"detail":[]}""", "rejected a value of the request (422)")]
    [InlineData("""{"detail":"upstream-detail"}""", "rejected a value of the request (422)")]
    [InlineData("""["upstream-detail"]""", "rejected a value of the request (422)")]
    [InlineData("""<html>upstream-detail""", "rejected a value of the request (422)")]
    [InlineData("", "rejected a value of the request (422)")]
    public async Task A_rejected_value_is_named_where_the_API_names_it(string body, string sentence)
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(Faults.Json(422, body));
        var failure = await cloud.FailureAsync();
        Assert.Equal(ChatSessionError.InvalidArgument, failure.Error);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_explanation_is_not_read()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(async context =>
        {
            context.Response.StatusCode = 422;
            await Faults.Bomb("gzip")(context);
        });
        Assert.Equal(ChatSessionError.InvalidArgument, (await cloud.FailureAsync()).Error);
    }

    [Theory]
    [InlineData("https://api.cloud.llamaindex.ai", "LLAMA_CLOUD_BASE_URL=https://api.cloud.eu.llamaindex.ai.")]
    [InlineData("https://api.cloud.eu.llamaindex.ai", "LLAMA_CLOUD_BASE_URL=https://api.cloud.llamaindex.ai.")]
    [InlineData("https://llama.example.com", "set LLAMA_CLOUD_BASE_URL to its address.")]
    public async Task A_refused_key_gets_a_hint_at_the_other_region(string baseUrl, string hint)
    {
        await using var cloud = await TestCloud.StartAsync(
            options => options with { BaseUrl = new Uri(baseUrl) },
            services => services.AnswerFrom(() => new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized))
        );
        Assert.EndsWith(hint, (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "the connection failed")]
    [InlineData("http://no-such-host.invalid", "its name does not resolve")]
    [Proves("DNS", "connection")]
    public async Task A_host_that_cannot_be_reached_is_named_with_the_reason(string baseUrl, string reason)
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { BaseUrl = new Uri(baseUrl) });
        var failure = await cloud.FailureAsync();
        Assert.Equal(ChatSessionError.Unavailable, failure.Error);
        Assert.Contains(
            $"Could not ask LlamaCloud ({new Uri(baseUrl).Authority}) for session 'ses-1': {reason}",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(2, cloud.Time.Waits.Count);
    }

    [Fact]
    [Proves("TLS")]
    public async Task A_host_without_TLS_is_told_as_such()
    {
        await using var cloud = await TestCloud.StartAsync(options =>
            options with
            {
                BaseUrl = new UriBuilder(options.BaseUrl) { Scheme = "https" }.Uri,
            }
        );
        Assert.Contains("the secure connection failed", (await cloud.FailureAsync()).Message, StringComparison.Ordinal);
    }
}

/// <summary>Answers without a network.</summary>
internal sealed class CannedHandler(Func<HttpResponseMessage> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(answer());
}

internal static class CannedServices
{
    /// <summary>Answers instead of the API, so its address need not be on loopback.</summary>
    public static void AnswerFrom(this IServiceCollection services, Func<HttpResponseMessage> answer) =>
        services.AddHttpClient(nameof(LlamaCloudApi)).ConfigurePrimaryHttpMessageHandler(() => new CannedHandler(answer));
}
