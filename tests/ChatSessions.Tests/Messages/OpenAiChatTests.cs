using System.Text.Json;
using ChatSessions.Messages;
using Xunit;

namespace ChatSessions.Tests.Messages;

public sealed class OpenAiChatTests
{
    [Fact]
    public void A_session_becomes_messages_of_chat_completions()
    {
        var json = Some.Session(
                Some.Event("""{"type":"context","role":"system","content":"Be brief."}"""),
                Some.UserInput("Weather in Oslo?"),
                Some.Thinking("Ask."),
                Some.Text("One moment."),
                Some.ToolCall("get_weather", """{"city":"Oslo"}""", "c1"),
                Some.ToolCall("sql", "{}", "c2"),
                Some.ToolResult("sql", "\"1\"", "c2"),
                Some.ToolResult("get_weather", """{"error":"unknown city"}""", "c1"),
                Some.TextDelta("I cannot "),
                Some.TextDelta("tell."),
                Some.Stop()
            )
            .ToOpenAiMessagesJson();

        Assert.Equal(
            """
            [{"role":"system","content":"Be brief."},
            {"role":"user","content":"Weather in Oslo?"},
            {"role":"assistant","reasoning_content":"Ask.","content":"One moment.","tool_calls":[{"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}},{"id":"c2","type":"function","function":{"name":"sql","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c2","content":"1"},
            {"role":"tool","tool_call_id":"c1","content":"{\"error\":\"unknown city\"}"},
            {"role":"assistant","content":"I cannot tell."}]
            """.ReplaceLineEndings(""),
            json
        );
    }

    [Fact]
    public void What_has_no_place_there_is_left_out()
    {
        Assert.Equal("[]", Some.Session(Some.Stop("broken"), Some.Event("""{"type":"new_kind","x":1}""")).ToOpenAiMessagesJson());
    }

    [Fact]
    public void A_call_without_a_result_and_a_result_without_a_call_stay()
    {
        var messages = JsonElement.Parse(
            Some.Session(Some.UnansweredToolUse("wait"), Some.UserInput("Go on"), Some.ToolResult("lost", "[1, 2]", "x"))
                .ToOpenAiMessagesJson()
        );

        Assert.Equal(["assistant", "user", "tool"], messages.EnumerateArray().Select(one => one.GetProperty("role").GetString()));
        Assert.Equal(JsonValueKind.Null, messages[0].GetProperty("content").ValueKind);
        Assert.Equal("[1, 2]", messages[2].GetProperty("content").GetString());
    }
}
