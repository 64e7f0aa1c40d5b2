using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public class EventRangeTests
{
    private static readonly Session FiveEvents = Some.Session([.. Enumerable.Repeat(Some.Text("A"), 5)]);

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("#4", 4, 4)]
    [InlineData("2-3", 2, 3)]
    [InlineData("#2-#3", 2, 3)]
    [InlineData(" #2 – 3 ", 2, 3)]
    [InlineData("2-900", 2, 4)]
    public void Events_are_those_that_the_session_has(string text, int first, int last) =>
        Assert.Equal((first, last), EventRange.Parse(text).In(FiveEvents));

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("##1")]
    [InlineData("1#")]
    [InlineData("5-#")]
    [InlineData("last")]
    public void What_is_no_event_is_refused(string text)
    {
        var refusal = Assert.Throws<ChatSessionException>(() => EventRange.Parse(text));

        Assert.Equal(ChatSessionError.InvalidArgument, refusal.Error);
        Assert.Equal($"Invalid events '{text}'. Use a position such as 57, or a range such as 57-60.", refusal.Message);
    }

    [Fact]
    public void A_range_that_runs_backwards_is_refused() =>
        Assert.Equal(
            "Invalid events '#5-#2': put the lower number first.",
            Assert.Throws<ChatSessionException>(() => EventRange.Parse("#5-#2")).Message
        );

    [Fact]
    public void Events_that_the_session_has_none_of_are_not_found()
    {
        Assert.Equal("events 900: this session has 5 events, #0 to #4.", RefusalOf("900", FiveEvents).Message);
        Assert.Equal("events 900: this session has 1 event, #0.", RefusalOf("900", Some.Session(Some.Text("A"))).Message);
        Assert.Equal("events #0: this session has no events.", RefusalOf("#0", Some.Session()).Message);
        Assert.Equal(ChatSessionError.NotFound, RefusalOf("5-7", FiveEvents).Error);
    }

    private static ChatSessionException RefusalOf(string text, Session session) =>
        Assert.Throws<ChatSessionException>(() => EventRange.Parse(text).In(session));
}
