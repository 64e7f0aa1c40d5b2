using System.Collections.Immutable;
using ChatSessions.Model;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests;

/// <summary>Sessions at random, and what holds of every session.</summary>
internal static class Generated
{
    /// <summary>One of each thing that may happen in a session, call ids and names being few so that they meet.</summary>
    internal static readonly ImmutableArray<SomeEvents> Kinds =
    [
        Some.UserInput("Q\n"),
        Some.Text("ab"),
        Some.TextDelta("a"),
        Some.TextDelta("b"),
        Some.Thinking("ab"),
        Some.ThinkingDelta("ab"),
        .. from id in (string[])["x", "y", ""]
        from name in (string[])["search", "bash"]
        from some in (SomeEvents[])[Some.ToolCall(name, """{"q":[1,"\ud800"]}""", id), Some.ToolResult(name, """{"returncode":1}""", id)]
        select some,
        Some.ToolUse("look", image: ("src/1", "a/b.png")),
        Some.Event("""{"type":"tool_result","call_id":null,"result":"Error: é"}"""),
        Some.Event("""{"type":"citation","page":3}"""),
        Some.Event("null"),
        Some.Stop(),
        Some.Stop("out of \ud83d\ude00"),
    ];

    internal static readonly Gen<Session> Sessions = Gen.OneOf([.. Kinds]).Array[0, 40].Select(events => Some.Session(events));

    /// <summary>Every event is in one step and one turn, in order.</summary>
    internal static void AssertWhole(Session session)
    {
        var all = Enumerable.Range(0, session.Events.Length).ToArray();
        Assert.Equal(all, session.Events.Select(e => e.Position));
        Assert.Equal(all, session.Turns.SelectMany(turn => Enumerable.Range(turn.First, turn.Last - turn.First + 1)));
        Assert.Equal(all, session.Steps.SelectMany(PositionsOf).Order());
        Assert.Equal(session.Steps.Select(step => step.Position).Order(), session.Steps.Select(step => step.Position));
        Assert.All(
            session.Steps,
            step => Assert.Equal((step.Position, step.LastPosition), (PositionsOf(step).Min(), PositionsOf(step).Max()))
        );
    }

    private static IEnumerable<int> PositionsOf(Step step) =>
        step switch
        {
            Passage passage => Enumerable.Range(passage.First, passage.Last - passage.First + 1),
            ToolUse use => ((SessionEvent?[])[use.Call, use.Result]).OfType<SessionEvent>().Select(e => e.Position),
            _ => [step.Position],
        };
}
