using System.Text;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class LlamaCloudSourceTests
{
    private const string Project = "01234567-89ab-cdef-0123-456789abcdef";
    private const string Organization = "89abcdef-0123-4567-89ab-cdef01234567";

    [Fact]
    public async Task A_session_comes_as_it_was_recorded()
    {
        await using var cloud = await TestCloud.StartAsync();
        var json =
            """{ "session_id": "ses-1", "last_updated_at": "x", "shared_access": [1e400], "events": [ {"type": "new"}, {"content": "é"} ] }""";
        cloud.Server.Add(json);

        var session = await cloud.FindAsync();

        Assert.Equal(json, session!.Json.ToString());
        Assert.Equal(2, session.Events.Length);
        var request = Assert.Single(cloud.Server.Requests);
        Assert.Equal("/api/v1/chat/ses-1", request.Target);
        Assert.Equal($"Bearer {TestCloud.Key}", request.Headers["Authorization"]);
        Assert.Equal("gzip, br", request.Headers["Accept-Encoding"]);
        Assert.Equal("application/json", request.Headers["Accept"]);
    }

    [Fact]
    public async Task A_summary_comes_without_the_events()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Add(TestCloud.Session());

        var summary = await cloud.Source.FindSummaryAsync("ses-1", Caller.Local, cloud.Token);

        Assert.Equal(("ses-1", "2026-04-22T12:34:41.342245", "T"), (summary!.SessionId, summary.LastUpdatedAt, summary.GeneratedTitle));
        Assert.Equal(1, cloud.Server.Count("/api/v1/chat/ses-1/summary"));
    }

    [Fact]
    public async Task What_the_API_does_not_know_is_null()
    {
        await using var cloud = await TestCloud.StartAsync();
        Assert.Null(await cloud.FindAsync());
        Assert.Null(await cloud.Source.FindSummaryAsync("ses-1", Caller.Local, cloud.Token));
        Assert.Equal(2, cloud.Server.Requests.Count);
    }

    [Fact]
    public async Task Nothing_is_asked_before_it_is_asked()
    {
        await using var cloud = await TestCloud.StartAsync();
        Assert.Equal($"LlamaCloud ({cloud.Server.BaseUrl.Authority})", cloud.Source.Name);
        Assert.Empty(cloud.Server.Requests);
        Assert.Empty(cloud.Log.Lines);
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("../summary", "..%2Fsummary")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("%2e%2e", "%252e%252e")]
    [InlineData("...", "...")]
    [InlineData("a b", "a%20b")]
    [InlineData("a?b#c&d", "a%3Fb%23c%26d")]
    [InlineData("a\\..\\b", "a%5C..%5Cb")]
    [InlineData("é😀", "%C3%A9%F0%9F%98%80")]
    public async Task An_id_is_one_segment_whatever_it_holds(string id, string segment)
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Add(TestCloud.Session(id.Replace("\\", "\\\\", StringComparison.Ordinal)));

        var session = await cloud.FindAsync(id);
        var summary = await cloud.Source.FindSummaryAsync(id, Caller.Local, cloud.Token);

        Assert.Equal(id, session!.Summary.SessionId);
        Assert.Equal(id, summary!.SessionId);
        Assert.Equal(
            [$"/api/v1/chat/{segment}", $"/api/v1/chat/{segment}/summary"],
            cloud.Server.Requests.Select(request => request.Target)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(" ")]
    [InlineData("\u3000")]
    [InlineData("a\nb")]
    [InlineData("a\u0000")]
    [InlineData("a\u0085")]
    public async Task An_invalid_id_is_refused_before_any_request(string id)
    {
        await using var cloud = await TestCloud.StartAsync();
        var image = new ImageAttachment("source", id);
        ChatSessionException[] refusals =
        [
            await Assert.ThrowsAsync<ChatSessionException>(() => cloud.FindAsync(id)),
            await Assert.ThrowsAsync<ChatSessionException>(() => cloud.Source.FindSummaryAsync(id, Caller.Local, cloud.Token)),
            await Assert.ThrowsAsync<ChatSessionException>(() => cloud.Source.FindAttachmentAsync(image, Caller.Local, cloud.Token)),
        ];
        Assert.All(refusals, refusal => Assert.Equal(ChatSessionError.InvalidArgument, refusal.Error));
        Assert.All(refusals, refusal => Assert.DoesNotContain(refusal.Message, char.IsControl));
        Assert.Contains("session id", refusals[0].Message, StringComparison.Ordinal);
        Assert.Contains("attachment name", refusals[2].Message, StringComparison.Ordinal);
        Assert.Empty(cloud.Server.Requests);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_and_an_endless_id_are_refused_too()
    {
        await using var cloud = await TestCloud.StartAsync();
        foreach (var id in new[] { "a\ud83d", "\ude00b", new string('a', 100_000) })
            Assert.Equal(
                ChatSessionError.InvalidArgument,
                (await Assert.ThrowsAsync<ChatSessionException>(() => cloud.FindAsync(id))).Error
            );
        Assert.Empty(cloud.Server.Requests);
    }

    [Fact]
    public async Task The_configured_project_is_asked_unless_the_caller_names_one()
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { ProjectId = Project });
        cloud.Server.Add(TestCloud.Session());

        await cloud.FindAsync();
        await cloud.Source.FindSummaryAsync("ses-1", Caller.Local.In(organizationId: Organization), cloud.Token);
        await cloud.Source.FindAsync("ses-1", Caller.Local.In(Organization, Project), cloud.Token);

        Assert.Equal(
            [
                $"/api/v1/chat/ses-1?project_id={Project}",
                $"/api/v1/chat/ses-1/summary?project_id={Project}&organization_id={Organization}",
                $"/api/v1/chat/ses-1?project_id={Organization}&organization_id={Project}",
            ],
            cloud.Server.Requests.Select(request => request.Target)
        );
    }

    [Theory]
    [InlineData("my-project", null, "project_id")]
    [InlineData("", null, "project_id")]
    [InlineData(null, Project + "&a=b", "organization_id")]
    public async Task A_project_that_is_no_UUID_is_refused_before_any_request(string? project, string? organization, string name)
    {
        await using var cloud = await TestCloud.StartAsync();
        var caller = Caller.Local.In(project, organization);
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => cloud.Source.FindAsync("ses-1", caller, cloud.Token));
        Assert.Equal(ChatSessionError.InvalidArgument, refusal.Error);
        Assert.StartsWith($"{name} is not a UUID", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ChatSessionException>(async () =>
            await cloud.Source.ListAsync(caller, SessionFilter.All, after: null, cloud.Token).FirstOrDefaultAsync(cloud.Token)
        );
        Assert.Empty(cloud.Server.Requests);
    }

    [Fact]
    public async Task The_list_is_read_page_by_page()
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { ProjectId = Project });
        cloud.Server.PageSize = 2;
        foreach (var number in Enumerable.Range(1, 5))
            cloud.Server.Add(TestCloud.Session($"ses-{number}"));

        Assert.Equal(["ses-1", "ses-2", "ses-3", "ses-4", "ses-5"], await cloud.ListAsync());
        Assert.Equal(
            [
                $"/api/v1/chat?project_id={Project}",
                $"/api/v1/chat?project_id={Project}&page_token=2",
                $"/api/v1/chat?project_id={Project}&page_token=4",
            ],
            cloud.Server.Requests.Select(request => request.Target)
        );
    }

    [Fact]
    public async Task A_session_that_was_read_is_listed_with_the_outcome_of_its_events_until_it_changes()
    {
        var time = new FakeTimeProvider();
        await using var cloud = await TestCloud.StartAsync(register: services => services.AddSingleton<TimeProvider>(time));
        const string Ran = """ "job_metadata":{"is_error":false},"events":[{"type":"stop","is_error":true}]} """;
        cloud.Server.Add($$"""{"session_id":"ses-1","last_updated_at":"2026-04-22T12:00:00",{{Ran}}""");
        Assert.Equal([RunOutcome.Ok], await OutcomesAsync());

        await cloud.FindAsync();
        Assert.Equal([RunOutcome.Error], await OutcomesAsync());
        Assert.Equal([RunOutcome.Error], await OutcomesAsync(RunOutcome.Error));
        Assert.Empty(await OutcomesAsync(RunOutcome.Ok));

        cloud.Server.Add($$"""{"session_id":"ses-1","last_updated_at":"2026-04-22T13:00:00",{{Ran}}""");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([RunOutcome.Ok], await OutcomesAsync());

        async Task<IEnumerable<RunOutcome>> OutcomesAsync(RunOutcome? only = null) =>
            (await cloud.Source.ListAsync(Caller.Local, new(Outcome: only), after: null, cloud.Token).SingleAsync(cloud.Token)).Select(
                one => one.Outcome
            );
    }

    [Fact]
    public async Task Questions_to_the_list_within_ten_seconds_share_its_pages()
    {
        var time = new FakeTimeProvider();
        await using var cloud = await TestCloud.StartAsync(register: services => services.AddSingleton<TimeProvider>(time));
        cloud.Server.PageSize = 1;
        cloud.Server.Add(TestCloud.Session("ses-1"));
        cloud.Server.Add(TestCloud.Session("ses-2"));
        await Task.WhenAll(cloud.ListAsync(), cloud.ListAsync());
        Assert.Equal(["ses-2"], await cloud.Source.FindListedAsync(["ses-2", "ses-9"], Caller.Local, cloud.Token));
        Assert.Equal(2, cloud.Server.Requests.Count);

        cloud.Server.Add(TestCloud.Session("ses-3"));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(2, (await cloud.ListAsync()).Count);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, (await cloud.ListAsync()).Count);
    }

    [Theory]
    [InlineData("""{"items":[{"session_id":"ses-1"}],"next_page_token":""}""")]
    [InlineData("""{"items":[{"session_id":"ses-1","new":{}}],"next_page_token":null,"total":7}""")]
    [InlineData("""{"items":[{"session_id":"ses-1"}]}""")]
    public async Task A_page_without_a_token_is_the_last(string page)
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(Faults.Json(200, page));
        Assert.Equal(["ses-1"], await cloud.ListAsync());
        Assert.Single(cloud.Server.Requests);
    }

    [Fact]
    public async Task An_empty_page_is_the_last_whatever_its_token()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(Faults.Json(200, """{"items":[],"next_page_token":"a"}"""));
        Assert.Empty(await cloud.ListAsync());
        Assert.Single(cloud.Server.Requests);
    }

    [Fact]
    public async Task A_token_given_twice_is_an_error_and_no_loop()
    {
        await using var cloud = await TestCloud.StartAsync();
        var page = (string token) => Faults.Json(200, $$"""{"items":[{"session_id":"ses-1"}],"next_page_token":"{{token}}"}""");
        cloud.Server.Next(page("a b"), page("c"), page("a b"));
        var failure = await Assert.ThrowsAsync<ChatSessionException>(cloud.ListAsync);
        Assert.Equal(ChatSessionError.Unavailable, failure.Error);
        Assert.Contains("same next page twice", failure.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["/api/v1/chat", "/api/v1/chat?page_token=a%20b", "/api/v1/chat?page_token=c"],
            cloud.Server.Requests.Select(request => request.Target)
        );
    }

    [Fact]
    public async Task A_token_may_hold_anything()
    {
        await using var cloud = await TestCloud.StartAsync();
        var escaped = string.Concat(Enumerable.Repeat("%0A%2F%3D%26", 500));
        var token = Uri.UnescapeDataString(escaped).Replace("\n", "\\n", StringComparison.Ordinal);
        cloud.Server.Next(
            Faults.Json(200, $$"""{"items":[{"session_id":"ses-1"}],"next_page_token":"{{token}}"}"""),
            Faults.Json(200, """{"items":[]}""")
        );
        Assert.Single(await cloud.ListAsync());
        Assert.Equal($"/api/v1/chat?page_token={escaped}", cloud.Server.Requests.Last().Target);
    }

    [Fact]
    public async Task A_list_that_the_API_does_not_know_is_an_error()
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(Faults.Status(404));
        var failure = await Assert.ThrowsAsync<ChatSessionException>(cloud.ListAsync);
        Assert.Equal(ChatSessionError.NotFound, failure.Error);
        Assert.Contains("LLAMA_CLOUD_BASE_URL", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"items":null}""")]
    [InlineData("""{"items":"none"}""")]
    public async Task A_list_that_is_none_is_an_error(string answer)
    {
        await using var cloud = await TestCloud.StartAsync();
        cloud.Server.Next(Faults.Json(200, answer));
        Assert.Equal(ChatSessionError.Unavailable, (await Assert.ThrowsAsync<ChatSessionException>(cloud.ListAsync)).Error);
    }

    [Theory]
    [InlineData("/llama")]
    [InlineData("/llama/")]
    public async Task An_installation_may_lie_below_a_path(string path)
    {
        await using var cloud = await TestCloud.StartAsync(options => options with { BaseUrl = new Uri(options.BaseUrl, path) });
        await cloud.FindAsync();
        Assert.Equal("/llama/api/v1/chat/ses-1", Assert.Single(cloud.Server.Requests).Target);
    }

    [Fact]
    public async Task Many_questions_at_once_are_answered()
    {
        await using var cloud = await TestCloud.StartAsync();
        foreach (var number in Enumerable.Range(0, 100))
            cloud.Server.Add(TestCloud.Session($"ses-{number}", $"question {number}"));
        var sessions = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => cloud.FindAsync($"ses-{number}")));
        Assert.All(
            sessions.Index(),
            answer =>
                Assert.Contains(
                    $"question {answer.Index}\"",
                    Encoding.UTF8.GetString(answer.Item!.Json.Utf8.Span),
                    StringComparison.Ordinal
                )
        );
    }
}
