using ChatMcpServer.Mcp;
using ChatSessions;
using ChatSessions.Model;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

public sealed class RequestTurnsTests
{
    private readonly FakeTimeProvider time = new();
    private bool isScarce;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_as_allowed_begin_and_the_others_follow_in_their_order()
    {
        var turns = Turns(most: 2);

        Task[] requests = [.. Enumerable.Range(0, 4).Select(_ => Begin(turns))];
        var atFirst = Begun(requests);
        turns.End();
        var afterOne = Begun(requests);
        turns.End();
        await requests[3].WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

        Assert.Equal([true, true, false, false], atFirst);
        Assert.Equal([true, true, true, false], afterOne);
    }

    [Fact]
    public async Task A_request_that_waits_too_long_is_refused_with_the_limit_and_its_option()
    {
        var turns = Turns(most: 1);
        await Begin(turns);

        var late = Begin(turns);
        time.Advance(RequestTurns.LongestWait);

        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => late);
        Assert.Equal(
            "The server is busy: it works on at most 1 requests at the same time, or on one while memory is scarce, and this one waited 30 s for its turn. "
                + "Try again in some seconds; more at the same time can be allowed with --max-requests or CHAT_MCP_MAX_REQUESTS.",
            refusal.Message
        );
        turns.End();
        Assert.True(Begin(turns).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task When_many_wait_the_next_is_refused_at_once()
    {
        var turns = Turns(most: 1);
        await Begin(turns);

        Task[] waiting = [.. Enumerable.Range(0, RequestTurns.MostWaiting).Select(_ => Begin(turns))];
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => Begin(turns));

        Assert.Contains("1,000 more wait already", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(waiting, request => request.IsCompleted);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_while_it_waits_takes_no_turn()
    {
        var turns = Turns(most: 1);
        using var leave = new CancellationTokenSource();
        await Begin(turns);

        var left = turns.BeginAsync(alone: false, leave.Token).AsTask();
        var next = Begin(turns);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        turns.End();

        await next.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
    }

    [Fact]
    public void While_memory_is_scarce_requests_run_one_at_a_time()
    {
        var turns = Turns(most: 9);
        isScarce = true;

        Task[] requests = [.. Enumerable.Range(0, 4).Select(_ => Begin(turns))];
        var atFirst = Begun(requests);
        turns.End();
        var afterOne = Begun(requests);
        isScarce = false;
        turns.End();

        Assert.Equal([true, false, false, false], atFirst);
        Assert.Equal([true, true, false, false], afterOne);
        Assert.Equal([true, true, true, true], Begun(requests));
    }

    [Fact]
    public async Task A_request_for_which_memory_ran_out_is_tried_again_when_no_other_is_at_work()
    {
        var turns = Turns(most: 9);
        await Begin(turns);
        var tries = 0;

        var answer = ScarceMemory.AnswerAsync(
            () => ++tries == 1 ? throw new InsufficientMemoryException() : ValueTask.FromResult("answered"),
            cache: null,
            turns,
            Cancelled
        );
        var next = Begin(turns);
        var (beforeEnd, nextBefore) = (tries, next.IsCompleted);
        turns.End();

        Assert.Equal("answered", await answer);
        await next.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        Assert.Equal((1, false, 2), (beforeEnd, nextBefore, tries));
    }

    [Theory]
    [InlineData("tools/call", """{"name":"list_chat_sessions","arguments":{}}""")]
    [InlineData("resources/read", """{"uri":"chat://sessions"}""")]
    [InlineData("resources/list", "{}")]
    [InlineData("prompts/get", """{"name":"review_session","arguments":{"session_id":"s"}}""")]
    [InlineData(
        "completion/complete",
        """{"ref":{"type":"ref/prompt","name":"review_session"},"argument":{"name":"session_id","value":"s"}}"""
    )]
    public async Task Every_kind_of_request_waits_for_its_turn(string method, string parameters)
    {
        await using var cloud = await FakeLlamaCloud.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cloud.Always = Faults.Silence(() => asked.TrySetResult());
        var patience = RequestTurns.LongestWait * 100;
        var options = new ChatSessionsOptions
        {
            LlamaCloud = new LlamaCloudOptions
            {
                ApiKey = "llx-1",
                BaseUrl = cloud.BaseUrl,
                Patience = patience,
                TryTimeout = patience,
            },
        };
        await using var server = await InMemoryServer.WithTurnsAsync(options, maxRequests: 1, time);

        var first = server.RequestAsync("tools/call", """{"name":"get_chat_session","arguments":{"session_id":"s"}}""");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        var second = server.RequestAsync(method, parameters);
        while (!second.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Cancelled);
        }

        Assert.Contains("The server is busy", (await second).GetRawText(), StringComparison.Ordinal);
        cloud.Always = null;
        time.Advance(patience);
        Assert.DoesNotContain("The server is busy", (await first).GetRawText(), StringComparison.Ordinal);
    }

    private static Task Begin(RequestTurns turns) => turns.BeginAsync(alone: false, Cancelled).AsTask();

    private static bool[] Begun(Task[] requests)
    {
        // A turn is given before End returns; what waits for it continues on another thread.
        SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(50));
        return [.. requests.Select(request => request.IsCompletedSuccessfully)];
    }

    private RequestTurns Turns(int most) => new(most, () => isScarce, time);
}
