using System.Text;
using ChatSessions.Model;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Search;

public sealed class EventTextTests
{
    [Fact]
    public void Every_text_has_its_position_kind_tool_and_outcome()
    {
        var session = Some.Session(
            Some.UserInput("why"),
            Some.Thinking("hm"),
            Some.ToolUse("bash", """{"cmd":"ls"}""", "\"out\""),
            Some.FailedToolUse("bash", "no such file"),
            Some.UnansweredToolUse("grep"),
            Some.Text("so"),
            Some.Event("""{"type":"citation"}"""),
            Some.Event("""{"type":"context","role":"system","content":"Be brief."}"""),
            Some.Stop(),
            Some.Stop("out of turns")
        );

        Assert.Equal(
            [
                (0, SearchKind.User, null, null, "\"why\""),
                (1, SearchKind.Thinking, null, null, "\"hm\""),
                (2, SearchKind.Arguments, "bash", ToolOutcomeKind.Ok, """{"cmd":"ls"}"""),
                (3, SearchKind.Result, "bash", ToolOutcomeKind.Ok, "\"out\""),
                (4, SearchKind.Arguments, "bash", ToolOutcomeKind.Failed, "{}"),
                (5, SearchKind.Error, "bash", ToolOutcomeKind.Failed, """{"error":"no such file"}"""),
                (6, SearchKind.Arguments, "grep", ToolOutcomeKind.Unanswered, "{}"),
                (7, SearchKind.Answer, null, null, "\"so\""),
                (8, SearchKind.Other, null, null, """{"type":"citation"}"""),
                (9, SearchKind.Other, null, null, "\"Be brief.\""),
                (11, SearchKind.Error, null, null, "\"out of turns\""),
            ],
            EventText.ReadAll(session).Select(text => (text.Position, text.Kind, text.Tool, text.Outcome, TextOf(text)))
        );
    }

    [Fact]
    public void Streamed_pieces_are_one_text_where_no_whole_one_follows()
    {
        var joined = Assert.Single(EventText.ReadAll(Some.Session(Some.TextDelta("Val"), Some.TextDelta("ue\"Err"), Some.TextDelta("or"))));
        var whole = Assert.Single(EventText.ReadAll(Some.Session(Some.ThinkingDelta("a"), Some.ThinkingDelta("b"), Some.Thinking("ab"))));

        Assert.Equal((0, 2, SearchKind.Answer, "Value\"Error"), (joined.Position, joined.LastPosition, joined.Kind, TextOf(joined)));
        Assert.Equal((2, 2, SearchKind.Thinking, "\"ab\""), (whole.Position, whole.LastPosition, whole.Kind, TextOf(whole)));
    }

    private static string TextOf(EventText text) => Encoding.UTF8.GetString(text.Recorded.Text.Utf8.Span);
}
