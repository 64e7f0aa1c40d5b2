using ChatSessions.Model;
using ChatSessions.ToolCalls;
using Xunit;

namespace ChatSessions.Tests.ToolCalls;

public sealed class CallCursorTests
{
    private static readonly SomeEvents[] Events = [Some.UserInput("Go"), Some.ToolUse("a"), Some.ToolUse("b"), Some.ToolUse("a")];

    [Fact]
    public void A_cursor_goes_on_where_the_page_ended()
    {
        var found = Find(new(), Events);

        Assert.Equal(0, CallCursor.Read(null, found));
        Assert.Equal(2, CallCursor.Read(CallCursor.After(2, found), Find(new(), Events)));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAA")]
    [InlineData("not base64 at all!")]
    public void What_is_not_a_cursor_is_refused(string cursor) =>
        Assert.EndsWith("no list of calls had it. Leave the cursor out to start over.", Refusal(cursor, new(), Events));

    [Fact]
    public void A_shortened_cursor_is_refused()
    {
        var cursor = CallCursor.After(1, Find(new(), Events));

        Assert.Contains("no list of calls had it", Refusal(cursor[..^1], new(), Events));
    }

    [Fact]
    public void A_cursor_of_another_session_or_question_is_refused()
    {
        const string Said =
            "The cursor belongs to another list of calls. Pass it with the same session, filters and order. Leave the cursor out to start over.";
        var cursor = CallCursor.After(1, Find(new(), Events));

        Assert.Equal(Said, Refusal(cursor, new() { Tool = "a" }, Events));
        Assert.Equal(Said, Refusal(cursor, new() { Outcome = ToolOutcomeKind.Ok }, Events));
        Assert.Equal(Said, Refusal(cursor, new() { Matching = CallPattern.Parse("a") }, Events));
        Assert.Equal(Said, Refusal(cursor, new() { Events = EventRange.Parse("0-9") }, Events));
        Assert.Equal(Said, Refusal(cursor, new() { Turns = TurnRange.Parse("1") }, Events));
        Assert.Equal(Said, Refusal(cursor, new() { Order = CallOrder.Size }, Events));
        var other = FoundCalls.Find(Some.Session("ses-2", "Other", Events).Shown(), new(), TimeProvider.System, Cancelled);
        Assert.Equal(Said, Assert.Throws<ChatSessionException>(() => CallCursor.Read(cursor, other)).Message);
    }

    [Fact]
    public void A_cursor_of_an_earlier_state_is_refused_with_what_is_new()
    {
        var cursor = CallCursor.After(1, Find(new(), Events));

        Assert.Equal(
            "The session has changed since this cursor was made: it had 7 events, and now has 9. Leave the cursor out to start over. events=\"7-8\" lists only what is new.",
            Refusal(cursor, new(), [.. Events, Some.ToolUse("c")])
        );
        Assert.Equal(
            "The session has changed since this cursor was made: it had 7 events, and now has 7. Leave the cursor out to start over.",
            Refusal(cursor, new(), [.. Events[..^1], Some.ToolUse("d")])
        );
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static FoundCalls Find(CallQuery query, SomeEvents[] events) =>
        FoundCalls.Find(Some.Session(events).Shown(), query, TimeProvider.System, Cancelled);

    private static string Refusal(string cursor, CallQuery query, SomeEvents[] events)
    {
        var exception = Assert.Throws<ChatSessionException>(() => CallCursor.Read(cursor, Find(query, events)));
        Assert.Equal(ChatSessionError.InvalidArgument, exception.Error);
        return exception.Message;
    }
}
