using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public class TurnRangeTests
{
    private static readonly Session FourTurns = Some.Session([.. Enumerable.Repeat(Some.UserInput("Q"), 4)]);

    [Theory]
    [InlineData("3", 3, 3)]
    [InlineData(" 2-3 ", 2, 3)]
    [InlineData("2 – 3", 2, 3)]
    [InlineData("2—3", 2, 3)]
    [InlineData("2-500", 2, 4)]
    [InlineData("0-2", 1, 2)]
    [InlineData("2-99999999999999999999", 2, 4)]
    [InlineData("last", 4, 4)]
    [InlineData("last 1", 4, 4)]
    [InlineData("LAST  3", 2, 4)]
    [InlineData("last3", 2, 4)]
    [InlineData("last 99999999999999999999", 1, 4)]
    public void Turns_are_those_that_the_session_has(string text, int first, int last) =>
        Assert.Equal((first, last), TurnRange.Parse(text).In(FourTurns));

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("#3")]
    [InlineData("-3")]
    [InlineData("2-")]
    [InlineData("1-2-3")]
    [InlineData("1.5")]
    [InlineData("٣")]
    [InlineData("last 0")]
    [InlineData("last x")]
    [InlineData("last 2-3")]
    [InlineData("lastly")]
    public void What_is_no_turn_is_refused(string text)
    {
        var refusal = Assert.Throws<ChatSessionException>(() => TurnRange.Parse(text));

        Assert.Equal(ChatSessionError.InvalidArgument, refusal.Error);
        Assert.Equal($"Invalid turns '{text}'. Use a number such as 3, a range such as 2-5, or 'last 3'.", refusal.Message);
    }

    [Fact]
    public void A_range_that_runs_backwards_is_refused() =>
        Assert.Equal(
            "Invalid turns '5-2': put the lower number first.",
            Assert.Throws<ChatSessionException>(() => TurnRange.Parse("5-2")).Message
        );

    [Fact]
    public void A_long_text_is_not_repeated_whole() =>
        Assert.True(Assert.Throws<ChatSessionException>(() => TurnRange.Parse(new string('x', 100_000))).Message.Length < 200);

    [Theory]
    [InlineData("7-9")]
    [InlineData("0")]
    [InlineData("5")]
    public void Turns_that_the_session_has_none_of_are_not_found(string text)
    {
        var refusal = Assert.Throws<ChatSessionException>(() => TurnRange.Parse(text).In(FourTurns));

        Assert.Equal(ChatSessionError.NotFound, refusal.Error);
        Assert.Equal($"turns {text}: this session has 4 turns.", refusal.Message);
    }

    [Fact]
    public void A_session_without_turns_has_no_last() =>
        Assert.Equal(
            "turns last 3: this session has no turns.",
            Assert.Throws<ChatSessionException>(() => TurnRange.Parse("last 3").In(Some.Session())).Message
        );
}
