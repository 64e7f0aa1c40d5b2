using Xunit;
using static ChatSessions.Tests.Reviewing.ReviewedRun;

namespace ChatSessions.Tests.Reviewing;

/// <summary>What a review takes for a loop: the same call again and again.</summary>
public sealed class LoopTests
{
    [Fact]
    public void A_loop_ends_at_a_message_of_the_user()
    {
        var look = Some.ToolUse("look", "{}", "\"nothing\"");

        Assert.Empty(Review(Some.UserInput("Go."), look, look, Some.UserInput("Again."), look, look, Some.Stop()).Loops);
        Assert.Single(Review(Some.UserInput("Go."), look, look, Some.Text("Hm."), look, look, Some.Stop()).Loops);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("{\"error\":\"refused again\"}", true)]
    [InlineData("\"connected\"", false)]
    public void A_loop_is_one_unless_the_call_then_works(string? last, bool isLoop)
    {
        var connect = Some.ToolUse("connect", "{}", "{\"error\":\"refused\"}");

        var review = Review([
            Some.UserInput("Go."),
            .. Enumerable.Repeat(connect, 29),
            last is null ? Some.ToolCall("connect") : Some.ToolUse("connect", "{}", last),
        ]);

        Assert.Equal(isLoop ? [29] : [], review.Loops.Select(loop => loop.Rounds));
        Assert.Equal(isLoop, review.Failures[0].IsOpen);
    }

    [Fact]
    public void A_long_wait_for_long_results_that_change_is_no_loop_and_takes_no_long_time()
    {
        var rows = string.Concat(Enumerable.Range(0, 300).Select(n => $"row {n} at 10:00:00, "));
        SomeEvents[] waits =
        [
            .. Enumerable.Range(0, 2_000).Select(n => Some.ToolUse("get_rows", "{}", Some.Quoted($"{rows}{n} done in {n} ms"))),
        ];

        Assert.Empty(Review([Some.UserInput("Go."), .. waits, Some.Stop()]).Loops);
    }

    [Fact]
    public void Calls_without_a_result_that_are_repeated_are_a_loop()
    {
        var review = Review(Some.UserInput("Go."), Some.ToolCall("ping"), Some.ToolCall("ping"), Some.ToolCall("ping"));

        Assert.Equal((3, 1, 3), (review.Loops.Single().Last, review.Loops.Single().First, review.Loops.Single().Rounds));
        Assert.Equal(3, review.Unanswered.Length);
    }
}
