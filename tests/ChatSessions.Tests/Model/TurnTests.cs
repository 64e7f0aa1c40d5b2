using Xunit;

namespace ChatSessions.Tests.Model;

public class TurnTests
{
    [Fact]
    public void A_turn_is_a_user_input_with_what_comes_before_the_next()
    {
        var turns = Some.Session(
            Some.UserInput("1"),
            Some.ToolUse("grep"),
            Some.Stop(),
            Some.UserInput("2"),
            Some.UserInput("3"),
            Some.Text("A")
        ).Turns;

        Assert.Equal([(1, 0, 3), (2, 4, 4), (3, 5, 6)], turns.Select(turn => (turn.Number, turn.First, turn.Last)));
        Assert.Equal(["1", "2", "3"], turns.Select(turn => turn.UserInput?.Content));
    }

    [Fact]
    public void What_comes_before_the_first_user_input_is_a_turn_without_one()
    {
        var turns = Some.Session(Some.Text("Welcome"), Some.Stop(), Some.UserInput("Q")).Turns;

        Assert.Equal([(1, 0, 1), (2, 2, 2)], turns.Select(turn => (turn.Number, turn.First, turn.Last)));
        Assert.Null(turns[0].UserInput);
    }

    [Fact]
    public void Context_before_the_first_user_input_belongs_to_its_turn()
    {
        var context = Some.Event("""{"type":"context","role":"system","content":"Be brief."}""");

        var turns = Some.Session(context, context, Some.UserInput("Q"), context, Some.UserInput("R")).Turns;

        Assert.Equal([(1, 0, 3), (2, 4, 4)], turns.Select(turn => (turn.Number, turn.First, turn.Last)));
        Assert.Equal(["Q", "R"], turns.Select(turn => turn.UserInput?.Content));
        Assert.Null(Assert.Single(Some.Session(context, context).Turns).UserInput);
    }

    [Fact]
    public void Several_stops_may_lie_in_one_turn() =>
        Assert.Single(Some.Session(Some.UserInput("Q"), Some.Stop("x"), Some.Text("again"), Some.Stop()).Turns);

    [Fact]
    public void A_session_without_events_has_no_turns_and_no_steps()
    {
        Assert.Empty(Some.Session().Turns);
        Assert.Empty(Some.Session().Steps);
    }
}
